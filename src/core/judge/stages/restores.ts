import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { losslessRepairs } from '../../repair/lossless.ts';
import type { Restores, Subject } from '../judgement.ts';

/** The third stage: what can be put back without loss. @param graph with the repairs in force */
export function judgeRestores({ elsewhere, sessionId }: Subject, graph: ConversationGraph): Restores {
  return losslessRepairs(graph, elsewhere, sessionId);
}
