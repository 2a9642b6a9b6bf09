/**
 * The command with a store on a server: signed in by the environment, and while the server is away.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { v7 } from 'uuid';
import { exportLog } from '../../src/core/log/transfer/export.ts';
import { MemoryEventStore } from '../../src/core/log/append/memory-store.ts';
import { sha256 } from '../../src/files/sha256.ts';
import type { EventStore } from '../../src/core/log/store.ts';
import { documentOf, LogDocument, RepairDocument } from '../support/cli-documents.ts';
import { conversation, idOf, lines } from '../support/records.ts';
import { cliHarness, type CliHarness, type CliResult } from '../support/riff-cli.ts';
import { PASSWORD, PLACE, remoteHarness, type RemoteHarness } from './remote-harness.ts';
import { startProxy, type Proxy } from './proxy.ts';
import { appendNow, draft } from './sample.ts';

let cli: CliHarness;
let server: RemoteHarness;
/** The one address of the server, by which it can be away as well. */
let line: Proxy;
let count = 0;

beforeAll(async () => {
  cli = await cliHarness();
  server = await remoteHarness();
  line = await startProxy(() => server.port);
}, 120_000);

afterAll(async () => {
  await line.close();
  await server.dispose();
  await cli.dispose();
});

const environment = (changes: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  SURREAL_URL: `ws://127.0.0.1:${line.port}`,
  SURREAL_NAMESPACE: PLACE.namespace,
  SURREAL_DATABASE: PLACE.database,
  SURREAL_USER: 'writer',
  SURREAL_PASS: PASSWORD,
  SURREAL_CONNECT_TIMEOUT: '3',
  ...changes,
});
const online = (...args: string[]): Promise<CliResult> => cli.run(args, { env: environment() });
const offline = async (...args: string[]): Promise<CliResult> => {
  line.isBarred = true;
  try {
    return await online(...args);
  } finally {
    line.isBarred = false;
  }
};

/** A session in which messages 4 … and 8 … are broken off. */
async function session(): Promise<{ id: string; path: string }> {
  const id = `cccccccc-2222-4333-8444-${(count += 1).toString().padStart(12, '0')}`;
  const specs = conversation(12).map((spec, i) => (i === 4 || i === 8 ? { ...spec, parent: idOf(900 + i) } : spec));
  return { id, path: await cli.file(`home/.claude/projects/-shop/${id}.jsonl`, lines(specs)) };
}

async function withServer<T>(use: (store: EventStore) => Promise<T>): Promise<T> {
  const store = await server.open();
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

test('repairs go to the server that the environment names, and nothing to this machine', async () => {
  const { id, path } = await session();
  const { events } = documentOf(RepairDocument, (await online('repair', path, '--json')).stdout);
  expect(events).toHaveLength(2);
  expect((await withServer((store) => store.events(id))).map((event) => event.event_id)).toEqual(events);
  expect(documentOf(LogDocument, (await online('log', id, '--json')).stdout).head.seq).toBe(2);
  expect((await online('revert', id, '2')).status).toBe(0);
});

test('an exported log goes into the server as it is, and is verified there', async () => {
  const { id } = await session();
  const elsewhere = new MemoryEventStore({ now: () => Date.UTC(2020, 0, 1), newId: () => v7(), sha256, engineVersion: '0.0.0' });
  for (const message_id of ['a', 'b']) await appendNow(elsewhere, draft(id, { message_id }));
  const events = await elsewhere.events(id);
  const file = await cli.file(`${id}.log.json`, JSON.stringify(exportLog(id, events, Date.now(), sha256)));
  expect((await online('import', file)).stdout).toContain('2 events imported.');
  expect(await withServer((store) => store.events(id))).toEqual(events);
  expect((await online('import', file)).stdout).toContain('0 events imported. 2 events were in the log already.');
  const verified = await online('verify', '--all');
  expect(verified).toMatchObject({ status: 0, stdout: expect.stringContaining(`✔ ${id}: 2 events, sound`) as unknown });
});

test.each([
  ['a wrong password', { SURREAL_PASS: 'wrong' }, 'refused the sign-in'],
  ['no password', { SURREAL_PASS: '' }, 'SURREAL_PASS is missing'],
  ['no server’s address', { SURREAL_URL: 'db.example' }, 'no URL'],
])('%s ends with status 2, and nothing waits', async (_what, changes, message) => {
  const { path } = await session();
  const result = await cli.run(['repair', path], { env: environment(changes) });
  expect(result).toMatchObject({ status: 2, stdout: '' });
  expect(result.stderr).toContain(message);
  expect(result.stderr).not.toContain(PASSWORD);
  expect((await online('outbox')).stdout).toContain('Nothing waits.');
});

/** The program whose figures a session of a person gets. */
const CLIENT = { id: 'claude-code', version: expect.any(String) as string };

test('with the server away repairs wait on disk, once, and a copy is written all the same', async () => {
  const { id, path } = await session();
  const first = await offline('repair', path, '--json', '--copy');
  expect(first.status).toBe(0);
  expect(first.stderr).toContain('2 repairs of this session wait on disk');
  const { events, waiting, resume, written } = documentOf(RepairDocument, first.stdout);
  expect([events, waiting?.length, resume]).toEqual([[], 2, { loader: CLIENT, before: 12, after: 12, total: 12 }]);
  expect(written).not.toBeNull();
  const again = documentOf(RepairDocument, (await offline('repair', path, '--json')).stdout);
  expect([again.events, again.waiting, again.resume]).toEqual([[], undefined, { loader: CLIENT, before: 12, after: 12, total: 12 }]);
  expect((await offline('outbox')).stdout.trim().split('\n')).toHaveLength(2);
  expect(await offline('outbox', 'flush')).toMatchObject({ status: 2, stdout: '' });

  const flushed = await online('outbox', 'flush');
  expect(flushed).toMatchObject({ status: 0, stdout: 'Nothing waits.\n' });
  expect(flushed.stderr).toContain('2 repairs that had waited are in the log now.');
  const logged = await withServer((store) => store.events(id));
  expect(logged.map((event) => event.event_id)).toEqual(waiting);
  expect(logged[0]).toMatchObject({ operator: 'user:tester', message_id: idOf(4), payload: { queued_at: expect.any(String) as unknown } });
});

test('with the server away what waits can be taken back, and the revert waits with it', async () => {
  const { id, path } = await session();
  const { waiting = [] } = documentOf(RepairDocument, (await offline('repair', path, '--json')).stdout);
  const reverted = await offline('revert', id, waiting[0] ?? '', '--json');
  expect(reverted).toMatchObject({ status: 0 });
  expect(JSON.parse(reverted.stdout)).toMatchObject({ targets: [waiting[0]], events: [], waiting: [expect.any(String)] });
  expect(await offline('revert', id, 'ffffffff')).toMatchObject({ status: 2, stdout: '' });
  expect(await online('outbox', 'flush')).toMatchObject({ status: 0, stdout: 'Nothing waits.\n' });
  const { events } = documentOf(LogDocument, (await online('log', id, '--json')).stdout);
  expect(events.map(({ event_type }) => event_type)).toEqual(['parent_repaired', 'parent_repaired', 'reverted']);
  expect(events[2]).toMatchObject({ reverts_event_id: waiting[0], new_parent_uuid: idOf(904) });
});

test('what somebody else did meanwhile is shown, and neither theirs nor ours is dropped', async () => {
  const { id, path } = await session();
  const { waiting = [] } = documentOf(RepairDocument, (await offline('repair', path, '--json')).stdout);
  const theirs = draft(id, {
    message_id: idOf(8),
    old_parent_uuid: idOf(908),
    new_parent_uuid: idOf(2),
    operator: 'user:colleague',
    reason: 'mine',
  });
  await withServer((store) => appendNow(store, theirs));
  const result = await online('repair', path);
  expect(result.stderr).toContain('1 repair that had waited is in the log now.');
  expect(result.stderr).toMatch(/still waits .*somebody else was there first/);
  expect(result.stderr).toContain('user:colleague');
  const logged = await withServer((store) => store.events(id));
  expect(logged.map((event) => event.message_id)).toEqual([idOf(8), idOf(4)]);
  expect(await online('outbox', 'flush')).toMatchObject({ status: 1 });
  const listed = await online('outbox', 'list');
  expect(listed.stdout).toContain('conflicts with');
  expect(listed.stdout).toContain('user:colleague');
  expect(await online('outbox', 'drop', 'ffff')).toMatchObject({ status: 2 });
  expect(await online('outbox', 'drop', waiting[1] ?? '')).toMatchObject({ status: 0 });
  expect((await online('outbox', 'list', '--json')).stdout).toBe(`${JSON.stringify({ riff: 2, waiting: [] }, null, 2)}\n`);
});
