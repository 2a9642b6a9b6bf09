/**
 * The address of a remote store and its sign-in: from settings, which never contain a password, and from the environment.
 */
import { StoreError } from '../../core/log/store.ts';
import { LOCAL_STORE } from '../../files/data/data-directory.ts';
import type { Authentication, DatabaseAddress } from '../connection/address.ts';
import { DATABASE, NAMESPACE } from '../schema/database-name.ts';

/** What a setting or the environment says of a remote store. */
export interface RemotePlace {
  /** ws, wss, http or https; the path of the RPC may be left out. */
  readonly url: string;
  /** Default: `riff`. */
  readonly namespace?: string | undefined;
  /** Default: `riff`. A database for each project keeps their logs apart. */
  readonly database?: string | undefined;
}

/** A remote store with the timeouts to use. */
export interface RemoteSettings {
  readonly address: DatabaseAddress;
  /** Until signed in, milliseconds. */
  readonly connectTimeoutMs: number;
  /** For one call, milliseconds. */
  readonly callTimeoutMs: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_CONNECT_MS = 10_000;
const DEFAULT_CALL_MS = 30_000;
const VARIABLES = [
  'SURREAL_URL',
  'SURREAL_NAMESPACE',
  'SURREAL_DATABASE',
  'SURREAL_USER',
  'SURREAL_PASS',
  'SURREAL_TOKEN',
  'SURREAL_ACCESS',
  'SURREAL_AUTH_LEVEL',
  'SURREAL_CONNECT_TIMEOUT',
  'SURREAL_QUERY_TIMEOUT',
];
const PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['ws:', 'ws:'],
  ['wss:', 'wss:'],
  ['http:', 'ws:'],
  ['https:', 'wss:'],
]);

/**
 * The address of a remote store.
 * @throws StoreError `misconfigured` for a URL that names no server, or that carries a password
 */
export function remoteAddress(place: RemotePlace, auth: Authentication): DatabaseAddress {
  return {
    url: rpcUrl(place.url),
    namespace: checkedName(place.namespace ?? NAMESPACE, 'namespace'),
    database: checkedName(place.database ?? DATABASE, 'database'),
    auth,
  };
}

/**
 * The remote store that SURREAL_URL names: with SURREAL_NAMESPACE, SURREAL_DATABASE, and either SURREAL_TOKEN or SURREAL_USER and
 * SURREAL_PASS. SURREAL_AUTH_LEVEL is `root`, `namespace` or `database` (the default); SURREAL_ACCESS makes it a record user.
 * SURREAL_CONNECT_TIMEOUT and SURREAL_QUERY_TIMEOUT are seconds.
 * @returns null when SURREAL_URL is not set: the store is the local one
 * @throws StoreError `misconfigured`
 */
export function remoteFromEnvironment(env: Environment): RemoteSettings | null {
  const url = given(env, 'SURREAL_URL');
  if (url === undefined) return null;
  const place = { url, namespace: given(env, 'SURREAL_NAMESPACE'), database: given(env, 'SURREAL_DATABASE') };
  const auth = authenticationFromEnvironment(env);
  if (auth === null) {
    throw misconfigured('SURREAL_URL is set, but nothing to sign in with.', 'Set SURREAL_USER and SURREAL_PASS, or SURREAL_TOKEN.');
  }
  return { address: remoteAddress(place, auth), ...timeoutsFromEnvironment(env) };
}

/** The environment variables that pass this store on to another process; null: the store of this machine. */
export function environmentOf(remote: RemoteSettings | null): Readonly<Record<string, string>> {
  const unset = Object.fromEntries(VARIABLES.map((name) => [name, '']));
  if (remote === null) return unset;
  const { address, connectTimeoutMs, callTimeoutMs } = remote;
  const { auth } = address;
  return {
    ...unset,
    SURREAL_URL: address.url,
    SURREAL_NAMESPACE: address.namespace,
    SURREAL_DATABASE: address.database,
    SURREAL_CONNECT_TIMEOUT: String(connectTimeoutMs / 1000),
    SURREAL_QUERY_TIMEOUT: String(callTimeoutMs / 1000),
    ...(auth.kind === 'token' ? { SURREAL_TOKEN: auth.token } : { SURREAL_USER: auth.username, SURREAL_PASS: auth.password }),
    ...(auth.kind === 'record' ? { SURREAL_ACCESS: auth.access } : {}),
    ...(auth.kind === 'user' ? { SURREAL_AUTH_LEVEL: auth.level } : {}),
  };
}

/**
 * How the environment says to sign in.
 * @returns null when it names no sign-in
 * @throws StoreError `misconfigured` when the sign-in is incomplete
 */
export function authenticationFromEnvironment(env: Environment): Authentication | null {
  const token = given(env, 'SURREAL_TOKEN');
  if (token !== undefined) return { kind: 'token', token };
  const username = given(env, 'SURREAL_USER');
  const password = given(env, 'SURREAL_PASS');
  if (username === undefined && password === undefined) return null;
  if (username === undefined || password === undefined) {
    throw misconfigured(`SURREAL_${username === undefined ? 'USER' : 'PASS'} is missing.`, 'Set both SURREAL_USER and SURREAL_PASS.');
  }
  const access = given(env, 'SURREAL_ACCESS');
  if (access !== undefined) return { kind: 'record', access, username, password };
  return { kind: 'user', level: levelOf(given(env, 'SURREAL_AUTH_LEVEL') ?? 'database'), username, password };
}

/** @throws StoreError `misconfigured` */
function timeoutsFromEnvironment(env: Environment): Pick<RemoteSettings, 'connectTimeoutMs' | 'callTimeoutMs'> {
  return {
    connectTimeoutMs: milliseconds(env, 'SURREAL_CONNECT_TIMEOUT', DEFAULT_CONNECT_MS),
    callTimeoutMs: milliseconds(env, 'SURREAL_QUERY_TIMEOUT', DEFAULT_CALL_MS),
  };
}

/** A stable name of a store: equal for the same database. null: the store of this machine. */
export function storeName(remote: Pick<RemoteSettings, 'address'> | null): string {
  if (remote === null) return LOCAL_STORE;
  const { url, namespace, database } = remote.address;
  return `${url} ${namespace}/${database}`;
}

/** Whether others could read this connection: it has no TLS and leaves this machine. */
export function isOpenToEavesdroppers(address: DatabaseAddress): boolean {
  const { protocol, hostname } = new URL(address.url);
  const isHere = hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
  return protocol === 'ws:' && !isHere;
}

function rpcUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const protocol = url === null ? undefined : PROTOCOLS.get(url.protocol);
  if (url === null || protocol === undefined || url.hostname === '') {
    throw misconfigured('The address of the store is no URL of a SurrealDB server.', 'Give it as wss://host or ws://host:8000.');
  }
  if (url.username !== '' || url.password !== '') {
    // A password in the URL would end up in settings files, histories and logs.
    throw misconfigured(
      'The address of the store carries a user or a password.',
      'Take them out; sign in by SURREAL_USER and SURREAL_PASS.',
    );
  }
  const path = url.pathname.replace(/\/+$/, '');
  return `${protocol}//${url.host}${path.endsWith('/rpc') ? path : `${path}/rpc`}`;
}

function checkedName(name: string, what: string): string {
  if (/^[\p{L}\p{N}_.-]{1,100}$/u.test(name)) return name;
  throw misconfigured(`The ${what} of the store has a name that cannot be used.`, 'Use letters, digits, “_”, “-” and “.”.');
}

function levelOf(text: string): 'root' | 'namespace' | 'database' {
  if (text === 'root' || text === 'namespace' || text === 'database') return text;
  throw misconfigured('SURREAL_AUTH_LEVEL is none of root, namespace and database.', 'Leave it out for a user of the database.');
}

function milliseconds(env: Environment, name: string, fallback: number): number {
  const text = given(env, name);
  if (text === undefined) return fallback;
  const seconds = Number(text.replace(/s$/, ''));
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= 3600) return Math.round(seconds * 1000);
  throw misconfigured(`${name} is no number of seconds.`, 'Give seconds, as in 10.');
}

function given(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === '' ? undefined : value;
}

function misconfigured(message: string, remedy: string): StoreError {
  return new StoreError('misconfigured', message, remedy);
}
