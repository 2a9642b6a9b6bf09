import { expect, test } from 'vitest';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { conversation, idOf, lines } from '../../support/records.ts';

const LOST = [idOf(9), idOf(13), idOf(30)];
const damaged = lines(conversation(43).filter(({ id }) => !LOST.includes(id)));

test('the overview counts the findings of each stretch and knows the first of its worst', async () => {
  const session = await SessionAnalysis.open(memoryPorts(damaged));
  const { findings, worst } = await session.graph.overview('a', 4);
  expect([...findings]).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0]);
  const rows = await Promise.all([...worst].filter((row) => row >= 0).map(async (row) => (await session.graph.rows('a', row, 1))[0]));
  expect(rows.map((row) => row?.uuid)).toEqual([idOf(10), idOf(14), idOf(31)]);
  expect(worst[3]).toBe(-1);
  expect([...(await session.graph.overview('a', 1)).findings]).toEqual([0, 0, 3]);
  expect([...(await session.graph.overview('a', 1)).worst]).toEqual([worst[0]]);
});
