import type { Members, RecordFormat } from '../format.ts';
import { keptBy } from './kept-messages.ts';

const USAGE: Members = {
  input_tokens: 'input',
  output_tokens: 'output',
  cache_read_input_tokens: 'cacheRead',
  cache_creation_input_tokens: 'cacheWritten',
};

/** Content blocks as the API has them. */
const BLOCK: Members = {
  type: 'blockType',
  id: 'callId',
  name: 'toolName',
  tool_use_id: 'answeredCall',
  thinking: 'thought',
  signature: 'signature',
};

export const records: RecordFormat = {
  members: {
    type: 'type',
    subtype: 'subtype',
    uuid: 'uuid',
    parentUuid: 'parent',
    sessionId: 'session',
    agentId: 'agent',
    version: 'version',
    entrypoint: 'writer',
    gitBranch: 'branch',
    toolUseID: 'reportedCall',
    parentToolUseID: 'parentCall',
    timestamp: 'time',
    isSidechain: 'sidechain',
    isMeta: 'injected',
    isCompactSummary: 'compactSummary',
    isApiErrorMessage: 'errorReport',
    leafUuid: 'leaf',
    teamName: 'team',
    message: { object: { id: 'messageId', model: 'model', content: { blocks: BLOCK }, usage: { object: USAGE } } },
    attachment: { object: { type: 'attachmentType' } },
  },
  kinds: {
    user: 'user',
    assistant: 'assistant',
    system: 'system',
    progress: 'progress',
    attachment: 'attachment',
    // Written by 2.1.27; reuses one uuid.
    saved_hook_context: 'hookContext',
  },
  links: 'parent',
  blocks: { text: 'text', thinking: 'thinking', redacted_thinking: 'hiddenThinking', tool_use: 'call', tool_result: 'result' },
  boundary: { type: 'system', subtype: 'compact_boundary' },
  keptBy,
  pinType: 'last-prompt',
  queuedPrompt: 'queued_command',
  clientModel: '<synthetic>',
  messageIdStart: 'msg_',
  uuidLength: 36,
  firstMembers: ['parentUuid', 'type', 'uuid', 'sessionId', 'messageId'],
  plainTypes: ['summary', 'file-history-snapshot', 'queue-operation', 'last-prompt', 'content-replacement'],
};
