/** What became of a resume: whether the API took the request, and what the client left out until it did. */
import { contentBlocks } from './api/request.ts';
import type { Resumed } from './client.ts';
import type { Exchange } from './mock-api.ts';

/** `not-sent`: the client asked the API nothing, for it found no conversation, or will not send what it has found. */
export type OutcomeKind = 'accepted' | 'accepted-with-less' | 'refused' | 'not-sent';

export interface Outcome {
  readonly kind: OutcomeKind;
  /** Id of the rule that the first request broke; null when it was accepted, or there was none. */
  readonly rule: string | null;
  /** The API's last word against it, or the client's when it asked nothing. */
  readonly error: string | null;
  readonly requests: number;
  /** Exit status of the client; null when it was stopped. */
  readonly status: number | null;
  /** What the accepted request had less and more of than the first one: `24 image`, `1 thinking`. */
  readonly dropped: readonly string[];
  readonly added: readonly string[];
}

export function outcomeOf({ exchanges, status, output }: Resumed): Outcome {
  const [first] = exchanges;
  const rule = first?.refusal?.rule ?? null;
  const lastError = exchanges.findLast(({ refusal }) => refusal !== null)?.refusal?.message ?? null;
  const result = { rule, requests: exchanges.length, status, error: lastError, dropped: [], added: [] };
  if (first === undefined) return { ...result, kind: 'not-sent', error: output.trim() };
  const last = exchanges.at(-1) ?? first;
  if (last.refusal !== null || status !== 0) return { ...result, kind: 'refused', error: lastError ?? output.trim() };
  if (rule === null) return { ...result, kind: 'accepted' };
  const [before, after] = [kinds(first), kinds(last)];
  return { ...result, kind: 'accepted-with-less', dropped: more(before, after), added: more(after, before) };
}

/** In a few words, for a table. */
export function outcomeText({ kind, rule, error, requests, status, dropped, added }: Outcome): string {
  if (kind === 'accepted') return 'accepted';
  if (kind === 'not-sent') return `no request: ${oneLine(error ?? '')}`;
  if (kind === 'refused') return `**refused** ${requests}×, exit ${status ?? 'none'}: ${oneLine(error ?? '')}`;
  const lost = dropped.length === 0 ? 'the same kinds of blocks' : `without ${dropped.join(', ')}`;
  return `refused (${rule ?? ''}), then accepted ${lost}${added.length === 0 ? '' : `, with ${added.join(', ')} more`}`;
}

/** How many blocks of each kind a request has, those inside results too. */
function kinds({ messages }: Exchange): Map<string, number> {
  const found = new Map<string, number>();
  const count = (type: string): void => void found.set(type, (found.get(type) ?? 0) + 1);
  for (const { role, content } of messages) {
    if (role === 'system') continue;
    for (const { type, content: inner } of contentBlocks(content)) {
      count(type);
      if (type !== 'tool_result' || !Array.isArray(inner)) continue;
      for (const each of inner as { type?: unknown }[]) if (typeof each.type === 'string') count(each.type);
    }
  }
  return found;
}

function more(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): string[] {
  return [...a].flatMap(([kind, count]) => {
    const difference = count - (b.get(kind) ?? 0);
    return difference > 0 ? [`${difference} ${kind}`] : [];
  });
}

function oneLine(text: string): string {
  // Copies get an id by chance: a table would differ from run to run.
  const line = text
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '…')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
