import { ORPHAN, type ConversationGraph } from '../../graph/conversation-graph.ts';
import { LEFT_OUT, ON_DAMAGED_LINE, SEEN } from '../../graph/hidden-records.ts';
import { FLAG, KIND, isLinked } from '../../transcript/record-kinds.ts';

/** Of longer files today's client does not read what lies before a compaction. */
export const LARGE_BYTES = 5 * 1024 * 1024;

/** What today's client keeps of a transcript after reading it: which records, and under which parents. */
export interface ClientRecords {
  /** 1 for records that take part. */
  readonly has: Uint8Array;
  /** Record above, ROOT, or ORPHAN where it is not kept. */
  readonly parent: Int32Array;
  /** First record that the client reads at all. */
  readonly from: number;
}

/**
 * Reads as the client does: progress records are left out and their children hung above them, in one pass, so that a child before
 * its progress record loses its parent; messages that the last compaction kept move below its summary, and the rest before it goes.
 */
export function clientRecords(graph: ConversationGraph): ClientRecords {
  const from = firstRead(graph);
  const has = readableRecords(graph, from);
  const { kind } = graph.index.columns;
  for (let i = 0; i < has.length; i++) if (kind[i] === KIND.progress) has[i] = 0;
  const parent = parentsWithoutProgress(graph, from);
  moveKept(graph, has, parent, from);
  for (let i = 0; i < has.length; i++) if (parent[i]! >= 0 && has[parent[i]!] === 0) parent[i] = ORPHAN;
  return { has, parent, from };
}

/** 0, or in a large file the last compaction that kept nothing. */
function firstRead(graph: ConversationGraph): number {
  const { index } = graph;
  if (index.bytes <= LARGE_BYTES) return 0;
  const keeping = new Set(index.preserved.map((kept) => kept.boundary));
  for (let i = index.count - 1; i >= 0; i--) {
    if (index.isFlagged(i, FLAG.compactBoundary) && !keeping.has(i) && graph.hidden[i] !== LEFT_OUT) return i;
  }
  return 0;
}

/** 1 for records that the client can read. Of a line with more behind its first object it reads that object. */
function readableRecords(graph: ConversationGraph, from: number): Uint8Array {
  const { index } = graph;
  const readable = new Uint8Array(index.count);
  for (let i = from; i < index.count; i++) {
    readable[i] = graph.hidden[i] === SEEN && isLinked(index.columns.kind[i]!) && graph.isCurrent(i) ? 1 : 0;
  }
  if (index.encoding !== 'utf-8' && graph.hidden[0] === ON_DAMAGED_LINE) return readable;
  const large = index.bytes > LARGE_BYTES;
  for (const { records, offset, kind } of index.problems) {
    const first = records[0];
    if (first === undefined || first < from || graph.hidden[first] !== ON_DAMAGED_LINE) continue;
    if (kind === 'spread' && !large) {
      // It reads values, not lines: whatever stands behind one on its last line is skipped.
      for (const record of records) {
        if (index.isFlagged(record, FLAG.mended) && isLinked(index.columns.kind[record]!) && graph.isCurrent(record)) readable[record] = 1;
      }
      continue;
    }
    if (index.isFlagged(first, FLAG.mended)) continue;
    const leads = index.columns.offset[first] === offset || (large && kind === 'nul');
    if (leads && isLinked(index.columns.kind[first]!) && graph.isCurrent(first)) readable[first] = 1;
  }
  // A byte order mark does not spoil the first line.
  if (
    index.hasBom &&
    from === 0 &&
    index.count > 0 &&
    graph.hidden[0] === ON_DAMAGED_LINE &&
    isLinked(index.columns.kind[0]!) &&
    graph.isCurrent(0)
  )
    readable[0] = 1;
  return readable;
}

function parentsWithoutProgress(graph: ConversationGraph, from: number): Int32Array {
  const { index } = graph;
  const { kind, uuid } = index.columns;
  const parent = graph.parent.slice();
  /** Per uuid of a progress record that was passed, also of one that is written again later: what stands above it. */
  const above = new Int32Array(index.names.size).fill(ORPHAN);
  for (let i = from; i < parent.length; i++) {
    const named = parent[i]!;
    if (named >= 0 && kind[named] === KIND.progress) parent[i] = above[uuid[named]!]!;
    if (kind[i] === KIND.progress && graph.hidden[i] === SEEN) above[uuid[i]!] = parent[i]!;
  }
  return parent;
}

/** Carries out the last compaction that kept messages. */
function moveKept(graph: ConversationGraph, has: Uint8Array, parent: Int32Array, from: number): void {
  const { index } = graph;
  const kept = index.preserved.findLast(({ boundary }) => boundary >= from && has[boundary] === 1);
  if (kept === undefined) return;
  const last = lastBoundary(graph, has);
  const list = kept.boundary === last ? keptRecords(graph, kept, has, parent) : [];
  if (list === null) return;
  const stays = new Set(list);
  const pruned = (record: number): boolean => record >= 0 && record < last && !stays.has(record);
  const anchor = graph.recordNamed(kept.anchor);
  const tail = list.at(-1);
  if (tail !== undefined) {
    for (let i = 0; i < parent.length; i++) {
      const above = parent[i]!;
      if (has[i] === 1 && above >= 0 && i !== anchor && !stays.has(i) && (above === anchor || pruned(above))) parent[i] = tail;
    }
    list.forEach((record, i) => {
      parent[record] = i === 0 ? (anchor < 0 ? ORPHAN : anchor) : list[i - 1]!;
    });
  }
  for (let i = 0; i < last; i++) if (!stays.has(i)) has[i] = 0;
}

function lastBoundary(graph: ConversationGraph, has: Uint8Array): number {
  for (let i = has.length - 1; i >= 0; i--) if (has[i] === 1 && graph.index.isFlagged(i, FLAG.compactBoundary)) return i;
  return -1;
}

/** The kept messages in their new order; null where one of them is not there, and then nothing is moved. */
function keptRecords(
  graph: ConversationGraph,
  kept: ConversationGraph['index']['preserved'][number],
  has: Uint8Array,
  parent: Int32Array,
): number[] | null {
  const there = (record: number): boolean => record >= 0 && has[record] === 1;
  const listed = kept.uuids.map((uuid) => graph.recordNamed(uuid));
  if (listed.length > 0 || kept.head === null || kept.tail === null) return listed.every(there) ? listed : null;
  const head = graph.recordNamed(kept.head);
  const path = new Set<number>();
  for (let at = graph.recordNamed(kept.tail); there(at) && !path.has(at); at = parent[at]!) {
    path.add(at);
    if (at === head) return [...path].reverse();
  }
  return null;
}
