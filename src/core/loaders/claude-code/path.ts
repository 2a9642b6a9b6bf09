import { ROOT, type ConversationGraph } from '../../graph/conversation-graph.ts';
import { FLAG } from '../../transcript/record-kinds.ts';
import type { ClientRecords } from './kept-records.ts';

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
