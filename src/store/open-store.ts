import { v7 as uuidv7 } from 'uuid';
import { StoreError, type EventStore } from '../core/log/store.ts';
import { sha256 } from '../files/sha256.ts';
import { ENGINE_VERSION } from '../files/version.ts';
import { Connection } from './connection/connection.ts';
import { ConnectionLostError } from './connection/errors.ts';
import type { StoreConnectionState } from './connection/link.ts';
import { LocalService } from './local/local-service.ts';
import type { RemoteSettings } from './remote/remote-settings.ts';
import { checkSchemaVersion, schemaVersion } from './schema/schema-check.ts';
import { SurrealStore, type SurrealStoreOptions } from './surreal-store.ts';

export interface LocalStoreOptions {
  /** Where the database is, or will be; see `dataDirectory`. Created where it is missing. */
  readonly dataDir: string;
  /** Path of `dist/service.cjs`; the engine's library lies beside it. */
  readonly serviceEntry: string;
  /** The program that runs the service; default: the one that runs this process. */
  readonly nodePath?: string;
  /** Added to the service's environment; default: what makes an Electron behave as Node. */
  readonly nodeEnv?: Readonly<Record<string, string>>;
  /** Told about every change of the connection. */
  readonly onState?: (state: StoreConnectionState) => void;
  /** Until the service is found or started, milliseconds. */
  readonly startTimeoutMs?: number;
  /** For one call, milliseconds. */
  readonly callTimeoutMs?: number;
}

/**
 * Opens the store on this machine: finds the service of the data directory or starts it, and signs in. A connection that is lost
 * later is reopened, and the service is restarted where necessary.
 * @throws StoreError, with `engine_unavailable` where the database engine cannot run
 */
export async function openLocalStore(options: LocalStoreOptions): Promise<EventStore> {
  const service = new LocalService({
    dataDir: options.dataDir,
    serviceEntry: options.serviceEntry,
    nodePath: options.nodePath ?? process.execPath,
    nodeEnv: options.nodeEnv ?? { ELECTRON_RUN_AS_NODE: '1' },
    startTimeoutMs: options.startTimeoutMs ?? 30_000,
  });
  return opened({
    connect: (onClose, signal) => service.connect(onClose, signal),
    onState: options.onState ?? (() => undefined),
    callTimeoutMs: options.callTimeoutMs ?? 30_000,
  });
}

/**
 * Opens a store on a SurrealDB server. It starts no process and changes no schema: a server whose tables are missing or of another
 * version is refused.
 * @param onState told about every change of the connection
 * @throws StoreError
 */
export async function openRemoteStore(
  settings: RemoteSettings,
  onState: (state: StoreConnectionState) => void = () => undefined,
): Promise<EventStore> {
  return opened({ connect: (onClose) => connectRemote(settings, onClose), onState, callTimeoutMs: settings.callTimeoutMs });
}

async function opened(options: Pick<SurrealStoreOptions, 'connect' | 'onState' | 'callTimeoutMs'>): Promise<EventStore> {
  const store = new SurrealStore({
    ...options,
    identity: { now: Date.now, newId: () => uuidv7(), sha256, engineVersion: ENGINE_VERSION },
    batchTimeoutMs: Math.max(120_000, options.callTimeoutMs),
  });
  try {
    await store.open();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

async function connectRemote({ address, connectTimeoutMs, callTimeoutMs }: RemoteSettings, onClose: () => void): Promise<Connection> {
  const { host } = new URL(address.url);
  try {
    const connection = await Connection.open(address, connectTimeoutMs, onClose);
    try {
      checkSchemaVersion(await schemaVersion(connection, callTimeoutMs), `${host} (${address.namespace}/${address.database})`);
    } catch (error) {
      await connection.close();
      throw error;
    }
    return connection;
  } catch (cause) {
    if (!(cause instanceof ConnectionLostError)) throw cause;
    throw new StoreError(
      cause.isTimeout ? 'timeout' : 'unreachable',
      `The store at ${host} is out of reach: ${cause.message}.`,
      'Check the address and that the server runs; reading and findings work without it.',
      { cause },
    );
  }
}
