import { expect, test } from 'vitest';
import type { LogPorts } from '../../../../src/operations/ports.ts';
import { comparePositions } from '../../../../src/operations/log/compare-positions.ts';
import { createCheckpoint } from '../../../../src/operations/log/create-checkpoint.ts';
import { exportLog } from '../../../../src/operations/log/export-log.ts';
import { followLog } from '../../../../src/operations/log/follow-log.ts';
import { carryOutImport, planImport } from '../../../../src/operations/log/import-log.ts';
import { listCheckpoints } from '../../../../src/operations/log/list-checkpoints.ts';
import { readLog } from '../../../../src/operations/log/read-log.ts';
import { carryOutRevert, planRevert, revertOne } from '../../../../src/operations/log/revert-events.ts';
import { seenInExport, verifyLogs } from '../../../../src/operations/log/verify-logs.ts';
import type { SessionFile } from '../../../../src/operations/log-access/session-file.ts';
import { logInStore, WritableLog } from '../../../../src/operations/log-access/writable-log.ts';
import { dropWaiting } from '../../../../src/operations/outbox/drop-waiting.ts';
import { failureOf } from '../../../../src/operations/operation.ts';
import { keepUp } from '../../../../src/operations/store/upkeep.ts';
import { appendNow, draft } from '../../../contract/sample.ts';
import { AWAY, memoryPorts } from '../log-ports.ts';

const ACTING = { operator: 'user:ada', reason: 'not this one' };
const FILE: SessionFile = {
  records: { detail: (uuid) => Promise.resolve({ fileParentUuid: `file parent of ${uuid}` }) },
  sync: { fingerprint: () => Promise.resolve({ size: 1, sha256: 'b'.repeat(64) }) },
};
const open = (ports: LogPorts): Promise<WritableLog> => WritableLog.open('s', logInStore(ports.store, 's'), ports);

/** Ports over a log that gives each of these messages a new parent. */
async function portsWith(...messages: readonly string[]): Promise<ReturnType<typeof memoryPorts>> {
  const made = memoryPorts();
  for (const message_id of messages) await appendNow(made.memory, draft('s', { message_id }));
  return made;
}

test('where nothing can be stored yet a log is empty, and no store is opened to say so', async () => {
  const { ports, store } = memoryPorts();
  store.isEmpty = true;
  expect((await readLog(ports, { sessionId: 's' })).events).toEqual([]);
  await expect(exportLog(ports, { sessionId: 's', format: 'json' })).rejects.toMatchObject({ code: 'nothing-logged' });
  expect(await verifyLogs(ports, { sessionId: null })).toEqual([]);
  expect((await keepUp(ports, { sample: null })).logs).toEqual({ checked: 0, of: 0, faulty: [] });
  expect(store.opened).toBe(0);
});

test('a log is read to a position, and two positions are compared', async () => {
  const { ports } = await portsWith('a', 'b', 'c');
  const { events, state } = await readLog(ports, { sessionId: 's', to: '2' });
  expect([events.length, state.overrides()]).toEqual([2, { a: 'p1', b: 'p1' }]);
  const { comparison } = await comparePositions(ports, { sessionId: 's', from: '1', to: 'head' });
  expect(comparison.parents.map(({ uuid }) => uuid)).toEqual(['b', 'c']);
  await expect(readLog(ports, { sessionId: 's', to: 'nowhere' })).rejects.toMatchObject({ code: 'no-position' });
});

test('a log is followed from what is there until the signal aborts, no event left out', async () => {
  const { ports, memory } = await portsWith('a');
  const stop = new AbortController();
  const told: string[] = [];
  const following = followLog(
    ports,
    's',
    {
      start: (events) => told.push(...events.map(({ message_id }) => `start ${message_id}`)),
      event: (event, events) => told.push(`${event.message_id} of ${events.length}`),
    },
    stop.signal,
  );
  await expect.poll(() => told.length).toBe(1);
  for (const message_id of ['b', 'c']) await appendNow(memory, draft('s', { message_id }));
  expect(told).toEqual(['start a', 'b of 2', 'c of 3']);
  stop.abort();
  await following;
  await appendNow(memory, draft('s', { message_id: 'd' }));
  expect(told).toHaveLength(3);
});

test('events are taken back by number, by id and since a position; what the file says is looked up', async () => {
  const { ports, memory } = await portsWith('a', 'b', 'c');
  const log = await open(ports);
  const [first] = log.events;
  const plan = planRevert(log, { kind: 'events', names: ['#2', first!.event_id] });
  expect(plan.targets.map(({ seq }) => seq)).toEqual([2, 1]);
  const { logged } = await carryOutRevert(log, plan, ACTING, () => Promise.resolve(FILE));
  expect(logged.map(({ new_parent_uuid, operator, reason }) => [new_parent_uuid, operator, reason])).toEqual([
    ['file parent of b', ACTING.operator, ACTING.reason],
    ['file parent of a', ACTING.operator, ACTING.reason],
  ]);
  expect((await memory.events('s')).length).toBe(5);
  expect(planRevert(await open(ports), { kind: 'since', position: '2' }).targets.map(({ seq }) => seq)).toEqual([5, 4, 3]);
  expect(() => planRevert(log, { kind: 'events', names: ['ffff'] })).toThrow('The log of s has no event ffff.');
  expect(() => planRevert(log, { kind: 'events', names: [first!.event_id.slice(0, 4)] })).toThrow('begin with');
});

test('where the file is gone, the log says what parent a record had', async () => {
  const { ports } = await portsWith('a');
  const log = await open(ports);
  const { logged } = await carryOutRevert(log, planRevert(log, { kind: 'events', names: ['1'] }), ACTING, () => Promise.resolve(null));
  expect(logged[0]).toMatchObject({ new_parent_uuid: 'lost', transcript: draft('s').transcript });
});

test('of two who take one event back the second is told of the first', async () => {
  const { ports } = await portsWith('a');
  const log = await open(ports);
  const eventId = log.events[0]!.event_id;
  const { logged } = await revertOne(log, eventId, ACTING, FILE);
  expect(logged[0]).toMatchObject({ reverts_event_id: eventId, new_parent_uuid: 'file parent of a' });
  expect(await revertOne(await open(ports), eventId, ACTING, FILE)).toEqual({
    logged: [],
    waiting: [],
    stopped: { kind: 'conflict', theirs: logged },
  });
  await expect(revertOne(log, 'none', ACTING, FILE)).rejects.toMatchObject({ code: 'not-found' });
});

test('a checkpoint names the newest position, once', async () => {
  const { ports } = await portsWith('a');
  const input = { name: ' before ', ...ACTING };
  await createCheckpoint(await open(ports), input, null);
  expect(await listCheckpoints(ports, 's')).toMatchObject([{ name: 'before', seq: 2, operator: ACTING.operator }]);
  await expect(createCheckpoint(await open(ports), input, FILE)).rejects.toMatchObject({ code: 'bad-name' });
  const empty = memoryPorts();
  await expect(createCheckpoint(await open(empty.ports), input, null)).rejects.toMatchObject({ code: 'nothing-logged' });
});

test('an exported log is imported into another store once, and compared with what is there', async () => {
  const { ports } = await portsWith('a', 'b');
  const { text, events } = await exportLog(ports, { sessionId: 's', format: 'json' });
  expect(events).toBe(2);
  const { ports: others, memory } = memoryPorts();
  const planned = await planImport(others, { text, operator: 'user:ada' });
  expect([planned.added, planned.operators, await memory.events('s')]).toEqual([2, ['user:tester'], []]);
  await carryOutImport(others, planned);
  expect(await memory.events('s')).toEqual((await readLog(ports, { sessionId: 's' })).events);
  expect((await planImport(others, { text, operator: 'user:ada' })).added).toBe(0);
  const against = await seenInExport(ports, text, 'file');
  await appendNow(memory, draft('s', { message_id: 'c' }));
  expect((await verifyLogs(others, { sessionId: 's', against })).map(({ verdict }) => verdict.is_sound)).toEqual([true]);
});

test('all logs are verified, those that only a kept head tells of included; an accepted one is taken as it is', async () => {
  const { ports, memory } = await portsWith('a');
  await appendNow(memory, draft('t', { message_id: 'a' }));
  const { events } = await readLog(ports, { sessionId: 't' });
  await ports.heads.keep('gone', [{ ...events[0]!, session_id: 'gone' }]);
  const told: number[] = [];
  const checked = await verifyLogs(ports, { sessionId: null }, { onProgress: (number) => told.push(number) });
  expect(checked.map(({ verdict }) => [verdict.session_id, verdict.is_sound])).toEqual([
    ['gone', false],
    ['s', true],
    ['t', true],
  ]);
  expect(told).toEqual([1, 2, 3]);
  expect((await verifyLogs(ports, { sessionId: 'gone', accept: true }))[0]?.verdict.is_sound).toBe(true);
  const stop = new AbortController();
  stop.abort();
  expect(await verifyLogs(ports, { sessionId: null }, { signal: stop.signal })).toEqual([]);
});

test('an upkeep rebuilds what is stale and checks as many logs as it is asked to', async () => {
  const { ports, memory } = await portsWith('a');
  await appendNow(memory, draft('t', { message_id: 'a' }));
  expect(await keepUp(ports, { sample: 1 })).toEqual({ views: { checked: 2, rebuilt: 0 }, logs: { checked: 1, of: 2, faulty: [] } });
});

test('one repair that waits is given up by the beginning of its id', async () => {
  const { ports, store } = memoryPorts();
  store.isAway = true;
  const { waiting } = await (await open(ports)).append([draft('s', { message_id: 'a' })]);
  await expect(dropWaiting(ports, 'ffffffff')).rejects.toMatchObject({ code: 'not-found' });
  await expect(dropWaiting(ports, waiting[0]!.event_id.slice(0, 3))).rejects.toMatchObject({ code: 'not-found' });
  expect((await dropWaiting(ports, waiting[0]!.event_id.slice(0, 30))).event_id).toBe(waiting[0]!.event_id);
  expect(await ports.outbox.sessions()).toEqual([]);
});

test('expected errors of all layers are plain data with a code and a remedy; others are not', () => {
  expect(failureOf(AWAY)).toEqual({ code: 'unreachable', message: 'The store is away.', remedy: 'Wait.', retryable: true });
  expect(failureOf(new Error('no'))).toBeNull();
});
