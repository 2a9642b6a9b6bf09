/**
 * A store on somebody else's server: every way to sign in, and what is said when it does not work.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Authentication } from '../../src/store/connection/address.ts';
import { Connection } from '../../src/store/connection/connection.ts';
import { openRemoteStore } from '../../src/store/open-store.ts';
import { remoteAddress } from '../../src/store/remote/remote-settings.ts';
import { KEEPER, PASSWORD, PLACE, remoteHarness, WRITER, type RemoteHarness } from './remote-harness.ts';
import { appendNow, draft, storeErrorOf } from './sample.ts';

let harness: RemoteHarness;

beforeAll(async () => {
  harness = await remoteHarness();
}, 120_000);

afterAll(async () => {
  await harness.dispose();
});

const user = (level: 'root' | 'namespace' | 'database'): Authentication => ({
  kind: 'user',
  level,
  username: 'writer',
  password: PASSWORD,
});

describe('signing in', () => {
  test.each<[string, Authentication]>([
    ['a user of the root', user('root')],
    ['a user of the namespace', user('namespace')],
    ['a user of the database', user('database')],
    ['a record user', { kind: 'record', access: 'staff', username: 'ann', password: PASSWORD }],
  ])('%s may append and read, and change nothing', async (name, auth) => {
    const store = await harness.open(auth);
    const raw = await Connection.open(harness.settings({ auth }).address, 5_000, () => undefined);
    try {
      const { event } = await appendNow(store, draft(name));
      await raw.query('DELETE repairs_events', {}, 5_000).catch(() => undefined);
      await raw.query("UPDATE repairs_events SET reason = 'other'", {}, 5_000).catch(() => undefined);
      await raw.query('OPTION IMPORT; DELETE repairs_events', {}, 5_000).catch(() => undefined);
      expect(await store.events(name)).toEqual([event]);
    } finally {
      await raw.close();
      await store.close();
    }
  });

  test('a token that was issued before is enough', async () => {
    const { url } = harness.settings().address;
    const { Surreal } = await import('surrealdb');
    const db = new Surreal();
    await db.connect(url, PLACE);
    const { access } = await db.signin({ ...PLACE, username: 'writer', password: PASSWORD });
    await db.close();
    const store = await harness.open({ kind: 'token', token: access });
    await appendNow(store, draft('token'));
    await store.close();
  });

  test.each<[string, Authentication]>([
    ['a wrong password', { kind: 'user', level: 'database', username: 'writer', password: 'wrong' }],
    ['an unknown user', { kind: 'user', level: 'root', username: 'nobody', password: PASSWORD }],
    ['a record user with a wrong password', { kind: 'record', access: 'staff', username: 'ann', password: 'wrong' }],
    ['an access method that is not there', { kind: 'record', access: 'none', username: 'ann', password: PASSWORD }],
    ['a token that is none', { kind: 'token', token: 'eyJhbGciOiJIUzUxMiJ9.e30.x' }],
  ])('%s is refused in words that do not carry it', async (_what, auth) => {
    const error = await storeErrorOf(harness.open(auth));
    expect(error.code).toBe('unauthorised');
    expect(`${error.message} ${error.remedy}`).not.toContain(PASSWORD);
    expect(error.remedy).toContain('Check the user');
  });
});

describe('a server that cannot be used', () => {
  test('is out of reach when nobody listens there', async () => {
    const settings = harness.settings({ port: 9 });
    const error = await storeErrorOf(openRemoteStore(settings));
    expect(error.code).toBe('unreachable');
    expect(error.message).toContain('127.0.0.1:9');
  });

  test('is given up when it does not answer', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const error = await storeErrorOf(openRemoteStore({ ...harness.settings({ port }), connectTimeoutMs: 700 }));
    expect(error.code).toBe('timeout');
    silent.close();
  });

  test('of which another database is asked is refused', async () => {
    const { address, ...rest } = harness.settings();
    const elsewhere = remoteAddress({ url: address.url, namespace: PLACE.namespace, database: 'other' }, WRITER);
    expect((await storeErrorOf(openRemoteStore({ ...rest, address: elsewhere }))).code).toBe('unauthorised');
  });
});

describe('a schema of another version', () => {
  test('is named with what to do, and nothing is written', async () => {
    const keeper = await Connection.open(harness.settings({ auth: KEEPER }).address, 5_000, () => undefined);
    const set = async (numbers: readonly number[]): Promise<void> => {
      await keeper.query('DELETE schema_migrations', {}, 5_000);
      for (const number of numbers) {
        const content = { number, name: 'x', applied_by: '0' };
        await keeper.query(
          "CREATE type::record('schema_migrations', $number) CONTENT object::extend($content, { applied_at: time::now() })",
          { number, content },
          5_000,
        );
      }
    };
    try {
      await set([]);
      const none = await storeErrorOf(harness.open());
      expect([none.code, none.remedy]).toEqual(['schema_too_old', expect.stringContaining('riff db init-schema')]);
      await set([1]);
      const old = await storeErrorOf(harness.open());
      expect([old.code, old.remedy]).toEqual(['schema_too_old', expect.stringContaining('riff db migrate')]);
      await set([1, 2, 999]);
      const young = await storeErrorOf(harness.open());
      expect([young.code, young.remedy]).toEqual(['schema_too_new', 'Update Riff.']);
    } finally {
      await keeper.close();
    }
  });
});
