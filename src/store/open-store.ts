import { v7 as uuidv7 } from 'uuid';
import type { EventStore } from '../core/log/store.ts';
import { sha256 } from '../files/sha256.ts';
import { ENGINE_VERSION } from '../files/version.ts';
import type { StoreConnectionState } from './link.ts';
import { LocalService } from './local-service.ts';
import { SurrealStore } from './surreal-store.ts';

export interface LocalStoreOptions {
  /** Where the database is, or will be; see `dataDirectory`. Created where it is missing. */
  readonly dataDir: string;
  /** Path of `dist/service.cjs`; the engine's library lies beside it. */
  readonly serviceEntry: string;
  /** What runs the service; default: what runs this process. */
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
 * Opens the store on this machine: finds the service of the data directory or starts it, and signs in. A connection that is
 * lost later is made anew, the service started again where that is needed.
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
  const store = new SurrealStore({
    connect: (onClose, signal) => service.connect(onClose, signal),
    onState: options.onState ?? (() => undefined),
    identity: { now: Date.now, newId: () => uuidv7(), sha256, engineVersion: ENGINE_VERSION },
    callTimeoutMs: options.callTimeoutMs ?? 30_000,
    batchTimeoutMs: 120_000,
  });
  try {
    await store.open();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}
