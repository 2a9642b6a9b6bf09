import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { KIND, isMessage } from '../../transcript/record-kinds.ts';
import type { ResumeChain } from '../resume-chain.ts';
import { withParallelCalls } from './parallel-calls.ts';
import { splicedParents } from './preserved-messages.ts';

/**
 * The chain that the documented loader builds (`getSessionMessages` of the agent SDK): of all ends of chains the one whose last
 * message stands furthest down in the file, and from it up through the parents to a root or an unknown parent. Links of
 * compactions (`logicalParentUuid`) are not followed, but messages that a compaction kept are put in below it; calls and results
 * of parallel tools that lie beside the chain are put back.
 * @param graph with the repairs in force
 */
export function sdkChain(graph: ConversationGraph): ResumeChain {
  const parent = splicedParents(graph);
  const leaf = chooseLeaf(graph, parent);
  const chain = leaf < 0 ? [] : walkUp(graph, parent, leaf).reverse();
  const records = withParallelCalls(graph, chain, parent);
  return { leaf, records, visible: records.filter((record) => graph.isVisible(record)) };
}

/** @param parent as a loader uses them */
function chooseLeaf(graph: ConversationGraph, parent: Int32Array): number {
  const { index, seen } = graph;
  const { kind } = index.columns;
  const hasChild = continued(graph, parent);
  const nearest = new NearestMessage(graph, parent);
  const mayEnd = endsBelow(graph);
  const later = (a: number, b: number): number => (a < 0 || index.position(b) > index.position(a) ? b : a);
  let leaf = -1;
  let fallback = -1;
  for (let i = 0; i < hasChild.length; i++) {
    if (hasChild[i] === 1 || seen[i] === 0 || kind[i] === KIND.progress || !mayEnd(i)) continue;
    const candidate = nearest.of(i);
    if (candidate < 0) continue;
    fallback = later(fallback, candidate);
    if (graph.isVisible(candidate)) leaf = later(leaf, candidate);
  }
  return leaf >= 0 ? leaf : fallback;
}

/** Where a repair chose the leaf, only ends at or below it count: what was written after the choice goes on from it. */
function endsBelow(graph: ConversationGraph): (record: number) => boolean {
  const chosen = graph.chosenLeaf;
  if (chosen < 0 || !graph.isSeen(chosen)) return () => true;
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
function continued({ index, seen }: ConversationGraph, parent: Int32Array): Uint8Array {
  const { kind } = index.columns;
  const hasChild = new Uint8Array(seen.length);
  const passed = new Uint8Array(seen.length);
  for (let i = 0; i < seen.length; i++) {
    if (seen[i] === 0 || kind[i] === KIND.progress) continue;
    let at = parent[i]!;
    // A progress record that was passed before has marked what is above it.
    while (at >= 0 && kind[at] === KIND.progress && passed[at] === 0) {
      passed[at] = 1;
      at = parent[at]!;
    }
    if (at >= 0) hasChild[at] = 1;
  }
  return hasChild;
}

/** First message on the way up from a record; each record is visited once over all questions. */
class NearestMessage {
  private readonly graph: ConversationGraph;
  private readonly parent: Int32Array;
  /** -2 unknown, -1 none. */
  private readonly known: Int32Array;

  constructor(graph: ConversationGraph, parent: Int32Array) {
    this.graph = graph;
    this.parent = parent;
    this.known = new Int32Array(graph.index.count).fill(-2);
  }

  of(record: number): number {
    const path: number[] = [];
    let at = record;
    let found = -1;
    while (at >= 0 && this.graph.isSeen(at)) {
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
      at = this.parent[at]!;
    }
    for (const passed of path) this.known[passed] = found;
    return found;
  }
}

function walkUp({ seen }: ConversationGraph, parent: Int32Array, leaf: number): number[] {
  const visited = new Uint8Array(parent.length);
  const chain: number[] = [];
  for (let at = leaf; at >= 0 && visited[at] === 0 && seen[at] === 1; at = parent[at]!) {
    visited[at] = 1;
    chain.push(at);
  }
  return chain;
}
