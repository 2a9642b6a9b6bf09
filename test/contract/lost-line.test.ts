/**
 * A line that breaks at the worst moments: nothing is lost, nothing is doubled, nothing is missed.
 */
import { v7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RepairEvent } from '../../src/core/log/event.ts';
import type { EventStore } from '../../src/core/log/store.ts';
import { verifyChain } from '../../src/core/log/verify/verify.ts';
import { sha256 } from '../../src/files/sha256.ts';
import { openRemoteStore } from '../../src/store/open-store.ts';
import { startProxy, type Fate, type Proxy } from './proxy.ts';
import { remoteHarness, type RemoteHarness } from './remote-harness.ts';
import { appendNow, draft, storeErrorOf, until } from './sample.ts';

let harness: RemoteHarness;
let proxy: Proxy;
/** Over the line that breaks. */
let store: EventStore;
/** Over a line of its own. */
let other: EventStore;
let count = 0;
let session: string;

beforeAll(async () => {
  harness = await remoteHarness();
  proxy = await startProxy(() => harness.port);
  other = await harness.open();
}, 120_000);

beforeEach(async () => {
  session = `line-${(count += 1)}`;
  proxy.isBarred = false;
  proxy.isMute = false;
  proxy.decide = () => 'pass';
  proxy.onSwallowed = () => Promise.resolve();
  proxy.onLost = () => Promise.resolve();
  store = await openRemoteStore(harness.settings({ port: proxy.port, timeoutMs: 2_000 }));
});

afterEach(async () => {
  await store.close();
});

afterAll(async () => {
  await other.close();
  await proxy.close();
  await harness.dispose();
});

/** The next append has this fate; what comes after it passes. @returns how many appends were sent */
function nextAppend(fate: Fate, times = 1): () => number {
  let sent = 0;
  proxy.decide = ({ text }) => {
    if (!text.includes('CREATE ONLY $id')) return 'pass';
    sent += 1;
    return sent <= times ? fate : 'pass';
  };
  return () => sent;
}

async function ids(): Promise<string[]> {
  const events = await other.events(session);
  expect(verifyChain(events, sha256)).toEqual([]);
  return events.map((event) => event.event_id);
}

describe('an append', () => {
  test('whose answer is lost is in the log once, and the caller hears that it is', async () => {
    const before = await appendNow(store, draft(session));
    const sent = nextAppend('lose-answer');
    const { event, view } = await appendNow(store, draft(session, { message_id: 'm2' }));
    expect(sent()).toBe(1);
    expect(await ids()).toEqual([before.event.event_id, event.event_id]);
    expect(view).toMatchObject({ last_seq: 2, head_digest: event.event_digest });
    expect(await other.view(session)).toMatchObject({ last_seq: 2, is_stale: false });
  });

  test('that never arrives is sent again, once', async () => {
    const sent = nextAppend('lose-request');
    const { event } = await appendNow(store, draft(session));
    expect(sent()).toBe(2);
    expect(await ids()).toEqual([event.event_id]);
  });

  test('whose answer is lost while somebody else appends behind it is still known as its own', async () => {
    nextAppend('lose-answer');
    let theirs: RepairEvent | null = null;
    proxy.onSwallowed = async () => {
      theirs = (await appendNow(other, draft(session, { message_id: 'm2', operator: 'user:other' }))).event;
    };
    const outcome = await store.append(draft(session), { seq: 0, digest: '' });
    expect(outcome).toMatchObject({ kind: 'appended', event: { seq: 1, operator: 'user:tester' }, view: { last_seq: 2 } });
    expect(theirs).toMatchObject({ seq: 2 });
    expect((await ids()).length).toBe(2);
  });

  test('that never arrives while somebody else takes its place is a conflict that names them', async () => {
    nextAppend('lose-request');
    // The client must not look again before the other one is done.
    proxy.onLost = async () => {
      await appendNow(other, draft(session, { operator: 'user:other' }));
    };
    const outcome = await store.append(draft(session), { seq: 0, digest: '' });
    const [event] = await other.events(session);
    expect(event?.operator).toBe('user:other');
    expect(outcome).toEqual({ kind: 'conflict', theirs: [event], head: { seq: 1, digest: event?.event_digest } });
  });

  test('that gets no answer in time fails, and is recognised when it is sent again by its id', async () => {
    const eventId = v7();
    nextAppend('hold-answer');
    const error = await storeErrorOf(store.append(draft(session), { seq: 0, digest: '' }, eventId));
    expect(error.code).toBe('timeout');
    expect(await ids()).toEqual([eventId]);
    const outcome = await store.append(draft(session), { seq: 0, digest: '' }, eventId);
    expect(outcome).toMatchObject({ kind: 'appended', event: { event_id: eventId, seq: 1 } });
    expect(await ids()).toEqual([eventId]);
    // Without an id it would be somebody else's.
    expect(await store.append(draft(session), { seq: 0, digest: '' })).toMatchObject({ kind: 'conflict', theirs: [{ event_id: eventId }] });
  });

  test('that is cut again and again ends either in the log or with an error, and never twice', async () => {
    nextAppend('lose-request', 3);
    const { event } = await appendNow(store, draft(session));
    nextAppend('lose-request', Number.POSITIVE_INFINITY);
    const error = await storeErrorOf(store.append(draft(session, { message_id: 'm2' }), { seq: 1, digest: event.event_digest }));
    expect(error.code).toBe('unreachable');
    proxy.decide = () => 'pass';
    const second = await appendNow(store, draft(session, { message_id: 'm2' }));
    expect(await ids()).toEqual([event.event_id, second.event.event_id]);
  });

  test('of many with a line that breaks at each third one are all in the log once, in order', async () => {
    let sent = 0;
    const fates: Fate[] = ['pass', 'lose-answer', 'pass', 'pass', 'lose-request', 'pass'];
    proxy.decide = ({ text }) => (text.includes('CREATE ONLY $id') ? (fates[(sent += 1) % fates.length] ?? 'pass') : 'pass');
    const written: string[] = [];
    for (let index = 0; index < 30; index += 1) {
      written.push((await appendNow(store, draft(session, { message_id: `m${index}` }))).event.event_id);
    }
    expect(await ids()).toEqual(written);
    expect(await other.rebuildView(session)).toMatchObject({ drift_detected: false, last_seq: 30 });
  });
});

describe('a listener', () => {
  test('gets what was appended while its line was down, in order and once', async () => {
    const got: number[] = [];
    const stop = await store.subscribe(session, (event) => got.push(event.seq));
    await appendNow(other, draft(session, { message_id: 'a' }));
    await until(() => got.length === 1);
    proxy.isBarred = true;
    proxy.cut();
    for (const name of ['b', 'c', 'd']) await appendNow(other, draft(session, { message_id: name }));
    expect(got).toEqual([1]);
    proxy.isBarred = false;
    await until(() => got.length === 4);
    // The new line carries notifications, too.
    await appendNow(other, draft(session, { message_id: 'e' }));
    await until(() => got.length === 5);
    expect(got).toEqual([1, 2, 3, 4, 5]);
    stop();
  });

  test('misses nothing though the line breaks again and again while others append', async () => {
    const got: number[] = [];
    const stop = await store.subscribe(session, (event) => got.push(event.seq));
    const before = proxy.connections;
    for (let index = 0; index < 60; index += 1) {
      await appendNow(other, draft(session, { message_id: `m${index}` }));
      if (index % 12 === 5) proxy.cut();
    }
    await until(() => got.length === 60);
    expect(got).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(proxy.connections).toBeGreaterThan(before);
    stop();
  });

  test('gets an event before long that it was never notified of', async () => {
    const got: number[] = [];
    const stop = await store.subscribe(session, (event) => got.push(event.seq));
    proxy.isMute = true;
    await appendNow(other, draft(session));
    await until(() => got.length === 1);
    stop();
  });

  test('survives a line that breaks while the query for notifications is being made', async () => {
    const got: number[] = [];
    const stop = await store.subscribe(session, (event) => got.push(event.seq));
    let live = 0;
    proxy.decide = ({ text }) => (/^LIVE/i.test(text) && (live += 1) <= 2 ? 'lose-answer' : 'pass');
    proxy.cut();
    await appendNow(other, draft(session));
    await until(() => got.length === 1);
    await until(() => live >= 3);
    proxy.decide = () => 'pass';
    await appendNow(other, draft(session, { message_id: 'm2' }));
    await until(() => got.length === 2);
    expect(got).toEqual([1, 2]);
    stop();
  });
});
