import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { MESSAGES_WITH_CONTENT, NO_THINKING_LAST, USER_FIRST } from '../api-rules/messages.ts';
import { CONTENT_RULES } from '../api-rules/content-rules.ts';
import { CALL_IDS_UNIQUE, CALLS_ANSWERED, CALLS_BY_ASSISTANT, RESULTS_CALLED } from '../api-rules/tool-pairs.ts';
import { roleOf, wholePart, type RequestPart, type RequestRule, type ResumeRequest, type Role } from '../request.ts';
import type { ResumeChain } from '../resume-chain.ts';

/** The loader changes nothing of what it loads: whatever the API refuses of that is refused. */
export const SDK_RULES: readonly RequestRule[] = [
  USER_FIRST,
  MESSAGES_WITH_CONTENT,
  NO_THINKING_LAST,
  CALLS_ANSWERED,
  RESULTS_CALLED,
  CALL_IDS_UNIQUE,
  CALLS_BY_ASSISTANT,
  ...CONTENT_RULES,
];

/** All that it shows, as it stands; neighbours of one role are one message, as the API takes them. */
export function sdkRequest(graph: ConversationGraph, chain: ResumeChain): ResumeRequest {
  const messages: { readonly role: Role; readonly parts: RequestPart[] }[] = [];
  for (const record of chain.visible) {
    const role = roleOf(graph, record);
    const open = messages.at(-1);
    if (open?.role === role) open.parts.push(wholePart(graph, record));
    else messages.push({ role, parts: [wholePart(graph, record)] });
  }
  return messages;
}
