import type { RecordSpec } from '../support/records.ts';
import { answer, apart, attachment, boundary, lines, pin, progress, side, summary, system, user, type Topic } from './small.ts';

/** Two branches from record 2; the second stands last. */
const fork = [user(1, null), answer(2, 1), user(3, 2), answer(4, 3), user(5, 2), answer(6, 5)];
/** Two branches from record 4 besides. */
const fork2 = [
  user(1, null),
  answer(2, 1),
  user(3, 2),
  answer(4, 3),
  user(7, 4),
  answer(8, 7),
  user(9, 4),
  answer(10, 9),
  user(5, 2),
  answer(6, 5),
];
const straight = [user(1, null), answer(2, 1), user(3, 2), answer(4, 3), user(5, 4), answer(6, 5)];

export const leaf: Topic = {
  title: 'Where the client continues',
  rules: [
    {
      rule: 'of two branches the one that stands last in the file is continued, though older',
      session: [
        user(1, null),
        answer(2, 1),
        user(3, 2, { at: 100 }),
        answer(4, 3, { at: 101 }),
        user(5, 2, { at: 50 }),
        answer(6, 5, { at: 51 }),
      ],
      sends: 'u1 | a2 | u5 | a6',
    },
    {
      rule: 'the last record is continued from even when another hangs under it',
      session: [user(1, null), answer(2, 1), answer(5, 4), user(4, 2)],
      sends: 'u1 | a2 | u4 | "No response requested."',
    },
    {
      rule: 'a system record counts as last',
      session: [user(1, null), answer(2, 1), user(3, 2, { at: 50 }), answer(4, 3, { at: 51 }), system(9, 2, { at: 200 })],
      sends: 'u1 | a2',
    },
    {
      rule: 'an attachment counts as last',
      session: [user(1, null), answer(2, 1), user(3, 2, { at: 50 }), answer(4, 3, { at: 51 }), attachment(9, 2, { at: 200 })],
      sends: 'u1 | a2',
    },
    {
      rule: 'but not one that leads to no message',
      session: [user(1, null), answer(2, 1), user(3, 2), answer(4, 3), system(9, 99, { at: 100 })],
      sends: 'u1 | a2 | u3 | a4',
    },
    {
      rule: 'a progress record does not count',
      session: [user(1, null), answer(2, 1), user(3, 2, { at: 50 }), answer(4, 3, { at: 51 }), progress(9, 2, { at: 200 })],
      sends: 'u1 | a2 | u3 | a4',
    },
    {
      rule: 'a subagent’s record does not count',
      session: [
        user(1, null),
        answer(2, 1),
        user(3, 2, { at: 50 }),
        answer(4, 3, { at: 51 }),
        user(9, 2, { at: 200, keys: { isSidechain: true } }),
        answer(10, 9, { at: 201, keys: { isSidechain: true } }),
      ],
      sends: 'u1 | a2 | u3 | a4',
    },
    {
      rule: 'an injected message counts',
      session: [
        user(1, null),
        answer(2, 1),
        user(3, 2, { at: 50 }),
        answer(4, 3, { at: 51 }),
        user(9, 2, { at: 200, keys: { isMeta: true } }),
      ],
      sends: 'u1 | a2 | u9 | "No response requested."',
    },
    {
      rule: 'a team member’s message counts',
      session: [
        user(1, null),
        answer(2, 1),
        user(3, 2),
        answer(4, 3),
        user(9, 2, { keys: { teamName: 'x' } }),
        answer(10, 9, { keys: { teamName: 'x' } }),
      ],
      sends: 'u1 | a2 | u9 | a10',
    },
    {
      rule: 'a record of an unknown type does not count',
      session: [user(1, null), answer(2, 1), user(3, 2), answer(4, 3), { ...system(9, 2), type: 'banana' as never }],
      sends: 'u1 | a2 | u3 | a4',
    },
    {
      rule: 'nothing but subagents’ records is no conversation',
      session: [user(1, null, { keys: { isSidechain: true } }), answer(2, 1, { keys: { isSidechain: true } })],
      sends: null,
    },
    {
      rule: 'a newer time does not make a leaf',
      session: [user(1, null), answer(2, 1), user(3, 2), answer(4, 3, { at: 10000 }), user(5, 2), answer(6, 5)],
      sends: 'u1 | a2 | u5 | a6',
    },
    {
      rule: 'a line moved to the end does',
      session: apart([user(1, null), answer(2, 1), user(3, 2), user(5, 2), answer(6, 5), answer(4, 3)]),
      sends: 'u1 | a2 | u3 | a4',
    },
    { rule: 'a `last-prompt` names the leaf, wherever it stands', session: pin(4) + lines(fork), sends: 'u1 | a2 | u3 | a4' },
    { rule: 'it is taken as it is, not followed down', session: lines(fork2) + pin(4), sends: 'u1 | a2 | u3 | a4' },
    {
      rule: 'it is passed over when the last record hangs below it',
      session: lines(straight) + pin(4),
      sends: 'u1 | a2 | u3 | a4 | u5 | a6',
    },
    { rule: 'of several the last counts', session: lines(fork) + pin(6) + pin(4), sends: 'u1 | a2 | u3 | a4' },
    { rule: 'one that names nothing known undoes those before', session: lines(fork) + pin(4) + pin(99), sends: 'u1 | a2 | u5 | a6' },
    {
      rule: 'a gap hides that the last record hangs below it: all behind the gap is left out',
      session: lines([user(1, null), answer(2, 1), user(3, 2), answer(4, 3), answer(6, 5), user(7, 6), answer(8, 7)]) + pin(4),
      sends: 'u1 | a2 | u3 | a4',
    },
    {
      rule: 'as does a compaction',
      session: lines([user(1, null), answer(2, 1), boundary(3, { logical: 2 }), summary(4, 3), user(5, 4), answer(6, 5)]) + pin(2),
      sends: 'u1 | a2',
    },
    { rule: 'one that names a subagent’s record spoils the session', session: lines([...fork, user(11, 4, side)]) + pin(11), sends: null },
  ],
};

export const gaps: Topic = {
  title: 'Gaps',
  rules: [
    {
      rule: 'a parent that is not there: the latest record before goes on',
      session: [user(1, null), answer(2, 1), user(3, 2), user(5, 4), answer(6, 5)],
      sends: 'u1 | a2 | u3 u5 | a6',
    },
    {
      rule: 'up to five seconds before',
      session: [user(1, null, { at: 0 }), answer(2, 1, { at: 1 }), user(5, 99, { at: 6 }), answer(6, 5, { at: 7 })],
      sends: 'u1 | a2 | u5 | a6',
    },
    {
      rule: 'not more',
      session: [user(1, null, { at: 0 }), answer(2, 1, { at: 1 }), user(5, 99, { at: 6.001 }), answer(6, 5, { at: 7.001 })],
      sends: 'u5 | a6',
    },
    {
      rule: 'one of the same time is near enough',
      session: [user(1, null, { at: 1 }), answer(2, 1, { at: 5 }), user(5, 99, { at: 5 }), answer(6, 5, { at: 51 })],
      sends: 'u1 | a2 | u5 | a6',
    },
    {
      rule: 'of one time the first in the file is taken',
      session: [user(1, null, { at: 1 }), answer(2, 1, { at: 5 }), user(3, 2, { at: 5 }), user(5, 99, { at: 5 }), answer(6, 5, { at: 51 })],
      sends: 'u1 | a2 | u5 | a6',
    },
    {
      rule: 'wherever it stands in the file',
      session: [
        user(1, null),
        answer(2, 1, { at: 10 }),
        user(5, 99, { at: 50 }),
        answer(6, 5, { at: 51 }),
        user(7, 2, { at: 49 }),
        answer(8, 6, { at: 60 }),
      ],
      sends: 'u1 | a2 | u7 u5 | a6 | a8',
    },
    {
      rule: 'the time decides, not the place',
      session: [
        user(1, null, { at: 0 }),
        answer(2, 1, { at: 49 }),
        user(3, null, { at: 48 }),
        answer(4, 3, { at: 48.5 }),
        user(5, 99, { at: 50 }),
        answer(6, 5, { at: 51 }),
      ],
      sends: 'u1 | a2 | u5 | a6',
    },
    {
      rule: 'what hangs below the gap may be taken',
      session: [
        user(1, null, { at: 0 }),
        answer(2, 1, { at: 1 }),
        user(5, 99, { at: 3 }),
        user(9, 5, { at: 2.5 }),
        answer(6, 5, { at: 3.2 }),
        user(7, 6, { at: 3.5 }),
        answer(8, 7, { at: 4 }),
      ],
      sends: 'u1 | a2 | u9 u5 | a6 | u7 | a8',
    },
    {
      rule: 'never a subagent’s record',
      session: [
        user(1, null, { at: 0 }),
        answer(2, 1, { at: 1 }),
        user(9, null, { at: 4, ...side }),
        answer(10, 9, { at: 5, ...side }),
        user(5, 99, { at: 6 }),
        answer(6, 5, { at: 7 }),
      ],
      sends: 'u1 | a2 | u5 | a6',
    },
    {
      rule: 'a system record may be taken, on whichever branch',
      session: [user(1, null), answer(2, 1), user(3, 2), answer(4, 3), system(7, 1), user(5, 99), answer(6, 5)],
      sends: 'u1 u5 | a6',
    },
    {
      rule: 'a record without time has nothing before it',
      session: lines([user(1, null, { at: 0 }), answer(2, 1, { at: 1 }), user(5, 99, { at: 2 }), answer(6, 5, { at: 3 })]).replace(
        /(u5.*)"timestamp":"[^"]*"/,
        '$1"x":1',
      ),
      sends: 'u5 | a6',
    },
    {
      rule: 'nor is one without time taken',
      session: lines([user(1, null, { at: 0 }), answer(2, 1, { at: 1 }), user(5, 99, { at: 2 }), answer(6, 5, { at: 3 })]).replace(
        /(a2.*)"timestamp":"[^"]*"/,
        '$1"timestamp":"zzz"',
      ),
      sends: 'u1 u5 | a6',
    },
    {
      rule: 'each gap is stepped over anew',
      session: [user(1, null), answer(2, 1), user(3, 99), answer(4, 3), user(5, 98), answer(6, 5)],
      sends: 'u1 | a2 | u3 | a4 | u5 | a6',
    },
    {
      rule: 'also over a compaction',
      session: [
        user(1, null, { at: 0 }),
        answer(2, 1, { at: 1 }),
        boundary(3, { logical: 2, at: 1.5 }),
        user(5, 99, { at: 1.2 }),
        answer(6, 5, { at: 4 }),
      ],
      sends: 'u1 | a2 | u5 | a6',
    },
    { rule: 'a null parent is an end', session: [user(1, null), answer(2, 1), user(3, null), answer(4, 3)], sends: 'u3 | a4' },
    {
      rule: 'a cycle is a gap',
      session: [user(1, null, { at: 0 }), answer(2, 1, { at: 1 }), user(3, 3, { at: 4 }), answer(4, 3, { at: 51 }), user(5, 4, { at: 52 })],
      sends: 'u1 | a2 | u3 | a4 | u5 | "No response requested."',
    },
    {
      rule: 'with the same five seconds',
      session: [
        user(1, null, { at: 0 }),
        answer(2, 1, { at: 1 }),
        user(3, 3, { at: 50 }),
        answer(4, 3, { at: 51 }),
        user(5, 4, { at: 52 }),
      ],
      sends: 'u3 | a4 | u5 | "No response requested."',
    },
    {
      rule: 'also one of several records',
      session: [
        user(1, null, { at: 0 }),
        answer(2, 1, { at: 1 }),
        user(3, 6, { at: 2 }),
        answer(4, 3, { at: 3 }),
        user(5, 4, { at: 4 }),
        answer(6, 5, { at: 5 }),
        user(7, 6, { at: 6 }),
        answer(8, 7, { at: 7 }),
      ],
      sends: 'u1 | a2 | u3 | a4 | u5 | a6 | u7 | a8',
    },
  ],
};

const SIX = straight.map((each, at) => ({ ...each, at }));
/** A record of the six once more, byte for byte. */
const again = (n: number): RecordSpec => SIX[n - 1]!;

export const records: Topic = {
  title: 'Which records count',
  rules: [
    {
      rule: 'of records with one uuid the last counts',
      session: [
        user(1, null),
        { ...answer(2, 1), content: [{ type: 'text', text: 'a9' }] },
        user(3, 2),
        answer(4, 3),
        answer(2, 3),
        user(5, 4),
        answer(6, 5),
      ],
      sends: 'u1 | a2 | u3 | a4 | u5 | a6',
    },
    {
      rule: 'replayed history at the end is where it goes on',
      session: [user(1, null), answer(2, 1), user(3, 2), answer(4, 3), user(5, 4), answer(6, 5), answer(2, 1), user(3, 2)],
      sends: 'u1 | a2 | u3 | "No response requested."',
    },
    {
      rule: 'unless what hangs below it is no older: then it goes on at the newest of that',
      session: [...SIX, again(2), again(3)],
      sends: 'u1 | a2 | u3 | a4 | u5 | a6',
    },
    {
      rule: 'what was written again with a later time is the newest',
      session: [...SIX, { ...again(3), at: 30 }, again(2)],
      sends: 'u1 | a2 | u3 | "No response requested."',
    },
    {
      rule: 'of several branches below it the newest counts, whichever is longer',
      session: [user(1, null), answer(2, 1, { at: 9 }), answer(3, 1, { at: 5 }), user(4, 3, { at: 6 }), user(1, null, { at: 1 })],
      sends: 'u1 | a2',
    },
    {
      rule: 'a parent that stands below its children is followed down to them',
      session: [answer(2, 1, { at: 2 }), user(3, 2, { at: 3 }), answer(4, 3, { at: 4 }), user(1, null, { at: 1 })],
      sends: 'u1 | a2 | u3 | a4',
    },
    {
      rule: 'what stands below and is of the same time counts as newer',
      session: [user(3, 2, { at: 5 }), user(1, null, { at: 1 }), answer(2, 1, { at: 5 })],
      sends: 'u1 | a2 | u3 | "No response requested."',
    },
    {
      rule: 'a system record below it counts, a subagent’s does not',
      session: [...SIX, system(7, 4, { at: 60 }), user(8, 5, { at: 70, ...side }), again(3)],
      sends: 'u1 | a2 | u3 | a4',
    },
    {
      rule: 'with a `last-prompt` above it nothing below is looked at',
      session: `${lines([...SIX, again(3)])}${pin(2)}`,
      sends: 'u1 | a2 | u3 | "No response requested."',
    },
    {
      rule: 'replayed history before the end does no harm',
      session: [
        user(1, null),
        answer(2, 1),
        user(3, 2),
        answer(4, 3),
        user(1, null),
        answer(2, 1),
        user(3, 2),
        answer(4, 3),
        user(5, 4),
        answer(6, 5),
      ],
      sends: 'u1 | a2 | u3 | a4 | u5 | a6',
    },
    {
      rule: 'a record of an unknown type is not there',
      session: [
        user(1, null),
        answer(2, 1),
        { ...system(3, 2), type: 'banana' as never },
        user(4, 3, { at: 100 }),
        answer(5, 4, { at: 101 }),
      ],
      sends: 'u4 | a5',
    },
    {
      rule: 'nor is a hook context',
      session: [
        user(1, null),
        answer(2, 1),
        { ...system(3, 2), type: 'saved_hook_context' as never },
        user(4, 3, { at: 100 }),
        answer(5, 4, { at: 101 }),
      ],
      sends: 'u4 | a5',
    },
    {
      rule: 'progress records are passed through',
      session: [user(1, null), answer(2, 1), progress(3, 2), user(4, 3, { at: 100 }), answer(5, 4, { at: 101 })],
      sends: 'u1 | a2 | u4 | a5',
    },
    {
      rule: 'but not by what stands before them',
      session: [user(1, null), answer(2, 1), user(4, 3, { at: 100 }), progress(3, 2), answer(5, 4, { at: 101 })],
      sends: 'u4 | a5',
    },
    {
      rule: 'a subagent’s record on the way is sent',
      session: [user(1, null), answer(2, 1), user(3, 2, side), answer(4, 3)],
      sends: 'u1 | a2 | u3 | a4',
    },
    {
      rule: 'an empty parent is none',
      session: [user(1, null), answer(2, 1), { ...user(3, null, { at: 100 }), parent: '' }, answer(4, 3)],
      sends: 'u3 | a4',
    },
  ],
};
