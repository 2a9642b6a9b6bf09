import type { Members, RecordFormat } from '../format.ts';
import { compactedBy, summaryBy } from './compacted.ts';
import { errorIn } from './error-report.ts';
import { keptBy } from './kept-messages.ts';
import { queueNote } from './queue.ts';

const USAGE: Members = {
  input_tokens: 'input',
  output_tokens: 'output',
  cache_read_input_tokens: 'cacheRead',
  cache_creation_input_tokens: 'cacheWritten',
};

const SOURCE: Members = { media_type: 'mediaType', data: 'mediaData' };

/** Blocks inside the result of a tool. */
const RESULT_BLOCK: Members = { type: 'blockType', source: { object: SOURCE } };

/** Content blocks as the API has them. */
const BLOCK: Members = {
  type: 'blockType',
  id: 'callId',
  name: 'toolName',
  tool_use_id: 'answeredCall',
  thinking: 'thought',
  signature: 'signature',
  text: 'said',
  input: 'callInput',
  source: { object: SOURCE },
  content: { blocks: RESULT_BLOCK },
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
  blocks: {
    text: 'text',
    thinking: 'thinking',
    redacted_thinking: 'hiddenThinking',
    tool_use: 'call',
    tool_result: 'result',
    server_tool_use: 'serverCall',
    advisor_tool_result: 'serverResult',
    web_search_tool_result: 'serverResult',
    web_fetch_tool_result: 'serverResult',
    code_execution_tool_result: 'serverResult',
    bash_code_execution_tool_result: 'serverResult',
    text_editor_code_execution_tool_result: 'serverResult',
    tool_search_tool_result: 'serverResult',
    image: 'picture',
    document: 'document',
  },
  boundary: { type: 'system', subtype: 'compact_boundary' },
  keptBy,
  compactedBy,
  summaryBy,
  errorIn,
  queueType: 'queue-operation',
  queueNote,
  pinType: 'last-prompt',
  lastPromptIn: ({ lastPrompt }) => (typeof lastPrompt === 'string' ? lastPrompt : null),
  queuedPrompt: 'queued_command',
  clientModel: '<synthetic>',
  apiModelStart: 'claude-',
  messageIdStart: 'msg_',
  uuidLength: 36,
  firstMembers: ['parentUuid', 'type', 'uuid', 'sessionId', 'messageId'],
  plainTypes: ['summary', 'file-history-snapshot', 'queue-operation', 'last-prompt', 'content-replacement'],
};
