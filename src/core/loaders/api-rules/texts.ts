import { FLAG } from '../../transcript/record-kinds.ts';
import { REMARK } from '../../transcript/notes/remarks.ts';
import type { RequestRule } from '../request.ts';
import { remarkRule } from './remark-rule.ts';

const SOURCE = 'https://github.com/anthropics/claude-code/issues/59812';

export const TEXTS_NOT_BLANK = remarkRule({
  id: 'blank-text',
  source: SOURCE,
  recovery: { today: 'stuck', loses: null, stuckUntil: null },
  kinds: [REMARK.blankText],
  role: 'assistant',
  sentence: 'A text of this answer is nothing but white space.',
});

export const TEXTS_NOT_EMPTY = remarkRule({
  id: 'empty-text',
  source: SOURCE,
  recovery: { today: 'mends', loses: null, stuckUntil: '2.1.197' },
  kinds: [REMARK.emptyText],
  sentence: 'A text of this message is empty.',
});

/** A prompt that is a text by itself says something. */
export const PROMPTS_NOT_EMPTY: RequestRule = {
  id: 'empty-prompt',
  source: 'Messages API: "all messages must have non-empty content"',
  recovery: { today: 'stuck', loses: null, stuckUntil: null },
  breaches: ({ index }, request) =>
    request.flatMap(({ role, parts }) => {
      const saysNothing = ({ record }: { readonly record: number }): boolean =>
        index.isFlagged(record, FLAG.emptyContent) && index.isFlagged(record, FLAG.text);
      return role === 'user' && parts.every(saysNothing) ? [{ record: parts[0]?.record ?? -1, sentence: 'This prompt is empty.' }] : [];
    }),
};

export const THINKING_SIGNED = remarkRule({
  id: 'thinking-signature',
  source: 'https://github.com/anthropics/claude-code/issues/71111',
  recovery: { today: 'drops', loses: 'the thinking', stuckUntil: '2.1.100' },
  kinds: [REMARK.unsigned],
  role: 'assistant',
  sentence: 'The thinking of this answer has no signature.',
});
