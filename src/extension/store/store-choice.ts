/**
 * Which store a window uses, as settings and environment say it. Neither names a password of the settings' store: that is kept
 * under the address it was given for, so that another address, whoever sets it, never gets it.
 */
import * as v from 'valibot';
import { StoreError } from '../../core/log/store.ts';
import type { Authentication } from '../../store/connection/address.ts';
import {
  authenticationFromEnvironment,
  remoteAddress,
  remoteFromEnvironment,
  type RemoteSettings,
} from '../../store/remote/remote-settings.ts';

/** What settings say of the store. */
export interface StoreValues {
  readonly url: string;
  readonly namespace: string;
  readonly database: string;
  readonly user: string;
  readonly signIn: SignIn;
  readonly access: string;
  /** Seconds. */
  readonly connectTimeout: number;
  /** Seconds. */
  readonly queryTimeout: number;
}

const SIGN_INS = ['database', 'namespace', 'root', 'record', 'token'] as const;
export type SignIn = (typeof SIGN_INS)[number];

/** Reads settings below `riff.store`. */
export interface StoreSettings {
  /** The value in force, of whatever type. */
  get(name: string): unknown;
  /** The value that the user has set for all windows; undefined where there is none. */
  ofUser(name: string): unknown;
}

export type StoreChoice =
  | { readonly kind: 'local' }
  /** All of it comes from the environment. */
  | { readonly kind: 'environment'; readonly settings: RemoteSettings }
  /** The place comes from settings; how to sign in there is completed by `signedIn`. */
  | { readonly kind: 'settings'; readonly values: StoreValues; readonly environmentAuth: Authentication | null };

type Environment = Readonly<Record<string, string | undefined>>;

const Text = v.pipe(v.string(), v.trim());
const Seconds = v.pipe(v.number(), v.minValue(1), v.maxValue(3600));
const ValuesSchema = v.object({
  url: Text,
  namespace: Text,
  database: Text,
  user: Text,
  signIn: v.picklist(SIGN_INS),
  access: Text,
  connectTimeout: Seconds,
  queryTimeout: Seconds,
});
type Name = keyof typeof ValuesSchema.entries;
const NAMES = Object.keys(ValuesSchema.entries) as readonly Name[];

/**
 * The store to use: that of the settings, else that of SURREAL_URL, else the one of this machine.
 * @throws StoreError `misconfigured` naming the setting that makes no sense
 */
export function storeChoice(settings: StoreSettings, env: Environment): StoreChoice {
  const parsed = v.safeParse(ValuesSchema, Object.fromEntries(NAMES.map((name) => [name, settings.get(name)])));
  if (!parsed.success) {
    const name = v.getDotPath(parsed.issues[0]) ?? 'url';
    throw new StoreError('misconfigured', `The setting riff.store.${name} makes no sense.`, 'Change it, or take it out of the settings.');
  }
  const values = parsed.output;
  if (values.url !== '') return { kind: 'settings', values, environmentAuth: environmentAuth(values.url, settings, env) };
  const fromEnvironment = remoteFromEnvironment(env);
  return fromEnvironment === null ? { kind: 'local' } : { kind: 'environment', settings: fromEnvironment };
}

/** A folder's settings must not send what the environment holds to a server of their own. */
function environmentAuth(url: string, settings: StoreSettings, env: Environment): Authentication | null {
  const named = env['SURREAL_URL'] ?? '';
  const isOwn = named === '' ? settings.ofUser('url') === url : named === url;
  return isOwn ? authenticationFromEnvironment(env) : null;
}

/**
 * Completes the store of the settings by what is kept secret.
 * @param secret password or token; undefined: none is known
 * @throws StoreError `unauthorised` when there is nothing to sign in with; `misconfigured`
 */
export function remoteOf(values: StoreValues, secret: string | undefined): RemoteSettings {
  return withAuth(values, authOf(values, secret));
}

/** @throws StoreError `misconfigured` */
export function withAuth(values: StoreValues, auth: Authentication): RemoteSettings {
  const place = { url: values.url, namespace: values.namespace || undefined, database: values.database || undefined };
  return {
    address: remoteAddress(place, auth),
    connectTimeoutMs: values.connectTimeout * 1000,
    callTimeoutMs: values.queryTimeout * 1000,
  };
}

function authOf(values: StoreValues, secret: string | undefined): Authentication {
  const { user: username, signIn, access } = values;
  if (signIn === 'token') return { kind: 'token', token: secret ?? missingSecret('No token is known for the store.') };
  if (username === '') {
    throw new StoreError('misconfigured', 'The setting riff.store.url names a store, but riff.store.user nobody.', 'Set riff.store.user.');
  }
  const password = secret ?? missingSecret(`No password of ${username} is known for the store.`);
  if (signIn !== 'record') return { kind: 'user', level: signIn, username, password };
  if (access === '') {
    throw new StoreError('misconfigured', 'A record user signs in by an access method; riff.store.access names none.', 'Set it.');
  }
  return { kind: 'record', access, username, password };
}

function missingSecret(message: string): never {
  throw new StoreError('unauthorised', message, 'Run "Riff: Sign In to Store…".');
}

/** Under which name the secret of a store is kept: it is the one of this user at this address and no other. */
export function secretKey(values: StoreValues): string {
  const { address } = withAuth(values, { kind: 'token', token: '' });
  const { signIn, user, access } = values;
  const isOfDatabase = signIn !== 'root' && signIn !== 'namespace';
  return JSON.stringify([
    'riff.store',
    address.url,
    signIn,
    signIn === 'root' ? '' : address.namespace,
    isOfDatabase ? address.database : '',
    signIn === 'record' ? access : '',
    signIn === 'token' ? '' : user,
  ]);
}

/** A store as people name it: host, namespace and database. */
export function placeName({ address: { url, namespace, database } }: Pick<RemoteSettings, 'address'>): string {
  return `${new URL(url).host} (${namespace}/${database})`;
}
