import type { RecordSpec } from '../support/records.ts';
import {
  answer,
  apart,
  boundary,
  call,
  id,
  keeps,
  keepsFrom,
  lines,
  part,
  pin,
  progress,
  result,
  summary,
  system,
  user,
  type Extra,
  type Topic,
} from './small.ts';

/** Six messages far apart, as lines. */
const row = apart([user(1, null), answer(2, 1), user(3, 2), answer(4, 3), user(5, 4), answer(6, 5)]).map((spec) => lines([spec]).trimEnd());
const beside = lines([user(9, 1, { at: 250 })]).trimEnd();
const joined = (list: readonly string[]): string => `${list.join('\n')}\n`;
/** What follows a compaction that kept messages 3 and 4. */
const afterKept = (rest: readonly RecordSpec[], kept = [3, 4]): RecordSpec[] => [
  user(1, null),
  answer(2, 1),
  user(3, 2),
  answer(4, 3),
  boundary(7, { logical: 4, metadata: keeps(8, kept) }),
  summary(8, 7),
  ...rest,
];
const heavy: Extra = { keys: { toolUseResult: 'x'.repeat(5.1 * 1024 * 1024) } };
const light: Extra = { keys: { toolUseResult: 'x'.repeat(4.9 * 1024 * 1024) } };

export const compaction: Topic = {
  title: 'Compactions',
  rules: [
    {
      rule: 'a compaction is a root',
      session: [user(1, null), answer(2, 1), boundary(3, { logical: 2 }), summary(4, 3), user(5, 4), answer(6, 5)],
      sends: 'u4 u5 | a6',
    },
    {
      rule: 'its logical parent is not followed',
      session: [user(1, null), answer(2, 1), boundary(3, { logical: 2 }), user(5, 3), answer(6, 5)],
      sends: 'u5 | a6',
    },
    {
      rule: 'what hangs above it is loaded from there',
      session: [user(1, null), answer(2, 1), boundary(3, { logical: 2 }), summary(4, 3), user(5, 2), answer(6, 5)],
      sends: 'u1 | a2 | u5 | a6',
    },
    {
      rule: 'kept messages hang below the summary',
      session: [
        user(1, null),
        answer(2, 1),
        user(3, 2),
        answer(4, 3),
        boundary(7, { logical: 4, metadata: keeps(8, [3, 4]) }),
        summary(8, 7),
        user(5, 4),
        answer(6, 5),
      ],
      sends: 'u8 u3 | a4 | u5 | a6',
    },
    {
      rule: 'what hangs under the summary moves below them',
      session: [
        user(1, null),
        answer(2, 1),
        user(3, 2),
        answer(4, 3),
        boundary(7, { logical: 4, metadata: keeps(8, [3, 4]) }),
        summary(8, 7),
        user(5, 8),
        answer(6, 5),
      ],
      sends: 'u8 u3 | a4 | u5 | a6',
    },
    {
      rule: 'what hangs under one of them stays',
      session: afterKept([user(5, 3, { at: 100 }), answer(6, 5, { at: 101 })]),
      sends: 'u8 u3 u5 | a6',
    },
    {
      rule: 'what hung above the compaction moves below them',
      session: [
        user(1, null),
        answer(2, 1),
        progress(9, 2),
        user(3, 9),
        answer(4, 3),
        boundary(7, { logical: 4, metadata: keeps(8, [3, 4]) }),
        summary(8, 7),
        user(5, 9, { at: 100 }),
        answer(6, 5, { at: 101 }),
      ],
      sends: 'u8 u3 | a4 | u5 | a6',
    },
    {
      rule: 'the older form',
      session: [
        user(1, null),
        answer(2, 1),
        user(3, 2),
        answer(4, 3),
        boundary(7, { logical: 4, metadata: keepsFrom(8, 3, 4) }),
        summary(8, 7),
        user(5, 4),
        answer(6, 5),
      ],
      sends: 'u8 u3 | a4 | u5 | a6',
    },
    {
      rule: 'one of them lost: nothing is moved',
      session: [
        user(1, null),
        answer(2, 1),
        user(3, 2),
        answer(4, 3),
        boundary(7, { logical: 4, metadata: keeps(8, [3, 99, 4]) }),
        summary(8, 7),
        user(5, 4),
        answer(6, 5),
      ],
      sends: 'u1 | a2 | u3 | a4 | u5 | a6',
    },
    {
      rule: 'all of them lost: nothing is moved',
      session: [
        user(1, null),
        answer(2, 1),
        user(3, 2),
        answer(4, 3),
        boundary(7, { logical: 4, metadata: keeps(8, [98, 99]) }),
        summary(8, 7),
        user(5, 4),
        answer(6, 5),
      ],
      sends: 'u1 | a2 | u3 | a4 | u5 | a6',
    },
    {
      rule: 'a break between head and tail: nothing is moved',
      session: [
        user(1, null),
        answer(2, 1),
        user(3, 2),
        answer(4, 99),
        boundary(7, { logical: 4, metadata: keepsFrom(8, 3, 4) }),
        summary(8, 7),
        user(5, 4),
        answer(6, 5),
      ],
      sends: 'u1 | a2 | u3 | a4 | u5 | a6',
    },
    {
      rule: 'a lost anchor does not matter',
      session: [
        user(1, null),
        answer(2, 1),
        user(3, 2),
        answer(4, 3),
        boundary(7, { logical: 4, metadata: keeps(88, [3, 4]) }),
        summary(8, 7),
        user(5, 4),
        answer(6, 5),
      ],
      sends: 'u3 | a4 | u5 | a6',
    },
    {
      rule: 'results that are not listed are gone',
      session: [
        user(1, null),
        call(2, 1, part),
        call(3, 2, part),
        result(4, 2, 2),
        result(5, 3, 3),
        boundary(7, { logical: 5, metadata: keeps(8, [2, 3, 5]) }),
        summary(8, 7),
        user(9, 5),
        answer(10, 9),
      ],
      sends: 'u8 | c3 | r5 u9 | a10',
    },
    {
      rule: 'a later compaction that kept nothing takes all before it away',
      session: [
        user(1, null),
        answer(2, 1),
        user(3, 2),
        answer(4, 3),
        boundary(7, { logical: 4, metadata: keeps(8, [3, 4]) }),
        summary(8, 7),
        user(5, 4),
        answer(6, 5),
        boundary(9, { logical: 6 }),
        summary(10, 9),
        user(11, 6, { at: 100 }),
        answer(12, 11, { at: 101 }),
      ],
      sends: 'u11 | a12',
    },
    {
      rule: 'only the last compaction counts',
      session: [
        user(1, null),
        answer(2, 1),
        user(3, 2),
        answer(4, 3),
        boundary(7, { logical: 4, metadata: keeps(8, [3, 4]) }),
        summary(8, 7),
        user(5, 4),
        answer(6, 5),
        boundary(9, { logical: 6, metadata: keeps(10, [5, 6]) }),
        summary(10, 9),
        user(11, 6),
        answer(12, 11),
      ],
      sends: 'u10 u5 | a6 | u11 | a12',
    },
    {
      rule: 'one that has a parent cuts all the same',
      session: [user(1, null), answer(2, 1), { ...boundary(3, { logical: 2 }), parent: id(2) }, summary(4, 3), user(5, 4), answer(6, 5)],
      sends: 'u4 u5 | a6',
    },
    {
      rule: 'also without a summary',
      session: [user(1, null), answer(2, 1), { ...boundary(3, { logical: 2 }), parent: id(2) }, user(5, 3), answer(6, 5)],
      sends: 'u5 | a6',
    },
    {
      rule: 'but what stands above it is connected: a `last-prompt` there is passed over',
      session:
        lines([user(1, null), answer(2, 1), { ...boundary(3, { logical: 2 }), parent: id(2) }, summary(4, 3), user(5, 4), answer(6, 5)]) +
        pin(2),
      sends: 'u4 u5 | a6',
    },
    {
      rule: 'a call above it is gone, and its result below with it',
      session: [
        user(1, null),
        call(2, 1),
        { ...boundary(3, { logical: 2 }), parent: id(2) },
        summary(4, 3),
        user(5, 4),
        result(7, 5, 2),
        answer(6, 7),
      ],
      sends: 'u4 u5 | a6',
    },
    { rule: 'an empty list keeps nothing', session: afterKept([user(5, 4, { at: 100 }), answer(6, 5, { at: 101 })], []), sends: 'u5 | a6' },
  ],
};

export const damagedLines: Topic = {
  title: 'Lines',
  rules: [
    {
      rule: 'two records on a line: the first is read',
      session: joined([row[0]!, row[1]!, row[2]! + beside, row[3]!, row[4]!, row[5]!]),
      sends: 'u1 | a2 | u3 | a4 | u5 | a6',
    },
    { rule: 'the second is not', session: joined([row[0]!, row[1]!, beside + row[2]!, row[3]!, row[4]!, row[5]!]), sends: 'a4 | u5 | a6' },
    {
      rule: 'whatever stands behind a record does not matter',
      session: joined([row[0]!, row[1]!, row[2]! + 'xyz', row[3]!, row[4]!, row[5]!]),
      sends: 'u1 | a2 | u3 | a4 | u5 | a6',
    },
    {
      rule: 'nor do NULs behind it',
      session: joined([row[0]!, row[1]!, row[2]! + '\0\0', row[3]!, row[4]!, row[5]!]),
      sends: 'u1 | a2 | u3 | a4 | u5 | a6',
    },
    {
      rule: 'bytes before a record hide it',
      session: joined([row[0]!, row[1]!, 'xyz' + row[2]!, row[3]!, row[4]!, row[5]!]),
      sends: 'a4 | u5 | a6',
    },
    { rule: 'as NULs do', session: joined([row[0]!, row[1]!, '\0\0\0\0' + row[2]!, row[3]!, row[4]!, row[5]!]), sends: 'a4 | u5 | a6' },
    { rule: 'a byte order mark does not', session: '\ufeff' + joined(row), sends: 'u1 | a2 | u3 | a4 | u5 | a6' },
    { rule: 'nor do other line ends', session: row.join('\r\n') + '\r\n', sends: 'u1 | a2 | u3 | a4 | u5 | a6' },
    {
      rule: 'a line break within a record hides it',
      session: joined([row[0]!, row[1]!, row[2]!.replace('u3', 'u3\n'), row[3]!, row[4]!, row[5]!]),
      sends: 'a4 | u5 | a6',
    },
    {
      rule: 'a torn last line is passed over',
      session: joined(row.slice(0, 5)) + row[5]!.slice(0, 100),
      sends: 'u1 | a2 | u3 | a4 | u5 | "No response requested."',
    },
    {
      rule: 'a control character hides the record',
      session: joined([row[0]!, row[1]!, row[2]!.replace('u3', 'u3\u0001'), row[3]!, row[4]!, row[5]!]),
      sends: 'a4 | u5 | a6',
    },
  ],
};

export const repairs: Topic = {
  title: 'Repairs',
  rules: [
    {
      rule: 'a result put in below a call brings the call back',
      session: apart([user(1, null), call(2, 1), result(9, 2, 2), user(3, 9), answer(4, 3)]),
      sends: 'u1 | c2 | r9 u3 | a4',
    },
    {
      rule: 'also amid parallel calls',
      session: apart([user(1, null), call(2, 1, part), result(9, 2, 2), call(3, 2, part), result(5, 3, 3), answer(6, 5)]),
      sends: 'u1 | c2 c3 | r9 r5 | a6',
    },
    {
      rule: 'or beside them',
      session: apart([user(1, null), call(2, 1, part), call(3, 2, part), result(9, 2, 2), result(5, 3, 3), answer(6, 5)]),
      sends: 'u1 | c2 c3 | r9 r5 | a6',
    },
    {
      rule: 'a `last-prompt` chooses the leaf',
      session: lines([user(1, null), answer(2, 1), user(3, 2), answer(4, 3), user(5, 2), answer(6, 5)]) + pin(4),
      sends: 'u1 | a2 | u3 | a4',
    },
    {
      rule: 'a moved line does not, where a `last-prompt` names another',
      session: lines(apart([user(1, null), answer(2, 1), user(3, 2), user(5, 2), answer(6, 5), answer(4, 3)])) + pin(6),
      sends: 'u1 | a2 | u5 | a6',
    },
    {
      rule: 'replayed lines left out',
      session: apart([user(1, null), answer(2, 1), user(3, 2), answer(4, 3), user(5, 4), answer(6, 5)]),
      sends: 'u1 | a2 | u3 | a4 | u5 | a6',
    },
    {
      rule: 'children of a hook context hung above it',
      session: apart([
        user(1, null),
        answer(2, 1),
        { ...system(99, 2), type: 'saved_hook_context' },
        user(3, 2),
        answer(4, 3),
        { ...system(99, 4), type: 'saved_hook_context' },
        user(5, 4),
        answer(6, 5),
      ]),
      sends: 'u1 | a2 | u3 | a4 | u5 | a6',
    },
  ],
};

export const large: Topic = {
  title: 'Files of more than 5 MiB',
  rules: [
    {
      rule: 'what stands before a compaction is not read',
      session: [
        user(1, null, heavy),
        answer(2, 1),
        boundary(7, { logical: 2 }),
        summary(8, 7),
        user(5, 2, { at: 100 }),
        answer(6, 5, { at: 101 }),
      ],
      sends: 'u5 | a6',
    },
    {
      rule: 'of a file of 5 MiB it is',
      session: [
        user(1, null, light),
        answer(2, 1),
        boundary(7, { logical: 2 }),
        summary(8, 7),
        user(5, 2, { at: 100 }),
        answer(6, 5, { at: 101 }),
      ],
      sends: 'u1 | a2 | u5 | a6',
    },
    {
      rule: 'unless the compaction kept messages',
      session: [
        user(1, null, heavy),
        answer(2, 1),
        user(3, 2),
        answer(4, 3),
        boundary(7, { logical: 4, metadata: keeps(8, [3, 99, 4]) }),
        summary(8, 7),
        user(5, 4, { at: 100 }),
        answer(6, 5, { at: 101 }),
      ],
      sends: 'u1 | a2 | u3 | a4 | u5 | a6',
    },
    {
      rule: 'nor is a `last-prompt` before it',
      session:
        lines([user(1, null, heavy), answer(2, 1)]) +
        pin(6) +
        lines([boundary(7, { logical: 4 }), summary(8, 7), user(5, 8, { at: 100 }), answer(6, 5, { at: 101 }), user(9, 8, { at: 200 })]),
      sends: 'u8 u9 | "No response requested."',
    },
    {
      rule: 'a subagent’s compaction does the same',
      session: [
        user(1, null, heavy),
        answer(2, 1),
        boundary(7, { logical: 2, keys: { isSidechain: true } }),
        user(5, 2, { at: 100 }),
        answer(6, 5, { at: 101 }),
      ],
      sends: 'u5 | a6',
    },
    {
      rule: 'NULs before a record do not hide it',
      session:
        lines([user(1, null, heavy), answer(2, 1, { at: 100 })]) +
        '\0\0' +
        lines([user(3, 2, { at: 200 })]) +
        lines([answer(4, 3, { at: 300 })]),
      sends: 'u1 | a2 | u3 | a4',
    },
  ],
};
