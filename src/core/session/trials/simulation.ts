import { ConversationGraph } from '../../graph/conversation-graph.ts';
import { chainsOf, primaryLoader } from '../../loaders/loader.ts';
import type { ResumeChain } from '../../loaders/resume-chain.ts';
import { effectOfChains, type ResumeEffect } from '../../loaders/resume-figures.ts';
import { withActions, type RepairAction } from '../../graph/repairs.ts';
import type { SessionState } from '../state.ts';

/** The graph of a session with further repairs besides those in force. */
export function graphWith({ graph, file, repairs }: SessionState, actions: readonly RepairAction[]): ConversationGraph {
  if (actions.length === 0) return graph;
  const parents = actions.filter((action) => action.kind === 'reparent');
  // Only links change: the graph as it is needs no second look at the names.
  if (parents.length === actions.length) return graph.withOverrides(Object.fromEntries(parents.map(({ uuid, parent }) => [uuid, parent])));
  return ConversationGraph.of(file, withActions(repairs, actions));
}

/** The same, and what the primary loader then loads. */
export function repairedWith(
  state: SessionState,
  actions: readonly RepairAction[],
): { readonly graph: ConversationGraph; readonly chain: ResumeChain } {
  const graph = graphWith(state, actions);
  return { graph, chain: primaryLoader(state.loaders).chain(graph) };
}

/** What a resume loads with the repairs in force, and with further ones besides. */
export function effectOf(state: SessionState, actions: readonly RepairAction[]): ResumeEffect {
  const { loaders, resume } = state;
  return effectOfChains(loaders, resume, chainsOf(graphWith(state, actions), loaders));
}
