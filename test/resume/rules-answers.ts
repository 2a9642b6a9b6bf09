import { answer, attachment, call, part, result, side, thinking, user, type Topic } from './small.ts';

export const parallel: Topic = {
  title: 'Parallel calls',
  rules: [
    {
      rule: 'calls and results beside the chain are put back',
      session: [user(1, null), call(2, 1, part), call(3, 2, part), result(4, 2, 2), result(5, 3, 3), answer(6, 5)],
      sends: 'u1 | c2 c3 | r4 r5 | a6',
    },
    {
      rule: 'behind the call of the chain',
      session: [user(1, null), call(2, 1, part), call(3, 1, part), result(4, 2, 2), result(5, 3, 3), answer(6, 5)],
      sends: 'u1 | c3 c2 | r4 r5 | a6',
    },
    {
      rule: 'otherwise as in the file',
      session: [user(1, null), answer(20, 1, part), call(2, 20, part), call(3, 20, part), result(4, 2, 2), result(5, 3, 3), answer(6, 5)],
      sends: 'u1 | a20 c2 c3 | r4 r5 | a6',
    },
    {
      rule: 'of one answer text comes before calls',
      session: [
        user(1, null),
        answer(2, 1, part),
        call(3, 2, part),
        call(4, 2, part),
        answer(9, 2, part),
        result(5, 3, 3),
        result(6, 4, 4),
        answer(7, 5),
      ],
      sends: 'u1 | a2 a9 c3 c4 | r5 r6 | a7',
    },
    {
      rule: 'a late result is found',
      session: [
        user(1, null),
        call(2, 1, part),
        call(3, 2, part),
        result(5, 3, 3),
        answer(6, 5),
        result(4, 2, 2),
        user(7, 6),
        answer(8, 7),
      ],
      sends: 'u1 | c2 c3 | r5 r4 | a6 | u7 | a8',
    },
    {
      rule: 'by the id of its call, whatever it hangs under',
      session: [user(1, null), call(2, 1, part), call(3, 2, part), result(4, 1, 2), result(5, 3, 3), answer(6, 5)],
      sends: 'u1 | c2 c3 | r4 r5 | a6',
    },
    {
      rule: 'a subagent’s part of the answer too',
      session: [user(1, null), call(2, 1, part), call(3, 1, { ...part, ...side }), result(4, 2, 2), result(5, 3, 3), answer(6, 4)],
      sends: 'u1 | c2 c3 | r4 r5 | a6',
    },
    {
      rule: 'results between parts of one answer come after it',
      session: [user(1, null), call(2, 1, part), result(4, 2, 2), call(3, 4, part), result(5, 3, 3), answer(6, 5)],
      sends: 'u1 | c2 c3 | r4 r5 | a6',
    },
    {
      rule: 'a result elsewhere on the chain is not found',
      session: [
        user(1, null),
        call(2, 1, part),
        call(3, 2, part),
        result(5, 3, 3),
        answer(6, 5),
        user(7, 6),
        result(4, 7, 2),
        answer(8, 4),
      ],
      sends: 'u1 | c2 c3 | ?2 r5 | a6 | u7 | a8',
    },
    {
      rule: 'what hangs under an answer of the chain is put back even after a rewind',
      session: [
        user(1, null),
        answer(20, 1, part),
        call(2, 20, part),
        result(3, 2, 2),
        answer(8, 3),
        user(9, 8),
        user(4, 20),
        answer(6, 4),
      ],
      sends: 'u1 | a20 c2 | r3 u4 | a6',
    },
  ],
};

export const tools: Topic = {
  title: 'Calls without results and results without calls',
  rules: [
    { rule: 'a call without result is left out', session: [user(1, null), call(2, 1), user(3, 2), answer(4, 3)], sends: 'u1 u3 | a4' },
    {
      rule: 'also one of several',
      session: [user(1, null), call(2, 1, part), call(3, 2, part), result(5, 3, 3), answer(6, 5)],
      sends: 'u1 | c3 | r5 | a6',
    },
    {
      rule: 'at the end it is kept, with a stand-in',
      session: [user(1, null), answer(2, 1, part), call(3, 2, part)],
      sends: 'u1 | a2 c3 | ?3 | "No response requested."',
    },
    { rule: 'not when a prompt follows', session: [user(1, null), call(2, 1), user(3, 2)], sends: 'u1 u3 | "No response requested."' },
    { rule: 'nor when the model answered', session: [user(1, null), call(2, 1), answer(3, 2)], sends: 'u1 | a3' },
    {
      rule: 'in a turn that ends with a result all its calls are kept',
      session: [user(1, null), call(2, 1, part), call(3, 2, part), result(5, 3, 3), answer(6, 5), call(7, 6), result(8, 7, 7)],
      sends: 'u1 | c2 c3 | ?2 r5 | a6 | c7 | r8 | "No response requested."',
    },
    {
      rule: 'but not those of earlier turns',
      session: [
        user(1, null),
        call(2, 1, part),
        call(3, 2, part),
        result(5, 3, 3),
        answer(6, 5),
        user(10, 6),
        call(7, 10),
        result(8, 7, 7),
      ],
      sends: 'u1 | c3 | r5 | a6 | u10 | c7 | r8 | "No response requested."',
    },
    {
      rule: 'a result without call is left out',
      session: [user(1, null), answer(2, 1), result(3, 2, 99), answer(4, 3)],
      sends: 'u1 | a2 | "(no content)" | a4',
    },
    {
      rule: 'also one that does not follow its call',
      session: [user(1, null), call(2, 1), answer(3, 2), result(4, 3, 2), answer(5, 4)],
      sends: 'u1 | c2 | ?2 | a3 | "(no content)" | a5',
    },
    {
      rule: 'a prompt between call and result is moved behind it',
      session: [user(1, null), call(2, 1), user(3, 2), result(4, 3, 2), answer(5, 4)],
      sends: 'u1 | c2 | r4 u3 | a5',
    },
    {
      rule: 'of two results the first counts',
      session: [user(1, null), call(2, 1), result(3, 2, 2), result(4, 3, 2), answer(5, 4)],
      sends: 'u1 | c2 | r3 | a5',
    },
    {
      rule: 'of two calls with one id the first counts',
      session: [
        user(1, null),
        call(2, 1),
        result(3, 2, 2),
        answer(4, 3),
        { ...call(5, 4), content: [{ type: 'tool_use', id: 'toolu_2', name: 'Bash', input: {} }] },
        result(6, 5, 2),
        answer(7, 6),
      ],
      sends: 'u1 | c2 | r3 | a4 | "[Tool use interrupted]" | "(no content)" | a7',
    },
  ],
};

export const content: Topic = {
  title: 'What is not sent',
  rules: [
    {
      rule: 'what the client says of a failed request',
      session: [
        user(1, null),
        answer(2, 1),
        user(3, 2),
        {
          ...answer(4, 3, {
            keys: {
              isApiErrorMessage: true,
              error: 'unknown',
              message: {
                id: '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d',
                model: '<synthetic>',
                role: 'assistant',
                type: 'message',
                stop_reason: 'stop_sequence',
                content: [{ type: 'text', text: 'a4' }],
              },
            },
          }),
        },
        user(5, 4),
        answer(6, 5),
      ],
      sends: 'u1 | a2 | u3 u5 | a6',
    },
    {
      rule: 'but not its other words',
      session: [
        user(1, null),
        answer(2, 1),
        user(3, 2),
        {
          ...answer(4, 3, {
            keys: {
              message: {
                id: '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d',
                model: '<synthetic>',
                role: 'assistant',
                type: 'message',
                stop_reason: 'stop_sequence',
                content: [{ type: 'text', text: 'a4' }],
              },
            },
          }),
        },
        user(5, 4),
        answer(6, 5),
      ],
      sends: 'u1 | a2 | u3 | a4 | u5 | a6',
    },
    {
      rule: 'a malformed attachment',
      session: [user(1, null), answer(2, 1), attachment(3, 2, { keys: { attachment: null } }), user(4, 3), answer(5, 4)],
      sends: 'u1 | a2 | u4 | a5',
    },
    {
      rule: 'an attachment record without attachment',
      session: [user(1, null), answer(2, 1), attachment(3, 2, { keys: { attachment: undefined } }), user(4, 3), answer(5, 4)],
      sends: 'u1 | a2 | u4 | a5',
    },
    {
      rule: 'an answer of thinking alone',
      session: [user(1, null), answer(2, 1), user(3, 2), thinking(4, 3)],
      sends: 'u1 | a2 | u3 | "No response requested."',
    },
  ],
};
