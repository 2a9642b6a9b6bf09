/**
 * What every event store must do. Called by one test file for each implementation.
 */
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RepairEvent } from '../../src/core/log/event.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { replay } from '../../src/core/log/replay.ts';
import type { EventStore } from '../../src/core/log/store.ts';
import { MemoryEventStore } from '../../src/core/log/append/memory-store.ts';
import { eventFromRow } from '../../src/core/log/rows.ts';
import { NOTHING_KNOWN, verifyChain, verifyLog } from '../../src/core/log/verify/verify.ts';
import { sha256 } from '../../src/files/sha256.ts';
import { appendNow, draft, messageRow, revertOf, sessionRow, storeErrorOf, stream, until } from './sample.ts';

export interface StoreHarness {
  /** Another client of the same data. */
  open(): Promise<EventStore>;
  dispose(): Promise<void>;
}

export function describeEventStore(name: string, makeHarness: () => Promise<StoreHarness>): void {
  describe(name, () => {
    let harness: StoreHarness;
    let store: EventStore;
    let count = 0;
    const newSession = (): string => `session-${(count += 1)}`;

    beforeAll(async () => {
      harness = await makeHarness();
      store = await harness.open();
    }, 120_000);

    afterAll(async () => {
      await store.close();
      await harness.dispose();
    }, 60_000);

    test('an empty log has head 0, no events and no view', async () => {
      const session = newSession();
      expect(await store.head(session)).toEqual({ seq: 0, digest: '' });
      expect(await store.events(session)).toEqual([]);
      expect(await store.view(session)).toBeNull();
      expect(await store.rebuildView(session)).toBeNull();
    });

    test('an appended event is in the log, in the head and in the view', async () => {
      const session = newSession();
      const { event, view } = await appendNow(store, draft(session));
      expect(event).toMatchObject({ ...draft(session), seq: 1, prev_digest: '' });
      expect(event.event_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/u);
      expect(await store.events(session)).toEqual([event]);
      expect(await store.head(session)).toEqual({ seq: 1, digest: event.event_digest });
      expect(await store.view(session)).toEqual(view);
      expect(view).toMatchObject({
        session_id: session,
        last_seq: 1,
        head_digest: event.event_digest,
        message_parents: { m1: 'p1' },
        statistics: { total_events: 1, active_repairs: 1, reverted_events: 0, operators: { 'user:tester': 1 } },
        is_stale: false,
        drift_detected: false,
      });
    });

    test('events link to each other and are read by range', async () => {
      const session = newSession();
      const written: RepairEvent[] = [];
      for (let index = 0; index < 5; index += 1) written.push((await appendNow(store, draft(session, { message_id: `m${index}` }))).event);
      expect(await store.events(session)).toEqual(written);
      expect(await store.events(session, 2, 4)).toEqual(written.slice(1, 4));
      expect(await store.events(session, 6)).toEqual([]);
      expect(verifyChain(await store.events(session), sha256)).toEqual([]);
    });

    test('whatever JSON an event carries comes back unchanged', async () => {
      const session = newSession();
      const payload: JsonObject = {
        text: 'π “quoted” \u0000 \u2028 😀',
        numbers: [0, 1, -1, 1.5, 1e-7, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 123456.789e3],
        nested: { none: null, yes: true, list: [[], {}, [null]] },
        constructor: 'a key that objects inherit',
        'key with "quotes" and \n': 1,
        '': 'empty key',
      };
      const { event } = await appendNow(
        store,
        draft(session, { payload, reason: 'a\nb\tc — ü', operator: 'agent:Ünïcode', message_id: 'weird "id" 😀' }),
      );
      expect(event.payload).toEqual(payload);
      const read = await store.events(session);
      expect(read).toEqual([event]);
      expect(verifyChain(read, sha256)).toEqual([]);
      expect((await store.view(session))?.message_parents).toEqual({ 'weird "id" 😀': 'p1' });
    });

    test('what could not come back unchanged is refused, and nothing is written', async () => {
      const session = newSession();
      const lone = String.fromCharCode(0xd800);
      const bad = [
        draft(session, { reason: lone }),
        draft(session, { payload: { [lone]: 1 } }),
        draft(session, { payload: { a: Number.NaN } }),
        draft(session, { payload: { a: 2 ** 60 } }),
        draft(session, { operator: 'nobody' }),
        draft(session, { similarity_score: 2 }),
        draft(session, { event_type: 'reverted', reverts_event_id: 'not-an-id' }),
      ];
      for (const one of bad) expect((await storeErrorOf(store.append(one, { seq: 0, digest: '' }))).code).toBe('invalid_data');
      expect((await storeErrorOf(store.append(draft('a\nb'), { seq: 0, digest: '' }))).code).toBe('invalid_data');
      expect(await store.head(session)).toEqual({ seq: 0, digest: '' });
    });

    test('who saw an older head gets a conflict that names what came since', async () => {
      const session = newSession();
      const seen = await store.head(session);
      const first = await appendNow(store, draft(session));
      const second = await appendNow(store, draft(session, { message_id: 'm2' }));
      const outcome = await store.append(draft(session, { message_id: 'm3' }), seen);
      expect(outcome).toEqual({
        kind: 'conflict',
        theirs: [first.event, second.event],
        head: { seq: 2, digest: second.event.event_digest },
      });
      expect((await store.events(session)).length).toBe(2);
    });

    test('a head that never was is a conflict', async () => {
      const session = newSession();
      const { event } = await appendNow(store, draft(session));
      expect(await store.append(draft(session), { seq: 7, digest: 'f'.repeat(64) })).toEqual({
        kind: 'conflict',
        theirs: [],
        head: { seq: 1, digest: event.event_digest },
      });
      expect(await store.append(draft(session), { seq: 1, digest: 'f'.repeat(64) })).toMatchObject({ kind: 'conflict', theirs: [event] });
      expect((await store.events(session)).length).toBe(1);
    });

    test('who saw another parent gets a conflict that names the event which set it', async () => {
      const session = newSession();
      const { event } = await appendNow(store, draft(session));
      const outcome = await store.append(draft(session, { old_parent_uuid: 'lost', new_parent_uuid: 'p9' }), await store.head(session));
      expect(outcome).toMatchObject({ kind: 'conflict', theirs: [event] });
      await appendNow(store, draft(session, { old_parent_uuid: 'p1', new_parent_uuid: 'p9' }));
      expect((await store.view(session))?.message_parents).toEqual({ m1: 'p9' });
    });

    test('an event whose id was given before is appended once, however often it is sent', async () => {
      const session = newSession();
      const id = '0198c1b2-0000-7000-8000-000000000001';
      const first = await store.append(draft(session), { seq: 0, digest: '' }, id);
      expect(first).toMatchObject({ kind: 'appended', event: { event_id: id, seq: 1 } });
      await appendNow(store, draft(session, { message_id: 'm2' }));
      expect(await store.append(draft(session), { seq: 0, digest: '' }, id)).toMatchObject({
        kind: 'appended',
        event: { event_id: id, seq: 1 },
        view: { last_seq: 2 },
      });
      expect((await store.events(session)).length).toBe(2);
    });

    test('of appends at the same time with the same head exactly one wins', async () => {
      const session = newSession();
      const head = await store.head(session);
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, index) => store.append(draft(session, { message_id: `m${index}` }), head)),
      );
      expect(outcomes.filter((outcome) => outcome.kind === 'appended').length).toBe(1);
      const events = await store.events(session);
      expect(events.length).toBe(1);
      for (const outcome of outcomes) if (outcome.kind === 'conflict') expect(outcome.theirs).toEqual(events);
    });

    test('a revert brings back what was before, and can be reverted itself', async () => {
      const session = newSession();
      const a = await appendNow(store, draft(session, { new_parent_uuid: 'pA' }));
      const b = await appendNow(store, draft(session, { message_id: 'm2', new_parent_uuid: 'pB' }));
      const undone = await appendNow(store, revertOf(a.event));
      expect(undone.view.message_parents).toEqual({ m2: 'pB' });
      expect(undone.view.statistics).toMatchObject({ active_repairs: 1, reverted_events: 1 });
      const redone = await appendNow(store, revertOf(undone.event));
      expect(redone.view.message_parents).toEqual({ m1: 'pA', m2: 'pB' });
      expect(redone.view.statistics).toMatchObject({ active_repairs: 2, reverted_events: 1 });
      expect(b.event.seq).toBe(2);
      expect(await store.view(session)).toEqual(redone.view);
    });

    test('an event whose validation failed is logged and changes nothing', async () => {
      const session = newSession();
      const { view } = await appendNow(store, draft(session, { validation_passed: false }));
      expect(view.message_parents).toEqual({});
      expect(view.statistics).toMatchObject({ total_events: 1, active_repairs: 0 });
    });

    test('the stored view equals the replay of the log', async () => {
      const session = newSession();
      const first = await appendNow(store, draft(session, { new_parent_uuid: null }));
      await appendNow(store, draft(session, { old_parent_uuid: null, new_parent_uuid: 'p2' }));
      await appendNow(store, revertOf(first.event));
      const stored = await store.view(session);
      const rebuilt = await store.rebuildView(session);
      expect(rebuilt?.drift_detected).toBe(false);
      expect(rebuilt?.message_parents).toEqual(stored?.message_parents);
      expect(rebuilt?.statistics).toEqual(stored?.statistics);
      expect(rebuilt?.message_parents).toEqual(replay(await store.events(session)).overrides());
    });

    test('the view carries repairs that are no new parent, as long as they are in force', async () => {
      const session = newSession();
      await appendNow(store, draft(session));
      const bypass = draft(session, {
        event_type: 'record_bypassed',
        message_id: 'm2',
        old_parent_uuid: null,
        new_parent_uuid: null,
        payload: { action: { kind: 'bypass', uuid: 'm2' } },
      });
      const { event, view } = await appendNow(store, bypass);
      expect(view.message_changes).toMatchObject({ bypassed: ['m2'], inserted: [], leaf: null });
      expect(await store.view(session)).toEqual(view);
      expect(await store.rebuildView(session)).toMatchObject({ drift_detected: false, message_changes: { bypassed: ['m2'] } });
      const undone = await appendNow(store, revertOf(event));
      expect(undone.view.message_changes).toBeUndefined();
      expect((await store.view(session))?.message_changes).toBeUndefined();
    });

    test('the view of many repairs is the replay of the log after each append, whatever was taken back', async () => {
      const session = newSession();
      const written: RepairEvent[] = [];
      for (let index = 0; index < 70; index += 1)
        written.push((await appendNow(store, draft(session, { message_id: `m ${index}"` }))).event);
      const check = async (): Promise<void> => {
        const view = await store.view(session);
        expect(view?.message_parents).toEqual(replay(await store.events(session)).overrides());
        expect(view?.is_stale).toBe(false);
      };
      await check();
      const undone = await appendNow(store, revertOf(written[3]!));
      await check();
      await appendNow(store, draft(session, { message_id: 'm 5"', old_parent_uuid: 'p1', new_parent_uuid: null }));
      await check();
      await appendNow(store, revertOf(undone.event));
      await check();
      await appendNow(store, draft(session, { event_type: 'note', message_id: null, old_parent_uuid: null, new_parent_uuid: null }));
      await check();
      expect(await store.rebuildView(session)).toMatchObject({ drift_detected: false });
    });

    test('events that were written elsewhere are taken in as they are, once, and only where they continue the log', async () => {
      const elsewhere = new MemoryEventStore({ now: () => Date.UTC(2020, 0, 1), newId: () => v7(), sha256, engineVersion: '0.0.0' });
      const session = newSession();
      const first = (await appendNow(elsewhere, draft(session, { payload: { text: 'π 😀', n: 1.5 } }))).event;
      const second = (await appendNow(elsewhere, draft(session, { message_id: 'm2' }))).event;
      const third = (await appendNow(elsewhere, revertOf(first))).event;

      expect(await store.restore(second)).toEqual({ kind: 'conflict', theirs: [], head: { seq: 0, digest: '' } });
      expect((await storeErrorOf(store.restore({ ...first, reason: 'changed' }))).code).toBe('invalid_data');
      expect(await store.head(session)).toEqual({ seq: 0, digest: '' });
      for (const event of [first, second, third]) expect(await store.restore(event)).toMatchObject({ kind: 'appended', event });
      expect(await store.events(session)).toEqual([first, second, third]);
      expect(await store.view(session)).toMatchObject({ last_seq: 3, message_parents: { m2: 'p1' } });
      expect(await store.restore(second)).toMatchObject({ kind: 'appended', event: second });
      expect(await store.head(session)).toEqual({ seq: 3, digest: third.event_digest });

      const other = new MemoryEventStore({ now: Date.now, newId: () => v7(), sha256, engineVersion: '0.0.0' });
      const forked = (await appendNow(other, draft(session, { reason: 'another log' }))).event;
      expect(await store.restore(forked)).toMatchObject({ kind: 'conflict', theirs: [first, second, third], head: { seq: 3 } });
      expect((await appendNow(store, draft(session, { message_id: 'm4' }))).event.seq).toBe(4);
    });

    test('its rows can be read as they are, for a check', async () => {
      const ids = [newSession(), `ünï "😀" ${newSession()}`];
      for (const id of ids) for (const message_id of ['a', 'b', 'c']) await appendNow(store, draft(id, { message_id }));
      const listed = await store.audit.sessionIds();
      for (const id of ids) {
        expect(listed.filter((one) => one === id)).toEqual([id]);
        const rows = await store.audit.storedEvents(id);
        const verdict = verifyLog({ sessionId: id, rows, view: await store.audit.storedView(id), known: NOTHING_KNOWN, sha256 });
        expect(verdict).toMatchObject({ is_sound: true, events: 3 });
        expect(rows.map((row) => eventFromRow(row))).toEqual(await store.events(id));
      }
      const unknown = newSession();
      expect([await store.audit.storedEvents(unknown), await store.audit.storedView(unknown)]).toEqual([[], null]);
      expect(listed).not.toContain(unknown);
    });

    test('logs of different sessions do not touch each other', async () => {
      const ids = [newSession(), `${newSession()} with spaces/and:signs`, `ünï-😀-${newSession()}`, `${newSession()}'"\`⟩`];
      for (const id of ids) await appendNow(store, draft(id, { reason: id }));
      for (const id of ids) expect((await store.events(id)).map((event) => event.reason)).toEqual([id]);
    });

    test('a listener gets the events of all clients in order, and none after it stopped', async () => {
      const session = newSession();
      const other = await harness.open();
      try {
        await appendNow(store, draft(session, { message_id: 'before' }));
        const got: RepairEvent[] = [];
        const gotByOther: RepairEvent[] = [];
        const stop = await store.subscribe(session, (event) => got.push(event));
        const stopOther = await other.subscribe(session, (event) => gotByOther.push(event));
        await appendNow(store, draft(session, { message_id: 'a' }));
        await appendNow(other, draft(session, { message_id: 'b' }));
        await appendNow(store, draft(session, { message_id: 'c' }));
        await appendNow(other, draft(newSession(), { message_id: 'elsewhere' }));
        await until(() => got.length >= 3 && gotByOther.length >= 3);
        const expected = (await store.events(session)).slice(1);
        expect(got).toEqual(expected);
        expect(gotByOther).toEqual(expected);
        stop();
        stopOther();
        await appendNow(other, draft(session, { message_id: 'd' }));
        await new Promise((resolve) => setTimeout(resolve, 100));
        expect(got.length).toBe(3);
      } finally {
        if (other !== store) await other.close();
      }
    });

    describe('sync', () => {
      const options = { operator: 'user:tester' };

      test('the first writes everything, the second says that nothing changed', async () => {
        const session = newSession();
        const rows = Array.from({ length: 250 }, (_, index) => messageRow(`u${index}`, { line: index + 1 }));
        const first = await store.sync(sessionRow(session, 'v1'), stream(rows), options);
        expect(first).toEqual({
          session_id: session,
          is_new: true,
          unchanged: false,
          messages: 250,
          added: 250,
          removed: 0,
          parents_changed: 0,
          contents_updated: 0,
          events_logged: 0,
          dry_run: false,
        });
        const second = await store.sync(sessionRow(session, 'v1'), stream(rows), options);
        expect(second).toMatchObject({ is_new: false, unchanged: true, messages: 250, added: 0, events_logged: 0 });
        const forced = await store.sync(sessionRow(session, 'v1'), stream(rows), { ...options, force: true });
        expect(forced).toMatchObject({ unchanged: false, messages: 250, added: 0, removed: 0, contents_updated: 0, events_logged: 0 });
        expect(await store.head(session)).toEqual({ seq: 0, digest: '' });
      });

      test('a changed transcript is compared message by message, and what was seen is logged', async () => {
        const session = newSession();
        const before = [
          messageRow('a'),
          messageRow('b', { parent_uuid: 'a' }),
          messageRow('c', { parent_uuid: 'gone', is_orphaned: true }),
        ];
        await store.sync(sessionRow(session, 'v1', { orphan_count: 1 }), stream(before), options);
        const after = [messageRow('a', { content: 'other' }), messageRow('c', { parent_uuid: 'a' }), messageRow('d')];
        const report = await store.sync(sessionRow(session, 'v2'), stream(after), options);
        expect(report).toMatchObject({
          is_new: false,
          unchanged: false,
          messages: 3,
          added: 1,
          removed: 1,
          parents_changed: 1,
          contents_updated: 1,
          events_logged: 5,
        });
        const events = await store.events(session);
        expect(events.map((event) => [event.event_type, event.message_id])).toEqual([
          ['message_removed', 'b'],
          ['content_updated', 'a'],
          ['parent_changed', 'c'],
          ['message_added', 'd'],
          ['corruption_fixed', null],
        ]);
        expect((await store.view(session))?.message_parents).toEqual({});
        const back = await store.sync(sessionRow(session, 'v3', { orphan_count: 1 }), stream(before), options);
        expect(back).toMatchObject({ added: 1, removed: 1, parents_changed: 1, contents_updated: 1, messages: 3 });
      });

      test('a dry run reports and writes nothing', async () => {
        const session = newSession();
        const report = await store.sync(sessionRow(session, 'v1'), stream([messageRow('a')]), { ...options, dryRun: true });
        expect(report).toMatchObject({ dry_run: true, added: 1, is_new: true });
        expect(await store.sync(sessionRow(session, 'v1'), stream([messageRow('a')]), options)).toMatchObject({ is_new: true, added: 1 });
      });

      test('a cancelled sync is completed by the next, even if the file went back to what it was', async () => {
        const session = newSession();
        const rows = Array.from({ length: 350 }, (_, index) => messageRow(`u${index}`));
        await store.sync(sessionRow(session, 'v1'), stream(rows), options);
        let checks = 0;
        const cancelling = { ...options, isCancelled: () => (checks += 1) > 2 };
        const changed = rows.map((row) => messageRow(row.message_uuid, { content: 'new' }));
        expect((await storeErrorOf(store.sync(sessionRow(session, 'v2'), stream(changed), cancelling))).code).toBe('cancelled');
        expect(await store.sync(sessionRow(session, 'v1'), stream(rows), options)).toMatchObject({
          unchanged: false,
          contents_updated: 200,
        });
        expect(await store.sync(sessionRow(session, 'v1'), stream(rows), options)).toMatchObject({ unchanged: true });
      });

      test('of a uuid that comes twice the first counts; odd uuids are uuids', async () => {
        const session = newSession();
        const rows = [messageRow('a'), messageRow('a', { content: 'again' }), messageRow('\u0000'), messageRow('😀'), messageRow('')];
        expect(await store.sync(sessionRow(session, 'v1'), stream(rows), options)).toMatchObject({ messages: 4, added: 4 });
        expect(await store.sync(sessionRow(session, 'v2'), stream(rows), options)).toMatchObject({
          messages: 4,
          added: 0,
          contents_updated: 0,
        });
      });

      test('progress runs up to the end', async () => {
        const session = newSession();
        const seen: [number, number][] = [];
        const rows = Array.from({ length: 220 }, (_, index) => messageRow(`u${index}`));
        await store.sync(sessionRow(session, 'v1', { record_count: 220 }), stream(rows), {
          ...options,
          onProgress: (done, total) => seen.push([done, total]),
        });
        expect(seen).toEqual([
          [100, 220],
          [200, 220],
          [220, 220],
        ]);
      });
    });
  });
}
