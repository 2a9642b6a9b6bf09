import { Branches } from '../../graph/branches.ts';
import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import type { ToolPairs } from '../../graph/tool-pairs.ts';

/**
 * Whether what is written next may show that branches took turns: it does not where all that was said on the other branches is older
 * than what the branch of the end began with, as after going back and typing another prompt.
 * @param end the record that the session goes on from
 */
export function mayTakeTurns(graph: ConversationGraph, pairs: ToolPairs, end: number): boolean {
  const { parent, index } = graph;
  const { time } = index.columns;
  const branches = new Branches(graph, pairs);
  const visited = new Set<number>();
  /** Of the first prompt of the branch that the way comes up. */
  let began = NaN;
  for (let at = end; at >= 0 && !visited.has(at); at = parent[at]!) {
    visited.add(at);
    if (pairs.isPrompt(at)) began = time[at]!;
    const above = parent[at]!;
    if (above < 0 || graph.childStart[above + 1]! - graph.childStart[above]! < 2) continue;
    for (const { top, first, last } of branches.conversationsBelow(above)) {
      if (top === at) continue;
      for (let i = first; i <= last; i++) if (!(time[i]! < began)) return true;
    }
  }
  return false;
}
