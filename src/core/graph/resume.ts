import { KIND, isMessage } from '../transcript/record-kinds.ts';
import type { ConversationGraph } from './conversation-graph.ts';
import { LEFT_OUT } from './hidden-records.ts';
import { withParallelCalls } from './parallel-calls.ts';
import { splicedParents } from './splice.ts';

/** What a client would load. */
export interface ResumeChain {
  /** The record the client continues from; -1 when it would load nothing. */
  readonly leaf: number;
  /** Records from the root to the leaf, all kinds. */
  readonly records: readonly number[];
  /** Those of them a resume shows: messages. */
  readonly visible: readonly number[];
}

/**
 * The chain that the documented loader builds (`getSessionMessages` of the agent SDK): of all ends of chains the one whose last
 * message stands furthest down in the file, and from it up through the parents to a root or an unknown parent. Links of
 * compactions (`logicalParentUuid`) are not followed, but messages that a compaction kept are put in below it; calls and results
 * of parallel tools that lie beside the chain are put back.
 * @param graph with the repairs in force
 */
export function resumeChain(graph: ConversationGraph): ResumeChain {
  const seen = new Visibility(graph);
  const leaf = chooseLeaf(graph, seen);
  const chain = leaf < 0 ? [] : walkUp(seen, leaf).reverse();
  const records = withParallelCalls(graph, chain, (record) => seen.has(record));
  return { leaf, records, visible: records.filter((record) => graph.isVisible(record)) };
}

/** 1 for the records of a chain. @param count records of the graph that asks; those behind are of another one */
export function marksOf(chain: ResumeChain, count: number): Uint8Array {
  const marks = new Uint8Array(count);
  for (const record of chain.records) if (record < count) marks[record] = 1;
  return marks;
}

/** How many messages a resume would load if every message were on the chain. */
export function countMessages(graph: ConversationGraph): number {
  let count = 0;
  for (let i = 0; i < graph.index.count; i++) {
    if (graph.isVisible(i) && graph.isCurrent(i) && graph.hidden[i] !== LEFT_OUT) count++;
  }
  return count;
}

/** Which records a loader sees, and how they hang for it. */
class Visibility {
  private readonly graph: ConversationGraph;
  /** Parents with the messages that compactions kept in their new places. */
  readonly parent: Int32Array;

  constructor(graph: ConversationGraph) {
    this.graph = graph;
    this.parent = splicedParents(graph);
  }

  has(record: number): boolean {
    return this.graph.isSeen(record);
  }
}

function chooseLeaf(graph: ConversationGraph, seen: Visibility): number {
  const hasChild = continued(graph, seen);
  const nearest = new NearestMessage(graph, seen);
  const mayEnd = endsBelow(graph, seen);
  const later = (a: number, b: number): number => (a < 0 || graph.index.position(b) > graph.index.position(a) ? b : a);
  let leaf = -1;
  let fallback = -1;
  for (let i = 0; i < graph.index.count; i++) {
    if (hasChild[i] === 1 || isProgress(graph, i) || !seen.has(i) || !mayEnd(i)) continue;
    const candidate = nearest.of(i);
    if (candidate < 0) continue;
    fallback = later(fallback, candidate);
    if (graph.isVisible(candidate)) leaf = later(leaf, candidate);
  }
  return leaf >= 0 ? leaf : fallback;
}

/** Where a repair chose the leaf, only ends at or below it count: what was written after the choice goes on from it. */
function endsBelow(graph: ConversationGraph, seen: Visibility): (record: number) => boolean {
  const chosen = graph.chosenLeaf;
  if (chosen < 0 || !seen.has(chosen)) return () => true;
  const below = new Uint8Array(graph.index.count);
  const open = [chosen];
  for (let record = open.pop(); record !== undefined; record = open.pop()) {
    if (below[record] === 1) continue;
    below[record] = 1;
    open.push(...graph.childrenOf(record));
  }
  return (record) => below[record] === 1;
}

/** 1 for records that something continues. Progress records are passed through: they continue nothing by themselves. */
function continued(graph: ConversationGraph, seen: Visibility): Uint8Array {
  const hasChild = new Uint8Array(graph.index.count);
  const passed = new Uint8Array(graph.index.count);
  for (let i = 0; i < graph.index.count; i++) {
    if (isProgress(graph, i) || !seen.has(i)) continue;
    let at = seen.parent[i]!;
    // A progress record that was passed before has marked what is above it.
    while (at >= 0 && isProgress(graph, at) && passed[at] === 0) {
      passed[at] = 1;
      at = seen.parent[at]!;
    }
    if (at >= 0) hasChild[at] = 1;
  }
  return hasChild;
}

function isProgress(graph: ConversationGraph, record: number): boolean {
  return graph.index.columns.kind[record] === KIND.progress;
}

/** First message on the way up from a record; each record is visited once over all questions. */
class NearestMessage {
  private readonly graph: ConversationGraph;
  private readonly seen: Visibility;
  /** -2 unknown, -1 none. */
  private readonly known: Int32Array;

  constructor(graph: ConversationGraph, seen: Visibility) {
    this.graph = graph;
    this.seen = seen;
    this.known = new Int32Array(graph.index.count).fill(-2);
  }

  of(record: number): number {
    const path: number[] = [];
    let at = record;
    let found = -1;
    while (at >= 0 && this.seen.has(at)) {
      if (this.known[at] !== -2) {
        found = this.known[at]!;
        break;
      }
      // Marked at once, so that a cycle ends with "none".
      this.known[at] = -1;
      path.push(at);
      if (isMessage(this.graph.index.columns.kind[at]!)) {
        found = at;
        break;
      }
      at = this.seen.parent[at]!;
    }
    for (const passed of path) this.known[passed] = found;
    return found;
  }
}

function walkUp(seen: Visibility, leaf: number): number[] {
  const visited = new Uint8Array(seen.parent.length);
  const chain: number[] = [];
  for (let at = leaf; at >= 0 && visited[at] === 0 && seen.has(at); at = seen.parent[at]!) {
    visited[at] = 1;
    chain.push(at);
  }
  return chain;
}
