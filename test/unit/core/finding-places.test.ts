import { expect, it } from 'vitest';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { idOf, lines } from '../../support/records.ts';

it('says the rows of findings, and where their parents stand in their lines, for all at once', async () => {
  const text = lines([{ id: idOf(0) }, { id: idOf(2), parent: idOf(1) }]);
  const session = await SessionAnalysis.open(memoryPorts(text));
  const [second = ''] = text.split('\n').slice(1);
  const start = second.indexOf(`"${idOf(1)}"`);
  expect(
    await session.records.findingPlaces([
      { line: 2, uuid: idOf(2), withColumns: true },
      { line: 1, uuid: null, withColumns: false },
      { line: 9, uuid: idOf(7), withColumns: true },
    ]),
  ).toEqual([
    { row: 1, columns: { start, end: start + idOf(1).length + 2 } },
    { row: 0, columns: null },
    { row: null, columns: null },
  ]);
});
