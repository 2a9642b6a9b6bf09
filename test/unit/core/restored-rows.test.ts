import { expect, test } from 'vitest';
import { withActions } from '../../../src/core/graph/repairs.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { NO_REPAIRS } from '../../../src/core/graph/repairs.ts';
import { present } from '../../support/expect-value.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { conversation, idOf, lines } from '../../support/records.ts';

test('a record that was put back is a row of its own, marked as repaired, with the line of the record it stands behind', async () => {
  const all = conversation(12);
  const ports = memoryPorts(lines(all.filter(({ id }) => id !== idOf(5))), [{ file: 'agent-a1.jsonl', text: lines(all.slice(5, 6)) }]);
  const session = await SessionAnalysis.open(ports);
  const { repairs } = await session.trials.plan('high');
  await session.updates.applyRepairs(withActions(NO_REPAIRS, [present(repairs[0]).suggestion.action]));
  const rows = await session.graph.rows('a', 0, 20);
  expect(rows.map(({ uuid }) => uuid)).toEqual(all.map(({ id }) => id));
  const row = present(rows[5]);
  expect(row).toMatchObject({ uuid: idOf(5), line: 5, repaired: true, parentRow: 4, onResumeChain: true, text: 'answer 5' });
  expect(rows.filter(({ repaired }) => repaired)).toHaveLength(1);
  expect(await session.records.rowOfLine(5)).toBe(4);
  expect(await session.graph.nextRecord('a', idOf(0), 1, 'repaired')).toBe(idOf(5));
  const record = present(await session.records.detail(idOf(5)));
  expect(record).toMatchObject({ line: 5, parentUuid: idOf(4), parentLine: 5 });
  expect(record.blocks[0]?.text).toBe('answer 5');
  expect(record.raw).toContain(idOf(5));
  expect((await session.records.detail(idOf(6)))?.parentUuid).toBe(idOf(5));
});
