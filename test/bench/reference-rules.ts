import type { ConversationGraph } from '../../src/core/graph/conversation-graph.ts';
import { FLAG, KIND, isLinked } from '../../src/core/transcript/record-kinds.ts';

/** A rule that gives an orphan a parent; -1 when it finds none. Written apart from src, to measure against. */
export type Rule = (graph: ConversationGraph, orphan: number) => number;

/** The record before it, of whatever kind. */
export const previousOfAnyKind: Rule = (graph, orphan) => {
  for (let i = orphan - 1; i >= 0; i--) if (isLinked(graph.index.columns.kind[i]!)) return i;
  return -1;
};

/** The record of the conversation before it. */
export const previousMain: Rule = (graph, orphan) => {
  for (let i = orphan - 1; i >= 0; i--) if (graph.isMain(i)) return i;
  return -1;
};

/**
 * The record of the conversation before it since the last compaction; but a tool call of the same turn that no result answers,
 * where there is one and the orphan holds no result itself.
 */
export const previousOrOpenCall: Rule = (graph, orphan) => {
  const { index } = graph;
  const isResult = index.isFlagged(orphan, FLAG.toolResult);
  let nearest = -1;
  for (let i = orphan - 1; i >= 0; i--) {
    if (!graph.isMain(i)) continue;
    if (nearest < 0) nearest = i;
    if (isResult || index.isFlagged(i, FLAG.compactBoundary) || isPrompt(graph, i)) break;
    if (index.isFlagged(i, FLAG.toolUse) && isUnanswered(graph, i)) return i;
  }
  return nearest;
};

function isPrompt(graph: ConversationGraph, record: number): boolean {
  const { index } = graph;
  const excluded = FLAG.toolResult | FLAG.injected | FLAG.compactSummary;
  return index.columns.kind[record] === KIND.user && (index.columns.flags[record]! & excluded) === 0;
}

const answersOf = new WeakMap<ConversationGraph, ReadonlySet<number>>();

function isUnanswered(graph: ConversationGraph, record: number): boolean {
  const { columns, tools } = graph.index;
  let answered = answersOf.get(graph);
  if (answered === undefined) {
    answered = new Set(tools.id.filter((_, t) => tools.isResult[t] === 1));
    answersOf.set(graph, answered);
  }
  for (let t = columns.toolStart[record]!; t < columns.toolStart[record + 1]!; t++) {
    if (tools.isResult[t] === 0 && !answered.has(tools.id[t]!)) return true;
  }
  return false;
}
