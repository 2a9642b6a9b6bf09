import { FLAG } from '../../transcript/record-kinds.ts';
import { isThinkingAlone, type RequestRule } from '../request.ts';

/** The user speaks first. */
export const USER_FIRST: RequestRule = {
  id: 'assistant-first',
  source: 'Messages API: "first message must use the user role"',
  recovery: { today: 'mends', loses: null, stuckUntil: null },
  breaches: (_graph, [first]) =>
    first === undefined || first.role === 'user'
      ? []
      : [{ record: first.parts[0]?.record ?? -1, sentence: 'The conversation begins with an answer: what was asked is not sent.' }],
};

/** Messages have content, but for an answer that the request ends with. */
export const MESSAGES_WITH_CONTENT: RequestRule = {
  id: 'message-empty',
  source: 'Messages API: "all messages must have non-empty content except for the optional final assistant message"',
  recovery: { today: 'mends', loses: null, stuckUntil: null },
  breaches: ({ index }, request) =>
    request.flatMap(({ role, parts }, at) => {
      const isFinal = role === 'assistant' && at === request.length - 1;
      const isEmpty = !isFinal && parts.every(({ record }) => index.isFlagged(record, FLAG.emptyContent));
      return isEmpty ? [{ record: parts[0]?.record ?? -1, sentence: 'This message has no content.' }] : [];
    }),
};

/** No answer ends with thinking. */
export const NO_THINKING_LAST: RequestRule = {
  id: 'thinking-last',
  source: 'Messages API: "the final block in an assistant message cannot be `thinking`"',
  recovery: { today: 'mends', loses: 'the thinking', stuckUntil: null },
  breaches: ({ index }, request) =>
    request.flatMap(({ role, parts }) => {
      const last = parts.at(-1);
      if (role !== 'assistant' || last === undefined || !isThinkingAlone(index.columns.flags[last.record]!)) return [];
      return [{ record: last.record, sentence: 'This answer ends with its thinking.' }];
    }),
};
