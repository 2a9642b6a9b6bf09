import { expect, test } from 'vitest';
import { applyPatch } from '../../../../src/core/patch/apply-patch.ts';
import { verifyCopy } from '../../../../src/core/patch/verify-copy.ts';
import { actionsOf } from '../../../../src/core/findings/finding.ts';
import { SessionAnalysis } from '../../../../src/core/session/session-analysis.ts';
import { listEnds } from '../../../../src/operations/session/list-ends.ts';
import { answer, system, user } from '../../../resume/small.ts';
import { memoryPorts, memorySource } from '../../../support/memory-source.ts';
import { idOf, lines, type RecordSpec } from '../../../support/records.ts';

const COPY_ID = '99999999-8888-4777-8666-555555555555';

function turn(n: number, parent: number | null): RecordSpec[] {
  return [user(n, parent, { at: n }), answer(n + 1, n, { at: n + 1 }), system(n + 2, n + 1, { at: n + 2 })];
}

/** Healthy: the second and third turn were left by going back. */
const rewound = lines([...turn(1, null), ...turn(4, 3), ...turn(7, 6), ...turn(10, 3)]);
const opened = (text = rewound): Promise<SessionAnalysis> => SessionAnalysis.open(memoryPorts(text));

test('the ends of all branches are listed, and where they branch off', async () => {
  const { ends, points, total } = await listEnds(await opened());
  expect(ends.map(({ kind, row, prompt, isCurrent, loads }) => [kind, row.line, prompt?.line, isCurrent, loads])).toEqual([
    ['end', 11, 10, true, 4],
    ['end', 8, 7, false, 6],
    ['fork', 2, 1, false, 2],
  ]);
  expect(points.map(({ line }) => line)).toEqual([1, 2, 10, 11]);
  expect(total).toBe(8);
});

test.each([
  ['the end of a branch that was left', 8, [1, 2, 4, 5, 7, 8]],
  ['the note behind that end', 9, [1, 2, 4, 5, 7, 8]],
  ['a message amid a branch that was left', 5, [1, 2, 4, 5]],
  ['a message before the fork', 2, [1, 2]],
])('a healthy session goes on from %s, by every loader', async (_, from, loads) => {
  const session = await opened();
  const tried = await session.trials.tryEnd(idOf(from));
  if (tried.kind === 'refused') throw new Error(tried.reason);
  const actions = actionsOf(tried.proposal);
  expect(actions[0]).toEqual({ kind: 'choose-leaf', uuid: idOf(loads.at(-1)!) });
  expect([tried.effect.after, ...tried.effect.others.map(({ after }) => after)]).toEqual(Array(2).fill(loads.length));
  const expected = await session.copies.expectation(COPY_ID, actions);
  expect(expected.chain).toEqual(loads.map(idOf));
  const parts: Uint8Array[] = [];
  await applyPatch(memorySource(rewound), await session.copies.patch(COPY_ID, actions), (piece) => {
    parts.push(piece.slice());
    return Promise.resolve();
  });
  const copy = memorySource(Buffer.concat(parts));
  expect(await verifyCopy(copy, expected)).toEqual([]);
  // Read anew, the copy goes on from there by every loader.
  const { judgement } = await opened(Buffer.concat(parts).toString());
  for (const { now } of (await judgement.loadedChains()).values()) expect(now).toEqual(loads.map(idOf));
  expect((await judgement.findings()).filter(({ severity }) => severity !== 'info')).toEqual([]);
});

test('where it goes on already, and what is no message, is refused', async () => {
  const { trials } = await opened();
  for (const uuid of [idOf(11), idOf(12), idOf(99), 'x']) expect((await trials.tryEnd(uuid)).kind).toBe('refused');
});
