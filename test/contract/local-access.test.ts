/**
 * Who may talk to the service, and what they may do.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { CborCodec, RecordId } from 'surrealdb';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { discoveryPath, readDiscovery } from '../../src/files/data/service-discovery.ts';
import { Connection } from '../../src/store/connection/connection.ts';
import { DATABASE, DATABASE_USER, NAMESPACE } from '../../src/store/schema/database-name.ts';
import { localHarness, type LocalHarness } from './local-harness.ts';
import { appendNow, draft, hash, messageRow, sessionRow, stream } from './sample.ts';

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
}, 30_000);

afterAll(async () => {
  await harness.dispose();
});

async function rawConnection(password?: string): Promise<Connection> {
  const found = await readDiscovery(harness.dataDir);
  if (found === null) throw new Error('no service runs');
  const address = {
    url: `ws://127.0.0.1:${found.port}/rpc`,
    namespace: NAMESPACE,
    database: DATABASE,
    auth: { kind: 'user', level: 'database', username: DATABASE_USER, password: password ?? found.secret } as const,
  };
  return await Connection.open(address, 10_000, () => undefined);
}

test('the view is derived: deleted or spoilt, it is rebuilt, and the damage is told', async () => {
  const store = await harness.open();
  const connection = await rawConnection();
  try {
    const { view } = await appendNow(store, draft('derived'));
    await connection.query("UPDATE sessions_materialized:derived SET message_parents = { m1: 'wrong' }", {}, 10_000);
    expect(await store.rebuildView('derived')).toMatchObject({ drift_detected: true, message_parents: { m1: 'p1' } });
    expect(await store.rebuildView('derived')).toMatchObject({ drift_detected: false });
    await connection.query('DELETE sessions_materialized:derived', {}, 10_000);
    expect(await store.view('derived')).toBeNull();
    expect((await store.head('derived')).seq).toBe(1);
    expect((await store.rebuildView('derived'))?.message_parents).toEqual(view.message_parents);
    await connection.query('UPDATE sessions_materialized:derived SET last_seq = 99', {}, 10_000);
    expect(await store.view('derived')).toMatchObject({ is_stale: true });
    expect((await store.head('derived')).seq).toBe(1);
    expect((await appendNow(store, draft('derived', { message_id: 'm2' }))).view).toMatchObject({ last_seq: 2, is_stale: false });
  } finally {
    await connection.close();
    await store.close();
  }
});

test('a large view that was deleted or spoilt is written whole with the next append', async () => {
  const store = await harness.open();
  const connection = await rawConnection();
  try {
    for (let index = 0; index < 60; index += 1) await appendNow(store, draft('large-view', { message_id: `m${index}` }));
    for (const damage of ['DELETE $view', "UPDATE $view SET head_digest = ''", 'UPDATE $view SET head_digest = "", message_parents = {}']) {
      const view = new RecordId('sessions_materialized', 'large-view');
      await connection.query(damage, { view }, 10_000);
      const appended = await appendNow(store, draft('large-view', { message_id: damage }));
      expect(await store.view('large-view')).toEqual(appended.view);
    }
  } finally {
    await connection.close();
    await store.close();
  }
});

test('a message that left the transcript stays in the database, marked', async () => {
  const store = await harness.open();
  const connection = await rawConnection();
  try {
    await store.sync(sessionRow('kept', 'v1'), stream([messageRow('a'), messageRow('b')]), { operator: 'user:tester' });
    await store.sync(sessionRow('kept', 'v2'), stream([messageRow('a')]), { operator: 'user:tester' });
    const [rows] = await connection.query("SELECT message_uuid, is_removed, content FROM messages:['kept', '']..=['kept', []]", {}, 10_000);
    expect(rows).toEqual([
      { message_uuid: 'a', is_removed: false, content: '{"uuid":"a"}' },
      { message_uuid: 'b', is_removed: true, content: '{"uuid":"b"}' },
    ]);
  } finally {
    await connection.close();
    await store.close();
  }
});

test('a large session is synced in parts and compared in parts', async () => {
  const store = await harness.open();
  try {
    const uuids = Array.from({ length: 3000 }, (_, index) => hash(String(index)).slice(0, 32));
    const rows = [...uuids, 'Ünusual', '', 'zz'].map((uuid, index) => messageRow(uuid, { line: index + 1 }));
    const long = messageRow('long', { content: 'x'.repeat(10 * 1024 * 1024) });
    expect(await store.sync(sessionRow('large', 'v1'), stream([...rows, long]), { operator: 'user:tester' })).toMatchObject({
      added: 3004,
    });
    const forced = await store.sync(sessionRow('large', 'v1'), stream(rows), { operator: 'user:tester', force: true });
    expect(forced).toMatchObject({ added: 0, removed: 1, contents_updated: 0, messages: 3003 });
  } finally {
    await store.close();
  }
}, 60_000);

test('the files are the user’s alone, and the secret changes with each start', async () => {
  const first = await harness.open();
  await first.close();
  const { secret } = (await readDiscovery(harness.dataDir)) ?? { secret: '' };
  if (process.platform !== 'win32') {
    expect((await stat(harness.dataDir)).mode & 0o777).toBe(0o700);
    expect((await stat(discoveryPath(harness.dataDir))).mode & 0o777).toBe(0o600);
  }
  await harness.stop('SIGTERM');
  expect(await readDiscovery(harness.dataDir)).toBeNull();
  const second = await harness.open();
  await second.close();
  expect((await readDiscovery(harness.dataDir))?.secret).not.toBe(secret);
});

test('without the secret, and from a browser, nothing is answered', async () => {
  const store = await harness.open();
  try {
    const { port } = (await readDiscovery(harness.dataDir)) ?? { port: 0 };
    await expect(rawConnection('0'.repeat(64))).rejects.toMatchObject({ code: 'unauthorised' });
    const url = `ws://127.0.0.1:${port}/rpc`;
    expect(await handshake(new WebSocket(url, 'cbor', { headers: { Origin: 'https://example.com' } }))).toBe('403');
    expect(await handshake(new WebSocket(url, 'cbor', { headers: { Origin: 'null' } }))).toBe('403');
    expect(await handshake(new WebSocket(url, 'cbor', { headers: { Host: `evil.example:${port}` } }))).toBe('403');
    expect(await handshake(new WebSocket(`ws://127.0.0.1:${port}/sql`, 'cbor'))).toBe('403');
    expect(await handshake(new WebSocket(url, 'cbor'))).toBe('open');
    expect((await fetch(`http://127.0.0.1:${port}/sql`, { method: 'POST', body: 'INFO FOR DB' })).status).toBe(426);
    const socket = new WebSocket(url, 'cbor');
    await new Promise((resolve) => socket.once('open', resolve));
    for (const method of ['query', 'let', 'select', 'import', 'signup', 'begin', 'sessions', 'kill', 'run']) {
      expect([method, await ask(socket, method, ['INFO FOR DB'])]).toEqual([
        method,
        expect.objectContaining({ error: expect.anything() as unknown }),
      ]);
    }
    expect(await ask(socket, 'use', ['other', 'riff'])).toMatchObject({ error: { kind: 'NotAllowed' } });
    expect(await ask(socket, 'signin', [{ user: 'riff', pass: 'wrong', ns: 'riff', db: 'riff' }])).toMatchObject({
      error: { kind: 'NotAllowed' },
    });
    expect(await ask(socket, 'authenticate', [forgedToken()])).toMatchObject({ error: { kind: 'NotAllowed' } });
    expect(await ask(socket, 'query', ['INFO FOR DB'])).toMatchObject({ error: { message: 'Sign in first.' } });
    // What is not the protocol ends the connection, and only this one.
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.send(Buffer.from([0xa3, 0xff]));
    expect(await closed).toBe(1007);
    expect((await store.head('stored')).seq).toBe(1);
  } finally {
    await store.close();
  }
});

test('who signs out, or fails to sign in again, has no rights left, whatever was sent at the same moment', async () => {
  const store = await harness.open();
  try {
    await appendNow(store, draft('signed-out'));
    const found = await readDiscovery(harness.dataDir);
    const signIn = [{ user: DATABASE_USER, pass: found?.secret, ns: NAMESPACE, db: DATABASE }];
    const socket = new WebSocket(`ws://127.0.0.1:${found?.port}/rpc`, 'cbor');
    await new Promise((resolve) => socket.once('open', resolve));
    for (const [method, params] of [
      ['invalidate', []],
      ['reset', []],
      ['signin', [{ ...signIn[0], pass: 'wrong' }]],
      ['authenticate', ['no token']],
    ] as const) {
      await ask(socket, 'use', [NAMESPACE, DATABASE]);
      expect(await ask(socket, 'signin', signIn)).toMatchObject({ result: expect.any(String) as unknown });
      // As owner this would throw, as the VIEWER user it does nothing, signed out it is refused.
      const deletion = 'DELETE sessions_materialized; REMOVE TABLE messages';
      const answers = await Promise.all([
        ask(socket, 'query', ['RETURN 1']),
        ask(socket, method, params),
        ask(socket, 'query', [deletion]),
        ask(socket, 'query', [deletion]),
      ]);
      expect(answers[0]).toMatchObject({ result: [{ status: 'OK', result: 1 }] });
      for (const answer of answers.slice(2)) expect([method, answer]).toMatchObject([method, { error: { message: 'Sign in first.' } }]);
    }
    socket.close();
    expect(await store.view('signed-out')).toMatchObject({ last_seq: 1 });
  } finally {
    await store.close();
  }
});

/** What would make an owner of whoever brings it, if the service had signed it. */
function forgedToken(): string {
  const claims = { exp: Math.floor(Date.now() / 1000) + 600, NS: NAMESPACE, DB: DATABASE, AC: DATABASE_USER, RL: ['Owner'] };
  const parts = [{ alg: 'EdDSA', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = sign(null, Buffer.from(parts.join('.')), generateKeyPairSync('ed25519').privateKey);
  return [...parts, signature.toString('base64url')].join('.');
}

const codec = new CborCodec({});
let lastId = 0;

/** One request without the SDK, which would sign in first. */
function ask(socket: WebSocket, method: string, params: readonly unknown[]): Promise<unknown> {
  const id = String((lastId += 1));
  return new Promise((resolve) => {
    const onMessage = (data: Buffer): void => {
      const answer = codec.decode<{ id: string }>(data);
      if (answer.id !== id) return;
      socket.off('message', onMessage);
      resolve(answer);
    };
    socket.on('message', onMessage);
    socket.send(codec.encode({ id, method, params }));
  });
}

function handshake(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('open', () => {
      socket.close();
      resolve('open');
    });
    socket.once('unexpected-response', (_request, response) => {
      resolve(String(response.statusCode));
      socket.terminate();
    });
    socket.once('error', (error) => {
      resolve(error.message);
    });
  });
}
