import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { USER_FIRST } from '../api-rules/messages.ts';
import { CONTENT_RULES } from '../api-rules/content-rules.ts';
import { CALL_IDS_UNIQUE, CALLS_ANSWERED, CALLS_BY_ASSISTANT, RESULTS_CALLED } from '../api-rules/tool-pairs.ts';
import type { RequestRule, ResumeRequest } from '../request.ts';
import type { ResumeChain } from '../resume-chain.ts';
import { conversationOf } from './conversation.ts';

/**
 * What the client's own rules should see to already: a breach of one of these says that the model of its request is wrong. Thinking at
 * the end of an answer is never sent, and an empty message gets words of the client.
 */
const KEPT_RULES: readonly RequestRule[] = [USER_FIRST, CALLS_ANSWERED, RESULTS_CALLED, CALL_IDS_UNIQUE];

/** And what it sends as it stands. */
export const CLIENT_RULES: readonly RequestRule[] = [...KEPT_RULES, CALLS_BY_ASSISTANT, ...CONTENT_RULES];

/** Injected messages included; what the client adds of its own (reminders, placeholders between turns) left out. */
export function clientRequest(graph: ConversationGraph, chain: ResumeChain): ResumeRequest {
  return conversationOf(graph, chain.records).messages();
}
