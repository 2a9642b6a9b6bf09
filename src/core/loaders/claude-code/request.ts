import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { USER_FIRST } from '../api-rules/messages.ts';
import { CALL_IDS_UNIQUE, CALLS_ANSWERED, RESULTS_CALLED } from '../api-rules/tool-pairs.ts';
import type { RequestRule, ResumeRequest } from '../request.ts';
import type { ResumeChain } from '../resume-chain.ts';
import { conversationOf } from './conversation.ts';

/**
 * What the client's own rules should see to already: a breach of one of the tools' says that the model of its request is wrong. Thinking at
 * the end of an answer is never sent, and an empty message gets words of the client.
 */
export const CLIENT_RULES: readonly RequestRule[] = [USER_FIRST, CALLS_ANSWERED, RESULTS_CALLED, CALL_IDS_UNIQUE];

/** Injected messages included; what the client adds of its own (reminders, placeholders between turns) left out. */
export function clientRequest(graph: ConversationGraph, chain: ResumeChain): ResumeRequest {
  return conversationOf(graph, chain.records).messages();
}
