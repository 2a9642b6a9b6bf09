/**
 * The service as a process: how it is found, and what is left when it dies.
 */
import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { verifyChain } from '../../src/core/log/verify/verify.ts';
import type { RepairEvent } from '../../src/core/log/event.ts';
import { discoveryPath, isProcessAlive, readDiscovery, writeDiscovery } from '../../src/files/data/service-discovery.ts';
import { sha256 } from '../../src/files/sha256.ts';
import type { StoreConnectionState } from '../../src/store/connection/link.ts';
import { openLocalStore } from '../../src/store/open-store.ts';
import { localHarness, type LocalHarness } from './local-harness.ts';
import { buildProgram, runProgram } from './programs/run.ts';
import { appendEventually, appendNow, draft, storeErrorOf, until } from './sample.ts';

let harness: LocalHarness;

beforeAll(async () => {
  harness = await localHarness();
  const store = await harness.open();
  await appendNow(store, draft('stored'));
  await store.close();
  await harness.stop('SIGTERM');
}, 120_000);

afterEach(async () => {
  // Each test starts without a service, and with what the ones before it stored.
  await harness.stop('SIGTERM');
});

afterAll(async () => {
  await harness.dispose();
});

test('three processes append to one session at once, and nothing is lost or doubled', async () => {
  const program = await buildProgram('append-many', harness.root);
  const names = ['one', 'two', 'three'];
  const written = await Promise.all(
    names.map(
      async (name) => JSON.parse(await runProgram(program, [harness.dataDir, harness.serviceEntry, 'crowd', name, '100'])) as string[],
    ),
  );
  const store = await harness.open();
  try {
    const events = await store.events('crowd');
    expect(events.length).toBe(300);
    expect(verifyChain(events, sha256)).toEqual([]);
    expect(new Set(events.map((event) => event.event_id))).toEqual(new Set(written.flat()));
    for (const name of names) {
      const own = events.filter((event) => event.operator === `agent:${name}`).map((event) => event.message_id);
      expect(own).toEqual(Array.from({ length: 100 }, (_, index) => `${name}-${index}`));
    }
    expect(await store.view('crowd')).toMatchObject({ last_seq: 300, is_stale: false });
    expect(await store.rebuildView('crowd')).toMatchObject({ drift_detected: false });
  } finally {
    await store.close();
  }
}, 120_000);

test('everything acknowledged is there, once, after the service was killed in the middle', async () => {
  const states: string[] = [];
  const store = await harness.open({ onState: (state: StoreConnectionState) => states.push(state.kind) });
  const acknowledged: RepairEvent[] = [];
  try {
    const writing = (async () => {
      for (let index = 0; index < 120; index += 1)
        acknowledged.push(await appendEventually(store, draft('killed', { message_id: `m${index}` })));
    })();
    for (const after of [30, 70]) {
      await until(() => acknowledged.length >= after);
      await harness.stop('SIGKILL');
    }
    await writing;
    const events = await store.events('killed');
    expect(events).toEqual(acknowledged);
    expect(verifyChain(events, sha256)).toEqual([]);
    expect(await store.rebuildView('killed')).toMatchObject({ drift_detected: false, last_seq: 120 });
    expect(states.filter((state) => state === 'ready').length).toBeGreaterThanOrEqual(3);
  } finally {
    await store.close();
  }
  expect(states.at(-1)).toBe('off');
}, 120_000);

test('starters at the same time end with one service', async () => {
  const stores = await Promise.all([harness.open(), harness.open(), harness.open()]);
  const pid = await harness.pid();
  expect(isProcessAlive(pid)).toBe(true);
  for (const store of stores) expect((await store.head('stored')).seq).toBe(1);
  for (const store of stores) await store.close();
});

test('services started side by side: one serves, the others leave without a fuss', async () => {
  const children = [1, 2, 3].map(() => spawn(process.execPath, [harness.serviceEntry, harness.dataDir], { stdio: 'ignore' }));
  const exits = children.map((child) => new Promise<number | null>((resolve) => child.once('exit', resolve)));
  await until(async () => (await harness.pid()) !== 0);
  const pid = await harness.pid();
  const losers = exits.filter((_, index) => children[index]?.pid !== pid);
  expect(losers.length).toBe(2);
  expect(await Promise.all(losers)).toEqual([0, 0]);
  const store = await harness.open();
  expect(await harness.pid()).toBe(pid);
  await store.close();
}, 60_000);

test.each([
  ['names a process that is gone', { pid: 4_000_000 }],
  ['names a living process that is not the service, on a closed port', { pid: process.pid }],
])('a discovery file that %s is passed over', async (_what, changes) => {
  await writeDiscovery(harness.dataDir, { port: 9, secret: 'a'.repeat(64), version: '0', schema: 1, startedAt: '', ...changes });
  const store = await harness.open();
  expect((await store.head('stored')).seq).toBe(1);
  await store.close();
});

test('a discovery file that was cut short, or left by a crash with its lock, is passed over', async () => {
  await writeFile(discoveryPath(harness.dataDir), '{"port": 12');
  await writeFile(join(harness.dataDir, 'service.starting'), '');
  await utimes(join(harness.dataDir, 'service.starting'), new Date(0), new Date(0));
  const store = await harness.open();
  expect((await store.head('stored')).seq).toBe(1);
  await store.close();
});

test('a program that answers on the old port with something else is passed over', async () => {
  const impostor = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
  await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
  const address = impostor.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await writeDiscovery(harness.dataDir, { port, secret: 'a'.repeat(64), pid: process.pid, version: '0', schema: 1, startedAt: '' });
  const store = await harness.open();
  expect((await store.head('stored')).seq).toBe(1);
  await store.close();
  impostor.close();
});

test('a listener misses nothing while the service is away', async () => {
  const store = await harness.open();
  const other = await harness.open();
  try {
    const got: number[] = [];
    await store.subscribe('away', (event) => got.push(event.seq));
    await appendNow(other, draft('away', { message_id: 'a' }));
    await until(() => got.length === 1);
    await harness.stop('SIGKILL');
    await appendNow(other, draft('away', { message_id: 'b' }));
    await appendNow(other, draft('away', { message_id: 'c' }));
    await until(() => got.length === 3);
    await appendNow(other, draft('away', { message_id: 'd' }));
    await until(() => got.length === 4);
    expect(got).toEqual([1, 2, 3, 4]);
  } finally {
    await store.close();
    await other.close();
  }
}, 60_000);

test('an idle service ends by itself, and what it stored is there at the next start', async () => {
  const store = await harness.open({ nodeEnv: { RIFF_SERVICE_IDLE_SECONDS: '1' } });
  await appendNow(store, draft('idle'));
  const pid = await harness.pid();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(isProcessAlive(pid)).toBe(true);
  await store.close();
  await until(() => !isProcessAlive(pid));
  expect(await readDiscovery(harness.dataDir)).toBeNull();
  expect(await readFile(join(harness.dataDir, 'service.log'), 'utf8')).toContain('ended: idle');
  const again = await harness.open();
  expect((await again.head('idle')).seq).toBe(1);
  await again.close();
});

test('without the engine the failure says so, soon, and what to do', async () => {
  const root = await mkdtemp(join(tmpdir(), 'riff-bare-'));
  try {
    const serviceEntry = join(root, 'service.cjs');
    await copyFile(harness.serviceEntry, serviceEntry);
    const dataDir = join(root, 'data');
    const missing = await storeErrorOf(openLocalStore({ dataDir, serviceEntry }));
    expect(missing.code).toBe('engine_unavailable');
    expect(missing.message).toContain('surrealdb-node.');
    expect(missing.remedy).toContain('Reading and findings work without it');
    await writeFile(join(root, `surrealdb-node.${process.platform}-${process.arch}-gnu.node`), 'not a library');
    expect((await storeErrorOf(openLocalStore({ dataDir, serviceEntry }))).code).toBe('engine_unavailable');
    expect((await storeErrorOf(openLocalStore({ dataDir, serviceEntry: join(root, 'none.cjs') }))).code).toBe('engine_unavailable');
    expect((await storeErrorOf(openLocalStore({ dataDir, serviceEntry, nodePath: join(root, 'no-node') }))).code).toBe(
      'engine_unavailable',
    );
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}, 60_000);

test('a database of a newer version is left alone', async () => {
  const dataDir = join(harness.root, 'newer');
  await mkdir(join(dataDir), { recursive: true });
  const first = await openLocalStore({ dataDir, serviceEntry: harness.serviceEntry, nodeEnv: { RIFF_SERVICE_IDLE_SECONDS: '1' } });
  const pid = (await readDiscovery(dataDir))?.pid ?? 0;
  await first.close();
  process.kill(pid, 'SIGTERM');
  await until(() => !isProcessAlive(pid));
  // Beside the service's bundle, where the engine's library is.
  await runProgram(await buildProgram('newer-schema', join(harness.root, 'dist')), [dataDir]);
  const error = await storeErrorOf(openLocalStore({ dataDir, serviceEntry: harness.serviceEntry }));
  expect(error.code).toBe('schema_too_new');
  expect(error.remedy).toContain('Update Riff');
}, 60_000);

test('a service that does not answer is given up in time', async () => {
  const store = await harness.open({ callTimeoutMs: 1000 });
  const pid = await harness.pid();
  process.kill(pid, 'SIGSTOP');
  try {
    expect((await storeErrorOf(store.head('stored'))).code).toBe('timeout');
    const error = await storeErrorOf(harness.open({ startTimeoutMs: 2500 }));
    expect(error.code).toBe('timeout');
    expect(error.remedy).toContain(String(pid));
  } finally {
    process.kill(pid, 'SIGCONT');
    await store.close();
  }
}, 60_000);
