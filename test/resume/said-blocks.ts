/**
 * Blocks of a request by what they say and nothing else: of a file that no reader has to understand, and of a copy in which ids were
 * changed, the same words are the same block.
 */
import { createHash } from 'node:crypto';
import { QUESTION } from './client.ts';
import { isStandIn, PLACEHOLDER } from './blocks.ts';
import { contentBlocks, type Block, type SentMessage } from './api/request.ts';

/** `KIND DIGEST` */
export type SaidBlock = string;

/** Keys that do not belong to what is said: names of calls, and the client's marks for the API's cache. */
const BESIDE_THE_POINT = new Set(['id', 'tool_use_id', 'cache_control', 'signature']);

/** Blocks of a request that the talk is made of; what the client adds of its own is left out. */
export function saidBlocks(messages: readonly SentMessage[]): SaidBlock[] {
  return messages.flatMap(({ role, content }) =>
    role === 'system' ? [] : contentBlocks(content).flatMap((block) => (isOwn(block) ? [] : [nameOf(role, block)])),
  );
}

/** Kind of a block: `text`, `tool_use`, `image`, … */
export function kindOf(said: SaidBlock): string {
  return said.split(' ')[0] ?? '';
}

function isOwn(block: Block): boolean {
  const { type, text, content } = block;
  if (type === 'tool_result') return isStandIn(content);
  if (type !== 'text' || typeof text !== 'string') return false;
  const said = text.trim();
  return said === '' || said === QUESTION || said === PLACEHOLDER || said.startsWith('<system-reminder>');
}

function nameOf(role: string, block: Block): SaidBlock {
  const { type, text } = block;
  const said = type === 'text' && typeof text === 'string' ? `${role} ${text.trim()}` : JSON.stringify(bare(block));
  return `${type} ${createHash('sha256').update(said, 'utf8').digest('hex').slice(0, 16)}`;
}

/** Without ids, keys in order: a copy may have changed either. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !BESIDE_THE_POINT.has(key));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, bare(inner)]));
}

/** What `from` has more often than `names`: of a block that stands there twice, one may be missing. */
export function missing<T>(from: readonly T[], names: readonly T[]): T[] {
  const left = new Map<T, number>();
  for (const name of names) left.set(name, (left.get(name) ?? 0) + 1);
  return from.filter((name) => {
    const count = left.get(name) ?? 0;
    left.set(name, count - 1);
    return count <= 0;
  });
}
