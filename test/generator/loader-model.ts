/**
 * What the documented loader (`getSessionMessages` of the agent SDK) reads of a transcript, rebuilt from its
 * documentation and held to it by scripts/check-loader.mjs. Tests measure with it; nothing of src is used.
 */

import { parseObject } from './reading.ts';
import type { Json } from './types.ts';

interface Parsed {
  readonly uuid: string;
  parentUuid: string | null;
  readonly type: string;
  readonly position: number;
  readonly sidechain: boolean;
  readonly meta: boolean;
  readonly team: boolean;
  readonly messageId: string | null;
  readonly toolResult: boolean;
  readonly preserved: { readonly anchor: string; readonly uuids: readonly string[] } | null;
  readonly boundary: boolean;
  /** uuid under which a queued prompt is shown. */
  readonly queued: string | null;
}

const GRAPH_TYPES = new Set(['user', 'assistant', 'progress', 'system', 'attachment']);

export interface LoaderOptions {
  /** Only the plain walk: no siblings of parallel calls, no preserved segment, no queued prompts. */
  readonly plain?: boolean;
}

/** uuids of the messages a resume loads; unreadable lines are skipped. */
export function loadedMessages(text: string, options: LoaderOptions = {}): string[] {
  const records = parse(text);
  if (options.plain !== true) splicePreserved(records);
  const leaf = chooseLeaf(records);
  if (leaf === null) return [];
  const chain = walk(records, leaf);
  const all = options.plain === true ? chain : withSiblings(records, chain);
  const out: string[] = [];
  for (const record of all) {
    if (record.queued !== null && options.plain !== true) out.push(record.queued);
    else if (isMessage(record) && !record.meta && !record.sidechain && !record.team) out.push(record.uuid);
  }
  return out;
}

function parse(text: string): Map<string, Parsed> {
  const records = new Map<string, Parsed>();
  let position = 0;
  for (const line of text.split('\n')) {
    const value = parseObject(line);
    if (value === null || typeof value['uuid'] !== 'string' || !GRAPH_TYPES.has(String(value['type']))) continue;
    position += 1;
    // The last record with a uuid wins, in the place of the last.
    records.delete(value['uuid']);
    records.set(value['uuid'], read(value, value['uuid'], position));
  }
  return records;
}

function read(value: Json, uuid: string, position: number): Parsed {
  const message = object(value['message']);
  const content = message?.['content'];
  const first = Array.isArray(content) ? object(content[0]) : null;
  const kept = object(object(value['compactMetadata'])?.['preservedMessages']);
  const attachment = object(value['attachment']);
  const queued = attachment?.['type'] === 'queued_command' ? (text(attachment['source_uuid']) ?? uuid) : null;
  return {
    uuid,
    position,
    queued,
    parentUuid: text(value['parentUuid']),
    type: String(value['type']),
    sidechain: value['isSidechain'] === true,
    meta: value['isMeta'] === true,
    team: value['teamName'] !== undefined,
    messageId: value['type'] === 'assistant' ? text(message?.['id']) : null,
    toolResult: value['type'] === 'user' && first?.['type'] === 'tool_result',
    boundary: value['subtype'] === 'compact_boundary',
    preserved:
      kept === null ? null : { anchor: String(kept['anchorUuid']), uuids: Array.isArray(kept['uuids']) ? kept['uuids'].map(String) : [] },
  };
}

/** Hangs the messages that the last compaction kept behind its summary, one under the other. */
function splicePreserved(records: Map<string, Parsed>): void {
  let kept: Parsed['preserved'] = null;
  for (const record of records.values()) if (record.boundary) kept = record.preserved;
  if (kept === null || !kept.uuids.every((uuid) => records.has(uuid))) return;
  let previous = kept.anchor;
  for (const uuid of kept.uuids) {
    const record = records.get(uuid);
    if (record !== undefined) record.parentUuid = previous;
    previous = uuid;
  }
}

function chooseLeaf(records: Map<string, Parsed>): Parsed | null {
  const parents = new Set<string>();
  for (const record of records.values()) if (record.parentUuid !== null) parents.add(record.parentUuid);
  const leaves = new Set<Parsed>();
  for (const record of records.values()) {
    if (parents.has(record.uuid)) continue;
    const leaf = walkUp(records, record).find(isMessage);
    if (leaf !== undefined) leaves.add(leaf);
  }
  const proper = [...leaves].filter((leaf) => !leaf.sidechain && !leaf.team && !leaf.meta);
  const candidates = proper.length > 0 ? proper : [...leaves];
  return candidates.reduce<Parsed | null>((best, leaf) => (best === null || leaf.position > best.position ? leaf : best), null);
}

function walk(records: Map<string, Parsed>, leaf: Parsed): Parsed[] {
  return walkUp(records, leaf).reverse();
}

/** From a record to its root, or to where the parent is unknown or was seen already. */
function walkUp(records: Map<string, Parsed>, from: Parsed): Parsed[] {
  const seen = new Set<Parsed>();
  for (
    let at: Parsed | undefined = from;
    at !== undefined && !seen.has(at);
    at = at.parentUuid === null ? undefined : records.get(at.parentUuid)
  ) {
    seen.add(at);
  }
  return [...seen];
}

/** Puts back the other calls of a parallel batch and their results. */
function withSiblings(records: Map<string, Parsed>, chain: readonly Parsed[]): Parsed[] {
  const on = new Set(chain);
  const ids = new Set(chain.map((record) => record.messageId).filter((id) => id !== null));
  const calls = [...records.values()].filter(
    (record) => !on.has(record) && !record.sidechain && record.messageId !== null && ids.has(record.messageId),
  );
  const answers = new Set([...chain, ...calls].filter((record) => record.type === 'assistant').map((record) => record.uuid));
  const results = [...records.values()].filter(
    (record) => !on.has(record) && !record.sidechain && record.toolResult && record.parentUuid !== null && answers.has(record.parentUuid),
  );
  return [...chain, ...calls, ...results];
}

function isMessage(record: Parsed): boolean {
  return record.type === 'user' || record.type === 'assistant';
}

function object(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
