import type { ChangeRules } from '../format.ts';

export const changes: ChangeRules = {
  members: { session: 'sessionId', parent: 'parentUuid', time: 'timestamp', leaf: 'leafUuid' },
  titleTypes: ['custom-title', 'ai-title', 'agent-name', 'tag', 'mode', 'permission-mode', 'pr-link'],
  listedTail: 64 * 1024,
  putBack: { without: ['agentId'], set: { isSidechain: false } },
  lostResult: ({ id, uuid, session, version, time, resultUuid, text }) => ({
    parentUuid: uuid,
    isSidechain: false,
    userType: 'external',
    ...(session === null ? {} : { sessionId: session }),
    ...(version === null ? {} : { version }),
    type: 'user',
    message: { role: 'user', content: [{ tool_use_id: id, type: 'tool_result', content: text, is_error: true }] },
    uuid: resultUuid,
    ...(Number.isNaN(time) ? {} : { timestamp: new Date(time).toISOString() }),
    toolUseResult: text,
    sourceToolAssistantUUID: uuid,
  }),
  prompt: ({ uuid, parent, session, version, time, text }) => ({
    parentUuid: parent,
    isSidechain: false,
    userType: 'external',
    ...(session === null ? {} : { sessionId: session }),
    ...(version === null ? {} : { version }),
    type: 'user',
    message: { role: 'user', content: text },
    uuid,
    ...(Number.isNaN(time) ? {} : { timestamp: new Date(time).toISOString() }),
  }),
};
