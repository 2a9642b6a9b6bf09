import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { FLAG, KIND } from '../../transcript/record-kinds.ts';

/**
 * Parallel tool calls of one answer fork the chain: each result hangs under its own call, and only one path goes on. Loaders put
 * the other calls and results back, behind the last record of that answer on the chain.
 * @param chain records from the root to the leaf
 * @param parent as a loader uses them: a result that a compaction kept hangs where it was put
 * @returns the chain with the missing calls and results in their places
 */
export function withParallelCalls(graph: ConversationGraph, chain: readonly number[], parent: Int32Array): number[] {
  const { kind, messageId } = graph.index.columns;
  const onChain = new Uint8Array(graph.index.count);
  /** Per message id: the last record of the answer on the chain, plus one. */
  const lastOf = new Int32Array(graph.index.names.size);
  for (const record of chain) {
    onChain[record] = 1;
    if (kind[record] === KIND.assistant && messageId[record]! >= 0) lastOf[messageId[record]!] = record + 1;
  }
  const missing = missingOf(graph, parent, onChain, lastOf);
  if (missing.size === 0) return [...chain];
  const result: number[] = [];
  for (const record of chain) {
    result.push(record);
    const beside = missing.get(record);
    if (beside !== undefined) result.push(...beside.calls, ...beside.results);
  }
  return result;
}

/** What of an answer lies beside the chain: its records in file order; results in the order of the calls that they hang under. */
interface Missing {
  readonly calls: number[];
  readonly results: number[];
}

/**
 * @param lastOf per message id of an answer on the chain: its last record there, plus one
 * @returns by that record
 */
function missingOf(graph: ConversationGraph, parent: Int32Array, onChain: Uint8Array, lastOf: Int32Array): Map<number, Missing> {
  const { seen } = graph;
  const { kind, messageId, flags } = graph.index.columns;
  /** The last record on the chain of the answer that a record is a part of; -1. */
  const placeOf = (record: number): number => {
    if (record < 0 || kind[record] !== KIND.assistant || messageId[record]! < 0) return -1;
    return seen[record] === 1 && (flags[record]! & FLAG.sidechain) === 0 ? lastOf[messageId[record]!]! - 1 : -1;
  };
  const missing = new Map<number, Missing>();
  const at = (place: number): Missing => {
    const known = missing.get(place) ?? { calls: [], results: [] };
    missing.set(place, known);
    return known;
  };
  for (let i = 0; i < onChain.length; i++) {
    if (onChain[i] === 1 || seen[i] === 0) continue;
    const isResult = kind[i] === KIND.user && (flags[i]! & FLAG.toolResult) !== 0;
    const place = placeOf(isResult ? parent[i]! : i);
    if (place < 0) continue;
    if (isResult) at(place).results.push(i);
    else at(place).calls.push(i);
  }
  for (const { results } of missing.values()) results.sort((a, b) => parent[a]! - parent[b]!);
  return missing;
}
