import { beforeEach, expect, test } from 'vitest';
import { appendPlan } from '../../../../src/operations/log/append-plan.ts';
import { repairFinding, type ChosenRepair } from '../../../../src/operations/log/repair-finding.ts';
import { logInStore, WritableLog } from '../../../../src/operations/log-access/writable-log.ts';
import { SessionAnalysis } from '../../../../src/core/session/session-analysis.ts';
import { appendNow, draft } from '../../../contract/sample.ts';
import { memoryPorts as memoryFiles } from '../../../support/memory-source.ts';
import { conversation, idOf, lines, SESSION } from '../../../support/records.ts';
import { memoryPorts } from '../log-ports.ts';

const ACTING = { operator: 'user:ada', reason: 'seen by hand' };
let session: SessionAnalysis;
let made: ReturnType<typeof memoryPorts>;

beforeEach(async () => {
  session = await SessionAnalysis.open(memoryFiles(lines(conversation(30).filter(({ id }) => id !== idOf(9) && id !== idOf(19)))));
  made = memoryPorts();
});

const open = (): Promise<WritableLog> => WritableLog.open(SESSION, logInStore(made.ports.store, SESSION), made.ports);

async function firstRepair(): Promise<ChosenRepair> {
  const [first] = (await session.trials.plan('high')).repairs;
  if (first === undefined || first.finding.code === 'chosen') throw new Error('The plan has a repair for a finding.');
  return { finding: first.finding, suggestion: first.suggestion };
}

test('a suggestion that still fits is logged with its effect', async () => {
  const chosen = await firstRepair();
  const { logged, stopped } = await repairFinding(open, session, chosen, ACTING);
  expect(stopped).toBeNull();
  expect(logged).toMatchObject([
    {
      event_type: 'parent_repaired',
      message_id: chosen.finding.uuid,
      ...ACTING,
      payload: { effect: { total: expect.any(Number) as unknown } },
    },
  ]);
});

test('who had repaired the record before is named', async () => {
  const chosen = await firstRepair();
  const { event } = await appendNow(made.memory, draft(SESSION, { message_id: chosen.finding.uuid, new_parent_uuid: idOf(1) }));
  expect((await repairFinding(open, session, chosen, ACTING)).stopped).toEqual({ kind: 'conflict', theirs: [event] });
});

test('a finding, a record or a parent that is gone ends it before anything is written', async () => {
  const chosen = await firstRepair();
  const gone = { ...chosen.finding, uuid: 'gone' };
  const elsewhere = { ...chosen.suggestion, action: { kind: 'reparent', uuid: chosen.finding.uuid!, parent: 'gone' } as const };
  for (const changed of [
    { ...chosen, finding: gone },
    { ...chosen, suggestion: elsewhere },
    { ...chosen, finding: { ...chosen.finding, id: 'other' } },
  ]) {
    await expect(repairFinding(open, session, changed, ACTING)).rejects.toMatchObject({ code: 'session-changed' });
  }
  expect(await made.memory.events(SESSION)).toEqual([]);
});

test('repairs that were planned together stand behind a checkpoint, which is not counted', async () => {
  const { repairs, effect } = await session.trials.plan('high');
  const told: [number, number][] = [];
  const plan = { repairs, effect, operator: 'user:ada' };
  const { logged } = await appendPlan(await open(), session, plan, { onProgress: (...step) => told.push(step) });
  expect(logged.map(({ event_type: type, reason }) => [type, reason])).toEqual([
    ['note', ''],
    ...repairs.map(({ suggestion }) => ['parent_repaired', suggestion.reasons[0]]),
  ]);
  expect(logged[0]?.payload).toMatchObject({ checkpoint: `before repairing ${repairs.length} findings` });
  expect(told).toEqual(repairs.map((_, i) => [i + 1, repairs.length]));
});
