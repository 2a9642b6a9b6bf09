import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/core/log/store.ts';
import {
  placeName,
  remoteOf,
  secretKey,
  storeChoice,
  withAuth,
  type StoreChoice,
  type StoreValues,
} from '../../../src/extension/store/store-choice.ts';

const DEFAULTS: StoreValues = {
  url: '',
  namespace: '',
  database: '',
  user: '',
  signIn: 'database',
  access: '',
  connectTimeout: 10,
  queryTimeout: 30,
};
const URL = 'wss://db.example.org';

/** @param values in force; @param ofUser what the user's own settings say */
function choose(values: Record<string, unknown>, env: Record<string, string> = {}, ofUser: Record<string, unknown> = values): StoreChoice {
  const inForce: Record<string, unknown> = { ...DEFAULTS, ...values };
  return storeChoice({ get: (name) => inForce[name], ofUser: (name) => ofUser[name] }, env);
}

function valuesOf(values: Record<string, unknown>): StoreValues {
  const choice = choose(values);
  if (choice.kind !== 'settings') throw new Error('no store in the settings');
  return choice.values;
}

function errorOf(work: () => unknown): StoreError {
  try {
    work();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('which store a window uses', () => {
  it('is that of this machine when nobody names another', () => {
    expect(choose({})).toEqual({ kind: 'local' });
  });

  it('is that of the environment, all of it, when no setting names one', () => {
    const env = { SURREAL_URL: 'wss://env.example', SURREAL_USER: 'ann', SURREAL_PASS: 'secret', SURREAL_NAMESPACE: 'team' };
    const choice = choose({ database: 'other' }, env);
    expect(choice).toMatchObject({ kind: 'environment', settings: { address: { namespace: 'team', database: 'riff' } } });
  });

  it('is that of the settings, with its names and timeouts', () => {
    const values = valuesOf({ url: ` ${URL} `, database: 'shop', user: 'ann', queryTimeout: 5 });
    expect(remoteOf(values, 'secret')).toEqual({
      address: {
        url: 'wss://db.example.org/rpc',
        namespace: 'riff',
        database: 'shop',
        auth: { kind: 'user', level: 'database', username: 'ann', password: 'secret' },
      },
      connectTimeoutMs: 10_000,
      callTimeoutMs: 5_000,
    });
    expect(placeName(remoteOf(values, 'secret'))).toBe('db.example.org (riff/shop)');
  });

  it('knows each way to sign in', () => {
    const auth = (changes: Partial<StoreValues>) => remoteOf(valuesOf({ url: URL, user: 'ann', ...changes }), 'x').address.auth;
    expect(auth({ signIn: 'root' })).toMatchObject({ kind: 'user', level: 'root' });
    expect(auth({ signIn: 'namespace' })).toMatchObject({ kind: 'user', level: 'namespace' });
    expect(auth({ signIn: 'record', access: 'staff' })).toMatchObject({ kind: 'record', access: 'staff', username: 'ann' });
    expect(auth({ signIn: 'token', user: '' })).toEqual({ kind: 'token', token: 'x' });
  });

  it.each([
    [{ url: 7 }, 'riff.store.url'],
    [{ url: URL, signIn: 'guest' }, 'riff.store.signIn'],
    [{ url: URL, connectTimeout: 0 }, 'riff.store.connectTimeout'],
  ])('names the setting that makes no sense: %j', (values, name) => {
    const error = errorOf(() => choose(values));
    expect(error.code).toBe('misconfigured');
    expect(error.message).toContain(name);
  });

  it('says what is missing', () => {
    expect(errorOf(() => remoteOf(valuesOf({ url: URL, user: 'ann' }), undefined))).toMatchObject({ code: 'unauthorised' });
    expect(errorOf(() => remoteOf(valuesOf({ url: URL, user: 'ann' }), undefined)).remedy).toContain('Sign In to Store');
    expect(errorOf(() => remoteOf(valuesOf({ url: URL }), 'x')).message).toContain('riff.store.user');
    expect(errorOf(() => remoteOf(valuesOf({ url: URL, user: 'ann', signIn: 'record' }), 'x')).message).toContain('riff.store.access');
    expect(errorOf(() => remoteOf(valuesOf({ url: 'wss://ann:secret@db.example.org', user: 'ann' }), 'x')).code).toBe('misconfigured');
  });
});

describe('secrets', () => {
  it('are kept for one user at one address', () => {
    const key = (changes: Partial<StoreValues>): string => secretKey({ ...DEFAULTS, url: URL, user: 'ann', ...changes });
    const others = [
      key({ url: 'wss://evil.example' }),
      key({ url: 'ws://db.example.org' }),
      key({ database: 'other' }),
      key({ namespace: 'other' }),
      key({ user: 'bob' }),
      key({ signIn: 'root' }),
      key({ signIn: 'token' }),
    ];
    expect(new Set([key({}), ...others]).size).toBe(others.length + 1);
    // The same user, asked for once: one of the whole server reaches every database of it.
    expect(key({ signIn: 'root', database: 'a' })).toBe(key({ signIn: 'root', database: 'b' }));
    expect(key({ url: `${URL}/` })).toBe(key({}));
  });

  it('of the environment go to the address that the user or the environment names, never to one of a folder', () => {
    const env = { SURREAL_USER: 'ann', SURREAL_PASS: 'secret' };
    expect(choose({ url: URL }, env)).toMatchObject({ environmentAuth: { username: 'ann', password: 'secret' } });
    expect(choose({ url: 'wss://evil.example' }, env, { url: URL })).toMatchObject({ environmentAuth: null });
    expect(choose({ url: 'wss://evil.example' }, env, {})).toMatchObject({ environmentAuth: null });
    expect(choose({ url: 'wss://evil.example' }, { ...env, SURREAL_URL: URL }, { url: 'wss://evil.example' })).toMatchObject({
      environmentAuth: null,
    });
    expect(choose({ url: URL }, { ...env, SURREAL_URL: URL }, {})).toMatchObject({ environmentAuth: { username: 'ann' } });
  });

  it('are no setting, and no setting of the store counts in a folder that is not trusted', async () => {
    const manifest = JSON.parse(await readFile(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
      contributes: { configuration: { properties: Record<string, unknown> } };
      capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
    };
    const ofStore = Object.keys(manifest.contributes.configuration.properties).filter((name) => name.startsWith('riff.store.'));
    expect(ofStore.filter((name) => /pass|token|secret/i.test(name))).toEqual([]);
    expect(ofStore.sort()).toEqual(
      Object.keys(DEFAULTS)
        .map((name) => `riff.store.${name}`)
        .sort(),
    );
    for (const name of ofStore) expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toContain(name);
  });
});

it('a store’s name for people holds no secret', () => {
  const auth = { kind: 'user', level: 'root', username: 'ann', password: 'secret' } as const;
  expect(placeName(withAuth({ ...DEFAULTS, url: URL }, auth))).not.toContain('secret');
});
