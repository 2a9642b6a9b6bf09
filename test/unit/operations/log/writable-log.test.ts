import { expect, test } from 'vitest';
import type { LogPorts } from '../../../../src/operations/ports.ts';
import { logInStore, WritableLog } from '../../../../src/operations/log-access/writable-log.ts';
import { flushWaiting } from '../../../../src/operations/outbox/flush-waiting.ts';
import { appendNow, draft } from '../../../contract/sample.ts';
import { AWAY, memoryPorts } from '../log-ports.ts';

const open = (ports: LogPorts): Promise<WritableLog> => WritableLog.open('s', logInStore(ports.store, 's'), ports);
const drafts = (...messages: readonly string[]) => messages.map((message_id) => draft('s', { message_id }));

test('events are appended behind the log that was read, each told', async () => {
  const { ports, memory } = memoryPorts();
  await appendNow(memory, draft('s', { message_id: 'a' }));
  const told: [number, number][] = [];
  const log = await open(ports);
  const { logged, waiting, stopped } = await log.append(drafts('b', 'c'), { onProgress: (...step) => told.push(step) });
  expect([logged.map(({ seq }) => seq), waiting, stopped, log.outOfReach]).toEqual([[2, 3], [], null, null]);
  expect(told).toEqual([
    [1, 2],
    [2, 2],
  ]);
  expect(log.events.map(({ message_id }) => message_id)).toEqual(['a', 'b', 'c']);
});

test('what somebody else appended since names itself, and nothing is written', async () => {
  const { ports, memory } = memoryPorts();
  const log = await open(ports);
  const { event } = await appendNow(memory, draft('s', { message_id: 'x', operator: 'user:eve' }));
  const { logged, stopped } = await log.append(drafts('a'));
  expect([logged, stopped]).toEqual([[], { kind: 'conflict', theirs: [event] }]);
  expect(await memory.events('s')).toHaveLength(1);
});

test('an aborted run ends between two events; what was written stays', async () => {
  const { ports, memory } = memoryPorts();
  const stop = new AbortController();
  const log = await open(ports);
  const { logged, stopped } = await log.append(drafts('a', 'b'), { signal: stop.signal, onProgress: () => stop.abort() });
  expect([logged.length, stopped]).toEqual([1, null]);
  expect(await memory.events('s')).toHaveLength(1);
});

test('with the store away all wait, are in sight of the next one who decides, and are appended once when it is back', async () => {
  const { ports, memory, store } = memoryPorts();
  store.isAway = true;
  const log = await open(ports);
  const { logged, waiting, stopped } = await log.append(drafts('a', 'b'));
  expect([logged, waiting.map(({ message_id }) => message_id), stopped, log.outOfReach]).toEqual([[], ['a', 'b'], null, AWAY]);
  const next = await open(ports);
  expect(next.state.overrides()).toEqual({ a: 'p1', b: 'p1' });
  expect((await next.append([draft('s', { message_id: 'a', new_parent_uuid: 'other' })])).stopped).toMatchObject({ kind: 'conflict' });
  store.isAway = false;
  const { flushed, events } = await open(ports);
  expect(flushed.appended.map(({ event_id }) => event_id)).toEqual(waiting.map(({ event_id }) => event_id));
  expect(events).toEqual(await memory.events('s'));
  expect(await flushWaiting(ports, null)).toEqual([]);
});

test('a store that goes away in the middle, its last answer lost: each event is in the log once', async () => {
  const { ports, memory, store } = memoryPorts();
  store.answers = 1;
  const log = await open(ports);
  const { logged, waiting } = await log.append(drafts('a', 'b', 'c'));
  expect([logged.map(({ message_id }) => message_id), waiting.map(({ message_id }) => message_id)]).toEqual([['a'], ['b', 'c']]);
  store.isAway = false;
  store.answers = Number.MAX_SAFE_INTEGER;
  await open(ports);
  expect((await memory.events('s')).map(({ message_id }) => message_id)).toEqual(['a', 'b', 'c']);
});

test('a log that may not wait fails while the store is away, and keeps nothing', async () => {
  const { ports, store } = memoryPorts();
  const log = await WritableLog.openStored('s', logInStore(ports.store, 's'), ports);
  store.isAway = true;
  expect((await log.append(drafts('a'))).stopped).toEqual({ kind: 'failed', error: AWAY });
  expect(await ports.outbox.sessions()).toEqual([]);
  await expect(WritableLog.openStored('s', logInStore(ports.store, 's'), ports)).rejects.toBe(AWAY);
});
