import { describe, expect, it } from 'vitest';
import { NO_REPAIRS } from '../../../src/core/graph/repairs.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { JUDGED_BY_SDK } from '../../support/loaders.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { conversation, idOf, lines, type RecordSpec } from '../../support/records.ts';

/** Record 6 is lost; 20 is a subagent's. */
const SPECS: readonly RecordSpec[] = [
  ...conversation(12).filter(({ id }) => id !== idOf(6)),
  { id: idOf(20), parent: idOf(3), extra: { isSidechain: true } },
];
const tried = async (uuid: number, parent: number) =>
  (await SessionAnalysis.open(memoryPorts(lines(SPECS)), NO_REPAIRS, 'everywhere', JUDGED_BY_SDK)).trials.tryMove(idOf(uuid), idOf(parent));

describe('a record hung under another one by hand', () => {
  it('is simulated, with the reasons of a place that was weighed', async () => {
    const move = await tried(7, 5);
    expect(move).toMatchObject({ kind: 'possible', effect: { before: 5, after: 11 }, proposal: { confidence: 'high', newParentLine: 6 } });
    expect(move.kind === 'possible' && move.finding.code).toMatch(/^orphan/);
  });

  it('may go where nobody thought of', async () => {
    expect(await tried(7, 1)).toMatchObject({ kind: 'possible', effect: { before: 5, after: 7 }, proposal: { newParent: idOf(1) } });
  });

  it.each([
    ['itself', 7, 7, 'its own parent'],
    ['what hangs under it', 7, 9, 'close a circle'],
    ['a subagent', 7, 20, 'belongs to a subagent'],
    ['a record that is gone', 7, 6, 'is gone'],
    ['anything when nothing is wrong with it', 3, 1, 'Nothing is wrong'],
  ])('is refused under %s', async (_, uuid, parent, reason) => {
    expect(await tried(uuid, parent)).toMatchObject({ kind: 'refused', reason: expect.stringContaining(reason) as string });
  });
});
