import { FLAG, KIND } from '../transcript/record-kinds.ts';
import type { ConversationGraph } from './conversation-graph.ts';

/**
 * Parallel tool calls of one answer fork the chain: each result hangs under its own call, and only one path goes on. Loaders put
 * the other calls and results back, behind the last record of that answer on the chain.
 * @param chain records from the root to the leaf
 * @param isSeen whether the loader sees a record at all
 * @returns the chain with the missing calls and results in their places
 */
export function withParallelCalls(graph: ConversationGraph, chain: readonly number[], isSeen: (record: number) => boolean): number[] {
  const { index } = graph;
  const onChain = new Uint8Array(index.count);
  /** Per message id: the last record of the answer on the chain, plus one. */
  const lastOf = new Int32Array(index.names.size);
  for (const record of chain) {
    onChain[record] = 1;
    const group = groupOf(graph, record);
    if (group >= 0) lastOf[group] = record + 1;
  }
  const missing = new Map<number, Missing>();
  for (let i = 0; i < index.count; i++) {
    const group = groupOf(graph, i);
    if (group < 0 || lastOf[group] === 0 || !isSeen(i) || index.isFlagged(i, FLAG.sidechain)) continue;
    noteMissing(graph, i, lastOf[group]! - 1, missing, (record) => onChain[record] === 0 && isSeen(record));
  }
  if (missing.size === 0) return [...chain];
  const result: number[] = [];
  for (const record of chain) {
    result.push(record);
    const beside = missing.get(record);
    if (beside !== undefined) result.push(...beside.calls, ...beside.results);
  }
  return result;
}

/** What of an answer lies beside the chain, in file order. */
interface Missing {
  readonly calls: number[];
  readonly results: number[];
}

/**
 * @param member a record of an answer
 * @param place the answer's last record on the chain
 * @param isBeside whether a loader sees a record and the chain does not hold it
 */
function noteMissing(
  graph: ConversationGraph,
  member: number,
  place: number,
  missing: Map<number, Missing>,
  isBeside: (record: number) => boolean,
): void {
  const atPlace = (): Missing => {
    const known = missing.get(place) ?? { calls: [], results: [] };
    missing.set(place, known);
    return known;
  };
  if (isBeside(member)) atPlace().calls.push(member);
  for (let at = graph.childStart[member]!; at < graph.childStart[member + 1]!; at++) {
    const child = graph.child[at]!;
    if (isResult(graph, child) && isBeside(child)) atPlace().results.push(child);
  }
}

/** Message id of an assistant record; -1 for all others. */
function groupOf(graph: ConversationGraph, record: number): number {
  const { kind, messageId } = graph.index.columns;
  return kind[record] === KIND.assistant ? messageId[record]! : -1;
}

function isResult(graph: ConversationGraph, record: number): boolean {
  return graph.index.columns.kind[record] === KIND.user && graph.index.isFlagged(record, FLAG.toolResult);
}
