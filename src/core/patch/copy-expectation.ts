import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { ORPHAN } from '../graph/conversation-graph.ts';
import type { ResumeChain } from '../loaders/resume-chain.ts';
import { KIND, isLinked } from '../transcript/record-kinds.ts';
import type { CopyExpectation } from './verify-copy.ts';

/**
 * What a copy of a graph must be.
 * @param graph with all repairs that the copy shall have
 * @param loaded what the loader that the format's independent reader models loads of it; null where there is none
 * @param loads messages that the primary loader loads of it
 * @param newSessionId of the copy; null for a repair of the file itself
 */
export function copyExpectation(
  graph: ConversationGraph,
  loaded: ResumeChain | null,
  loads: number,
  newSessionId: string | null,
): CopyExpectation {
  const chain = loaded === null ? null : loaded.visible.map((record) => graph.index.uuidText(record));
  return { format: graph.index.format.id, sessionId: newSessionId, chain, loads, unknownParents: unknownParents(graph) };
}

/** Parents that a reader of the copy does not find: nowhere, of a type that no loader links, on a damaged line, or left out. */
function unknownParents(graph: ConversationGraph): Set<string> {
  const { index } = graph;
  const unknown = new Set<string>();
  for (let i = 0; i < index.count; i++) {
    if (index.columns.kind[i] === KIND.meta) continue;
    const parent = graph.parent[i]!;
    if (parent === ORPHAN) unknown.add(index.names.text(index.columns.parent[i]!));
    else if (parent >= 0 && (!isLinked(index.columns.kind[parent]!) || graph.hidden[parent] !== 0)) unknown.add(index.uuidText(parent));
  }
  return unknown;
}
