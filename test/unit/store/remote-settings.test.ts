import { describe, expect, test } from 'vitest';
import { StoreError } from '../../../src/core/log/store.ts';
import { environmentOf, isOpenToEavesdroppers, remoteAddress, remoteFromEnvironment } from '../../../src/store/remote/remote-settings.ts';

const SIGN_IN = { SURREAL_USER: 'writer', SURREAL_PASS: 'secret' };

function failure(work: () => unknown): StoreError {
  try {
    work();
  } catch (error) {
    if (error instanceof StoreError) return error;
  }
  throw new Error('it did not fail');
}

describe('the remote store of an environment', () => {
  test.each([
    { ...SIGN_IN, SURREAL_AUTH_LEVEL: 'root', SURREAL_QUERY_TIMEOUT: '2.5' },
    { ...SIGN_IN, SURREAL_ACCESS: 'staff', SURREAL_NAMESPACE: 'team', SURREAL_DATABASE: 'shop' },
    { SURREAL_TOKEN: 'a.b.c' },
  ])('is the same in the environment that is made of it: %j', (env) => {
    const settings = remoteFromEnvironment({ SURREAL_URL: 'wss://db.example', ...env });
    // Whatever else this process has in its own.
    const others = { SURREAL_TOKEN: 'other', SURREAL_ACCESS: 'other', SURREAL_USER: 'other', SURREAL_PASS: 'other' };
    expect(remoteFromEnvironment({ ...others, ...environmentOf(settings) })).toEqual(settings);
    expect(remoteFromEnvironment({ SURREAL_URL: 'wss://db.example', ...others, ...environmentOf(null) })).toBeNull();
  });

  test('is none without a URL, whatever else is set', () => {
    expect(remoteFromEnvironment({})).toBeNull();
    expect(remoteFromEnvironment({ ...SIGN_IN, SURREAL_URL: '', SURREAL_NAMESPACE: 'x' })).toBeNull();
  });

  test('has defaults for all but the URL and the sign-in', () => {
    expect(remoteFromEnvironment({ SURREAL_URL: 'wss://db.example', ...SIGN_IN })).toEqual({
      address: {
        url: 'wss://db.example/rpc',
        namespace: 'riff',
        database: 'riff',
        auth: { kind: 'user', level: 'database', username: 'writer', password: 'secret' },
      },
      connectTimeoutMs: 10_000,
      callTimeoutMs: 30_000,
    });
  });

  test('takes database, level and timeouts', () => {
    const settings = remoteFromEnvironment({
      SURREAL_URL: 'http://localhost:8000/',
      SURREAL_NAMESPACE: 'team',
      SURREAL_DATABASE: 'project',
      SURREAL_AUTH_LEVEL: 'root',
      SURREAL_CONNECT_TIMEOUT: '2.5',
      SURREAL_QUERY_TIMEOUT: '90s',
      ...SIGN_IN,
    });
    expect(settings).toMatchObject({
      address: { url: 'ws://localhost:8000/rpc', namespace: 'team', database: 'project', auth: { level: 'root' } },
      connectTimeoutMs: 2_500,
      callTimeoutMs: 90_000,
    });
  });

  test('prefers a token, and makes a record user of an access method', () => {
    const url = { SURREAL_URL: 'wss://db.example' };
    expect(remoteFromEnvironment({ ...url, SURREAL_TOKEN: 't', ...SIGN_IN })?.address.auth).toEqual({ kind: 'token', token: 't' });
    expect(remoteFromEnvironment({ ...url, SURREAL_ACCESS: 'staff', ...SIGN_IN })?.address.auth).toMatchObject({
      kind: 'record',
      access: 'staff',
    });
  });

  test.each([
    ['nothing to sign in with', {}],
    ['half of a sign-in', { SURREAL_USER: 'writer' }],
    ['the other half', { SURREAL_PASS: 'secret' }],
    ['an unknown level', { ...SIGN_IN, SURREAL_AUTH_LEVEL: 'owner' }],
    ['a timeout that is none', { ...SIGN_IN, SURREAL_QUERY_TIMEOUT: 'soon' }],
    ['a namespace that no database has', { ...SIGN_IN, SURREAL_NAMESPACE: 'a;b' }],
  ])('is refused with %s, in words without the password', (_what, env) => {
    const error = failure(() => remoteFromEnvironment({ SURREAL_URL: 'wss://db.example', ...env }));
    expect(error.code).toBe('misconfigured');
    expect(`${error.message}${error.remedy}`).not.toContain('secret');
  });
});

describe('an address', () => {
  const auth = { kind: 'token', token: 't' } as const;

  test.each([
    ['ws://h:8000', 'ws://h:8000/rpc'],
    ['ws://h:8000/rpc/', 'ws://h:8000/rpc'],
    ['https://h', 'wss://h/rpc'],
    ['https://h/behind/a/gate', 'wss://h/behind/a/gate/rpc'],
    ['ws://[::1]:8000', 'ws://[::1]:8000/rpc'],
  ])('%s is %s', (given, url) => {
    expect(remoteAddress({ url: given }, auth).url).toBe(url);
  });

  test.each(['', 'db.example', 'rocksdb:///data', 'file:///x', 'javascript:alert(1)', 'wss://user:secret@h', 'wss://user@h'])(
    '“%s” is refused',
    (url) => {
      const error = failure(() => remoteAddress({ url }, auth));
      expect(error.code).toBe('misconfigured');
      expect(error.message).not.toContain('secret');
    },
  );

  test('without TLS is safe on this machine alone', () => {
    const open = (url: string): boolean => isOpenToEavesdroppers(remoteAddress({ url }, auth));
    expect(['ws://localhost:1', 'ws://127.0.0.1:1', 'ws://[::1]:1', 'wss://db.example'].map(open)).toEqual([false, false, false, false]);
    expect(open('ws://db.example')).toBe(true);
  });
});
