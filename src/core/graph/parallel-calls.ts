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
  const groups = groupsOf(graph, chain, isSeen);
  if (groups.size === 0) return [...chain];
  const onChain = new Set(chain);
  const lastOf = new Map<number, number>();
  for (const record of chain) {
    const group = groupOf(graph, record);
    if (group >= 0) lastOf.set(group, record);
  }
  const result: number[] = [];
  for (const record of chain) {
    result.push(record);
    const group = groupOf(graph, record);
    if (group >= 0 && lastOf.get(group) === record) result.push(...missingOf(graph, groups.get(group) ?? [], onChain, isSeen));
  }
  return result;
}

/** Message id of an assistant record; -1 for all others. */
function groupOf(graph: ConversationGraph, record: number): number {
  const { kind, messageId } = graph.index.columns;
  return kind[record] === KIND.assistant ? messageId[record]! : -1;
}

/** All assistant records of the answers that are on the chain, by message id, in file order. */
function groupsOf(graph: ConversationGraph, chain: readonly number[], isSeen: (record: number) => boolean): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const record of chain) {
    const group = groupOf(graph, record);
    if (group >= 0) groups.set(group, []);
  }
  for (let i = 0; i < graph.index.count; i++) {
    const members = groups.get(groupOf(graph, i));
    if (members !== undefined && isSeen(i) && !graph.index.isFlagged(i, FLAG.sidechain)) members.push(i);
  }
  return groups;
}

function missingOf(graph: ConversationGraph, members: readonly number[], onChain: ReadonlySet<number>, isSeen: (record: number) => boolean): number[] {
  const calls = members.filter((record) => !onChain.has(record));
  const results = members.flatMap((record) => Array.from(graph.childrenOf(record)).filter((child) => isResult(graph, child) && !onChain.has(child) && isSeen(child)));
  return [...calls, ...results];
}

function isResult(graph: ConversationGraph, record: number): boolean {
  return graph.index.columns.kind[record] === KIND.user && graph.index.isFlagged(record, FLAG.toolResult);
}
