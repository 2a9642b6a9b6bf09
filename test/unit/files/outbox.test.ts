import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MemoryEventStore } from '../../../src/core/log/append/memory-store.ts';
import { flushOutbox, isOutOfReach, type QueuedRepair } from '../../../src/core/log/append/outbox.ts';
import { StoreError, type EventStore } from '../../../src/core/log/store.ts';
import type { EventDraft } from '../../../src/core/log/event.ts';
import { FileOutbox } from '../../../src/files/data/outbox-files.ts';
import { sha256 } from '../../../src/files/sha256.ts';
import { appendNow, draft, revertOf, storeErrorOf } from '../../contract/sample.ts';

const SESSION = '794650a6-0000-4000-8000-000000000001';
let directory: string;
let outbox: FileOutbox;
let store: EventStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'riff-outbox-'));
  outbox = new FileOutbox(directory, 'local');
  store = new MemoryEventStore({ now: Date.now, newId: () => v7(), sha256, engineVersion: '0.0.0' });
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

function queued(changes: Partial<EventDraft> = {}, expected: QueuedRepair['expected'] = { seq: 0, digest: '' }): QueuedRepair {
  return { event_id: v7(), queued_at: '2026-01-31T12:00:00.000Z', draft: draft(SESSION, changes), expected };
}

const file = (): string => join(directory, 'outbox', `${SESSION}.jsonl`);
const idsOf = (list: readonly { readonly event_id: string }[]): string[] => list.map(({ event_id }) => event_id);

describe('the outbox on disk', () => {
  test('keeps what was given to it, in order, for whoever looks next', async () => {
    const repairs = [queued({ message_id: 'a' }), queued({ message_id: 'b', payload: { text: 'π\n\u2028 😀' } }, null)];
    await outbox.add(SESSION, repairs.slice(0, 1));
    await outbox.add(SESSION, repairs.slice(1));
    const other = new FileOutbox(directory, 'local');
    expect(await other.sessions()).toEqual([SESSION]);
    expect(await other.waiting(SESSION)).toEqual(repairs.map((repair) => ({ ...repair, conflict: null })));
    expect(await other.waiting('another')).toEqual([]);
  });

  test('keeps what waits for one store apart from what waits for another', async () => {
    const [here, there] = [queued(), queued({ message_id: 'b' })];
    const other = new FileOutbox(directory, 'wss://db.example.org/rpc team/shop');
    await outbox.add(SESSION, [here]);
    await other.add(SESSION, [there]);
    expect(idsOf(await outbox.waiting(SESSION))).toEqual([here.event_id]);
    expect(idsOf(await other.waiting(SESSION))).toEqual([there.event_id]);
    expect(await outbox.elsewhere()).toEqual(new Map([['wss://db.example.org/rpc team/shop', 1]]));
    expect(idsOf((await flushOutbox(outbox, store, SESSION)).appended)).toEqual([here.event_id]);
    expect(await outbox.sessions()).toEqual([]);
    expect(await other.sessions()).toEqual([SESSION]);
  });

  test('is empty where there is none', async () => {
    const none = new FileOutbox(join(directory, 'none'), 'local');
    expect([await none.sessions(), await none.waiting(SESSION)]).toEqual([[], []]);
  });

  test.skipIf(process.platform === 'win32')('is the user’s alone', async () => {
    await outbox.add(SESSION, [queued()]);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, 'outbox'))).mode & 0o777).toBe(0o700);
  });

  test('forgets nothing: lines are only added', async () => {
    const [first, second] = [queued(), queued({ message_id: 'b' })];
    await outbox.add(SESSION, [first, second]);
    const before = await readFile(file(), 'utf8');
    await outbox.settle(SESSION, first.event_id, { kind: 'dropped' });
    expect(idsOf(await outbox.waiting(SESSION))).toEqual([second.event_id]);
    expect((await readFile(file(), 'utf8')).startsWith(before)).toBe(true);
    await outbox.settle(SESSION, second.event_id, { kind: 'appended', seq: 1 });
    expect(await outbox.sessions()).toEqual([]);
  });

  test('a line that a crash cut short is passed over, at whatever byte, and the next one is whole', async () => {
    const [first, second, third] = [queued({ message_id: 'a' }), queued({ message_id: 'b' }), queued({ message_id: 'c' })];
    await outbox.add(SESSION, [first]);
    const { size } = await stat(file());
    await outbox.add(SESSION, [second]);
    const whole = await readFile(file());
    for (const cut of [1, 2, 40, whole.length - size - 2, whole.length - size - 1]) {
      await writeFile(file(), whole);
      await truncate(file(), size + cut);
      expect(idsOf(await outbox.waiting(SESSION))).toEqual([first.event_id]);
      await outbox.add(SESSION, [third]);
      expect(idsOf(await outbox.waiting(SESSION))).toEqual([first.event_id, third.event_id]);
    }
  });

  test('a line that was spoilt otherwise is an error: it may be a repair', async () => {
    await outbox.add(SESSION, [queued()]);
    await appendFile(file(), '{"kind":"queued"}\n');
    expect(await storeErrorOf(outbox.waiting(SESSION))).toMatchObject({ code: 'invalid_data' });
  });

  test('sessions of any name have a file of their own below the folder', async () => {
    const names = ['../../etc/passwd', 'a/b', 'ü', 'x'.repeat(200)];
    for (const name of names) await outbox.add(name, [{ ...queued(), draft: draft(name) }]);
    expect((await outbox.sessions()).sort()).toEqual([...names].sort());
    expect(await readdir(directory)).toEqual(['outbox']);
  });
});

describe('when the store is back', () => {
  test('all are appended in order with the ids they had, once', async () => {
    const repairs = ['a', 'b', 'c'].map((name) => queued({ message_id: name }));
    await outbox.add(SESSION, repairs);
    const report = await flushOutbox(outbox, store, SESSION);
    expect([idsOf(report.appended), report.conflicts]).toEqual([idsOf(repairs), []]);
    expect(await outbox.waiting(SESSION)).toEqual([]);
    const events = await store.events(SESSION);
    expect(idsOf(events)).toEqual(idsOf(repairs));
    expect(events[0]?.payload).toMatchObject({ queued_at: '2026-01-31T12:00:00.000Z' });
    expect(await flushOutbox(outbox, store, SESSION)).toEqual({ appended: [], conflicts: [] });
  });

  test('one that got into the log before the crash is not appended again', async () => {
    const [first, second] = [queued({ message_id: 'a' }), queued({ message_id: 'b' })];
    await outbox.add(SESSION, [first, second]);
    await store.append(first.draft, { seq: 0, digest: '' }, first.event_id);
    await appendNow(store, draft(SESSION, { message_id: 'elsewhere' }));
    const report = await flushOutbox(outbox, store, SESSION);
    expect(idsOf(report.appended)).toEqual([first.event_id, second.event_id]);
    expect((await store.events(SESSION)).map(({ message_id }) => message_id)).toEqual(['a', 'elsewhere', 'b']);
  });

  test('a repair of a record that somebody else has repaired waits, with theirs; the others go on', async () => {
    const theirs = await appendNow(store, draft(SESSION, { message_id: 'b', new_parent_uuid: 'their choice', operator: 'user:other' }));
    const repairs = [queued({ message_id: 'a' }), queued({ message_id: 'b' }), queued({ message_id: 'c' })];
    await outbox.add(SESSION, repairs);
    const report = await flushOutbox(outbox, store, SESSION);
    expect(idsOf(report.appended)).toEqual([repairs[0]!.event_id, repairs[2]!.event_id]);
    const conflict = [expect.objectContaining({ event_id: theirs.event.event_id, operator: 'user:other', seq: 1 })];
    expect(report.conflicts).toMatchObject([{ event_id: repairs[1]!.event_id, conflict }]);
    expect(await new FileOutbox(directory, 'local').waiting(SESSION)).toMatchObject([{ event_id: repairs[1]!.event_id, conflict }]);
    expect((await store.view(SESSION))?.message_parents).toEqual({ a: 'p1', b: 'their choice', c: 'p1' });
  });

  test('a repair that was made without sight of the log conflicts with what is in force there', async () => {
    const theirs = await appendNow(store, draft(SESSION, { message_id: 'a', operator: 'user:other' }));
    const seen = queued({ message_id: 'a', old_parent_uuid: 'p1', new_parent_uuid: 'p2' }, { seq: 1, digest: theirs.event.event_digest });
    const unseen = queued({ message_id: 'a' }, null);
    await outbox.add(SESSION, [unseen]);
    expect((await flushOutbox(outbox, store, SESSION)).conflicts).toHaveLength(1);
    await outbox.settle(SESSION, unseen.event_id, { kind: 'dropped' });
    await outbox.add(SESSION, [seen]);
    expect((await flushOutbox(outbox, store, SESSION)).appended).toHaveLength(1);
  });

  test('a conflict holds what builds on it', async () => {
    const repairs = [
      queued({ message_id: 'a', new_parent_uuid: 'p1' }),
      queued({ message_id: 'a', old_parent_uuid: 'p1', new_parent_uuid: 'p2' }),
    ];
    await outbox.add(SESSION, repairs);
    await appendNow(store, draft(SESSION, { message_id: 'a', new_parent_uuid: 'p9' }));
    expect(idsOf((await flushOutbox(outbox, store, SESSION)).conflicts)).toEqual(idsOf(repairs));
  });

  test('a revert whose event is not in force any more waits, too', async () => {
    const { event } = await appendNow(store, draft(SESSION));
    const revert = { ...queued(), draft: revertOf(event), expected: { seq: 1, digest: event.event_digest } };
    await outbox.add(SESSION, [revert]);
    const theirs = await appendNow(store, revertOf(event));
    const { conflicts } = await flushOutbox(outbox, store, SESSION);
    expect(conflicts).toMatchObject([{ conflict: [{ event_id: theirs.event.event_id }] }]);
  });

  test('a store that goes away again in the middle keeps the rest waiting', async () => {
    const repairs = ['a', 'b', 'c'].map((name) => queued({ message_id: name }));
    await outbox.add(SESSION, repairs);
    const gone = new StoreError('unreachable', 'gone', 'wait');
    let calls = 0;
    const weak: EventStore = Object.create(store, {
      append: {
        value: (...args: Parameters<EventStore['append']>) => {
          calls += 1;
          // The second one gets there, and nobody hears of it.
          return store.append(...args).then((outcome) => (calls < 2 ? outcome : Promise.reject(gone)));
        },
      },
      events: { value: (...args: Parameters<EventStore['events']>) => store.events(...args) },
    }) as EventStore;
    await expect(flushOutbox(outbox, weak, SESSION)).rejects.toBe(gone);
    expect(isOutOfReach(gone)).toBe(true);
    expect(idsOf(await outbox.waiting(SESSION))).toEqual(idsOf(repairs.slice(1)));
    await flushOutbox(outbox, store, SESSION);
    expect(idsOf(await store.events(SESSION))).toEqual(idsOf(repairs));
  });
});
