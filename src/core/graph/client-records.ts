import { FLAG, KIND, isLinked, isMessage } from '../transcript/record-kinds.ts';
import { ORPHAN, ROOT, type ConversationGraph } from './conversation-graph.ts';
import { ON_DAMAGED_LINE, SEEN } from './hidden-records.ts';
import { resumeChain } from './resume.ts';

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
  for (let i = index.count - 1; i >= 0; i--) if (index.isFlagged(i, FLAG.compactBoundary) && !keeping.has(i)) return i;
  return 0;
}

/** 1 for records that the client can read. Of a line with more behind its first object it reads that object. */
function readableRecords(graph: ConversationGraph, from: number): Uint8Array {
  const { index } = graph;
  const readable = new Uint8Array(index.count);
  for (let i = from; i < index.count; i++) {
    readable[i] = graph.hidden[i] === SEEN && isLinked(index.columns.kind[i]!) && graph.isCurrent(i) ? 1 : 0;
  }
  const large = index.bytes > LARGE_BYTES;
  for (const { records, offset, kind } of index.problems) {
    const first = records[0];
    if (first === undefined || first < from || graph.hidden[first] !== ON_DAMAGED_LINE) continue;
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

/** The record from which the client continues; -1 when it finds no conversation. */
export function clientLeaf(graph: ConversationGraph, records: ClientRecords): number {
  const { index } = graph;
  const { has, parent, from } = records;
  const isMain = (record: number): boolean => has[record] === 1 && !index.isFlagged(record, FLAG.sidechain);
  // A copy puts the record that was chosen last, and has no line that names another one.
  if (graph.chosenLeaf >= 0) return resumeChain(graph).leaf;
  const barren = new Uint8Array(has.length);
  const mayEnd = (record: number): boolean => isMain(record) && leadsToMessage(graph, parent, record, barren);
  let last = index.fileCount - 1;
  while (last >= 0 && !mayEnd(last)) last--;
  for (let i = index.fileCount; i < has.length; i++) if (mayEnd(i) && (last < 0 || index.position(i) > index.position(last))) last = i;
  if (last < 0) return last;
  const pin = pinned(graph, records, from);
  if (pin < 0) return newestFrom(graph, records, last);
  const seen = new Uint8Array(has.length);
  for (let at = last; at >= 0 && seen[at] === 0; at = parent[at]!) {
    if (at === pin) return last;
    seen[at] = 1;
  }
  return isMain(pin) ? pin : -1;
}

/**
 * The newest of all that hangs below the last record, where none of it is older: of a history that was written again the client goes
 * on where that history went on. Of one time the last in the file.
 */
function newestFrom({ index }: ConversationGraph, { has, parent }: ClientRecords, last: number): number {
  const { time } = index.columns;
  let newest = last;
  let latest = Number.isNaN(time[last]!) ? -Infinity : time[last]!;
  const below = descendantsOf(parent, last);
  for (let i = 0; below !== null && i < has.length; i++) {
    if (below[i] === 0 || has[i] === 0 || index.isFlagged(i, FLAG.sidechain) || !(time[i]! >= latest)) continue;
    newest = i;
    latest = time[i]!;
  }
  return newest;
}

/** 1 for the records on whose way up `top` stands; null when there are none. */
function descendantsOf(parent: Int32Array, top: number): Uint8Array | null {
  if (!parent.includes(top)) return null;
  const UNKNOWN = 0;
  const BELOW = 1;
  const ELSEWHERE = 2;
  const place = new Uint8Array(parent.length);
  for (let i = 0; i < parent.length; i++) {
    let at = i;
    while (at >= 0 && at !== top && place[at] === UNKNOWN) {
      // Until the end of the way is known, and for good in a cycle.
      place[at] = ELSEWHERE;
      at = parent[at]!;
    }
    if (at !== top && (at < 0 || place[at] !== BELOW)) continue;
    for (let up = i; up !== at; up = parent[up]!) place[up] = BELOW;
  }
  return place.map((found) => (found === BELOW ? 1 : 0));
}

/** @param barren 1 for records that were found to lead to none; more are noted */
function leadsToMessage(graph: ConversationGraph, parent: Int32Array, from: number, barren: Uint8Array): boolean {
  for (let at = from; at >= 0 && barren[at] === 0; at = parent[at]!) {
    if (isMessage(graph.index.columns.kind[at]!)) return true;
    barren[at] = 1;
  }
  return false;
}

/** Where the last `last-prompt` line says that the conversation stood; -1 when that is not there. */
function pinned(graph: ConversationGraph, { has }: ClientRecords, from: number): number {
  const pin = graph.index.pins.findLast(({ record }) => record >= from);
  const record = pin === undefined ? -1 : graph.recordOfName[pin.leaf]!;
  return record >= 0 && has[record] === 1 ? record : -1;
}

/**
 * The way up from a leaf, root first. Where a parent is not there, or the way comes back to where it was, the client goes on at the
 * latest record of the five seconds before, wherever it stands in the file; where there is none it stops.
 */
export function clientPath(graph: ConversationGraph, records: ClientRecords, leaf: number): number[] {
  const visited = new Uint8Array(records.has.length);
  const path: number[] = [];
  let bridges: Bridges | null = null;
  for (let at = leaf; at >= 0;) {
    visited[at] = 1;
    path.push(at);
    const above = records.parent[at]!;
    if (above === ROOT) break;
    if (above >= 0 && visited[above] === 0) at = above;
    else at = (bridges ??= new Bridges(graph, records, visited)).before(at);
  }
  return path.reverse();
}

const BRIDGE_MS = 5000;

/** Records by time, for steps over gaps. */
class Bridges {
  private readonly time: Float64Array;
  private readonly visited: Uint8Array;
  /** Records that can be reached so, oldest first; of one time the first of the file last, because it is taken first. */
  private readonly ordered: Uint32Array;
  /** Per place in `ordered`: a place at or before it that may not have been visited yet. */
  private readonly next: Int32Array;

  constructor(graph: ConversationGraph, { has }: ClientRecords, visited: Uint8Array) {
    const { time } = graph.index.columns;
    this.time = time;
    this.visited = visited;
    const all: number[] = [];
    for (let i = 0; i < has.length; i++) {
      if (has[i] === 1 && !graph.index.isFlagged(i, FLAG.sidechain) && !Number.isNaN(time[i])) all.push(i);
    }
    this.ordered = Uint32Array.from(all).sort((a, b) => time[a]! - time[b]! || b - a);
    this.next = Int32Array.from(this.ordered, (_, place) => place);
  }

  before(record: number): number {
    const latest = this.time[record]!;
    if (Number.isNaN(latest)) return -1;
    const place = this.unvisited(this.lastUpTo(latest));
    if (place < 0) return -1;
    const found = this.ordered[place]!;
    return latest - this.time[found]! <= BRIDGE_MS ? found : -1;
  }

  private lastUpTo(time: number): number {
    let low = 0;
    let high = this.ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.time[this.ordered[middle]!]! <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Places found visited are skipped for good. */
  private unvisited(from: number): number {
    let place = from;
    while (place >= 0 && this.visited[this.ordered[place]!] === 1) {
      this.next[place] = this.next[place]! < place ? this.next[place]! : place - 1;
      place = this.next[place]!;
    }
    for (let at = from; at > place;) {
      const step = this.next[at]!;
      this.next[at] = place;
      at = step;
    }
    return place;
  }
}
