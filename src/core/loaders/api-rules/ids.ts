import { REMARK } from '../../transcript/notes/remarks.ts';
import type { RequestRule } from '../request.ts';
import { remarkRule } from './remark-rule.ts';
import { TOOL_ID } from './tool-id.ts';

/** Ids of calls are of letters, digits, _ and -. */
export const TOOL_IDS: RequestRule = {
  id: 'tool-id',
  source: 'Messages API: "String should match pattern \'^[a-zA-Z0-9_-]+$\'"',
  recovery: { today: 'stuck', loses: null, stuckUntil: null },
  breaches({ index: { tools, names } }, request) {
    /** Per id: 1 for a good one, 2 for a bad one. */
    const known = new Uint8Array(names.size);
    const isBad = (id: number): boolean => (known[id] ||= TOOL_ID.test(names.text(id)) ? 1 : 2) === 2;
    return request.flatMap(({ parts }) =>
      parts.flatMap(({ record, tools: sent }) =>
        sent
          .map((tool) => tools.id[tool]!)
          .filter((id) => id >= 0 && isBad(id))
          .map((id) => ({ record, sentence: `The id “${names.text(id)}” of a tool call has other characters than the API takes.` })),
      ),
    );
  },
};

/** Input of a call is an object. */
export const INPUT_OBJECTS = remarkRule({
  id: 'tool-input',
  source: 'Messages API: "tool_use.input: Input should be an object"',
  recovery: { today: 'stuck', loses: null, stuckUntil: null },
  kinds: [REMARK.oddInput],
  sentence: 'The input of a tool call is not an object, as programs write it that convert sessions.',
});
