/**
 * Finds the local store process of a data directory, or starts it, and connects to it.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from '../../core/log/store.ts';
import { dataDirectoryError, ensurePrivateDirectory } from '../../files/data/data-directory.ts';
import { isProcessAlive, readDiscovery, type ServiceDiscovery } from '../../files/data/service-discovery.ts';
import { EXIT } from './service-exit.ts';
import { Connection } from '../connection/connection.ts';
import { ConnectionLostError } from '../connection/errors.ts';
import { localAddress } from './local-address.ts';
import { SCHEMA_VERSION } from '../schema/schema-version.ts';
import { readText } from '../../files/regular-file.ts';

export interface LocalServiceOptions {
  readonly dataDir: string;
  /** Path of the service's bundle, `service.cjs`. */
  readonly serviceEntry: string;
  /** The program that runs it: Node, or an Electron that `nodeEnv` makes behave as Node. */
  readonly nodePath: string;
  /** Added to the environment of the service. */
  readonly nodeEnv: Readonly<Record<string, string>>;
  /** Until the service is found or started and has accepted the sign-in, milliseconds. */
  readonly startTimeoutMs: number;
}

const CONNECT_MS = 5_000;
const POLL_MS = 40;
/** A start lock older than this was abandoned by its process. */
const START_LOCK_MS = 10_000;

/** How the service that this process started has ended. */
interface ChildState {
  exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | null;
  failure: Error | null;
}

export class LocalService {
  readonly #options: LocalServiceOptions;

  constructor(options: LocalServiceOptions) {
    this.#options = options;
  }

  /**
   * @param onClose called once when the connection is lost or closed
   * @param signal cancels the search
   * @throws StoreError
   */
  async connect(onClose: () => void, signal: AbortSignal): Promise<Connection> {
    const { dataDir, startTimeoutMs } = this.#options;
    await ensurePrivateDirectory(dataDir);
    const deadline = Date.now() + startTimeoutMs;
    let unusable: string | null = null;
    let child: ChildState | null = null;
    while (Date.now() < deadline && !signal.aborted) {
      const found = await readDiscovery(dataDir);
      if (found !== null && keyOf(found) !== unusable && isProcessAlive(found.pid)) {
        const connection = await this.#tryConnect(found, deadline, onClose);
        if (connection !== null) return connection;
        unusable = keyOf(found);
        continue;
      }
      child = await this.#startOnce(child);
      await delay(POLL_MS);
    }
    if (signal.aborted) throw new StoreError('cancelled', 'The store was closed while it was being opened.', 'Open it again.');
    throw this.#gaveUp(await readDiscovery(dataDir));
  }

  /** @returns null when this discovery is stale: its service died, or another program has its port now */
  async #tryConnect(found: ServiceDiscovery, deadline: number, onClose: () => void): Promise<Connection | null> {
    try {
      const connection = await Connection.open(localAddress(found), Math.min(CONNECT_MS, Math.max(1, deadline - Date.now())), onClose);
      // Checked only for a running service: the file of a dead one means nothing.
      if (found.schema !== SCHEMA_VERSION) await connection.close();
      checkSchema(found);
      return connection;
    } catch (error) {
      const leadsNowhere = error instanceof ConnectionLostError || (error instanceof StoreError && error.code === 'unauthorised');
      if (leadsNowhere) return null;
      throw error;
    }
  }

  /**
   * Starts the service unless this process or another one has just done so. Several may still be started: the database's lock lets
   * only one of them continue. The start lock merely saves unnecessary starts.
   */
  async #startOnce(child: ChildState | null): Promise<ChildState | null> {
    if (child !== null && child.exit === null && child.failure === null) return child;
    if (child !== null) await this.#throwIfFailed(child);
    const lock = join(this.#options.dataDir, 'service.starting');
    const isOurs = await takeStartLock(lock).catch((error: unknown) => {
      throw dataDirectoryError(this.#options.dataDir, error);
    });
    if (!isOurs) return null;
    try {
      const started = this.#spawn();
      void releaseWhenServing(lock, this.#options.dataDir, started);
      return started;
    } catch (error) {
      await rm(lock, { force: true });
      throw error;
    }
  }

  #spawn(): ChildState {
    const { dataDir, serviceEntry, nodePath, nodeEnv } = this.#options;
    if (!existsSync(serviceEntry)) {
      throw new StoreError('engine_unavailable', `The store's program ${serviceEntry} is missing.`, 'Reinstall Riff.');
    }
    const env = { ...process.env, ...nodeEnv };
    // Flags of this process (a debugger's port, a loader) are not meant for the service.
    delete env['NODE_OPTIONS'];
    const state: ChildState = { exit: null, failure: null };
    const child = spawn(nodePath, [serviceEntry, dataDir], { cwd: dataDir, detached: true, stdio: 'ignore', windowsHide: true, env });
    child.on('error', (error) => {
      state.failure = error;
    });
    child.on('exit', (code, signal) => {
      state.exit = { code, signal };
    });
    child.unref();
    return state;
  }

  /** It is no failure when a service ends because another one is running. */
  async #throwIfFailed(child: ChildState): Promise<void> {
    if (child.failure !== null) {
      throw new StoreError(
        'engine_unavailable',
        `The store could not be started with ${this.#options.nodePath}: ${child.failure.message}`,
        'Reading and findings work without it. Check that this program may be run.',
        { cause: child.failure },
      );
    }
    const code = child.exit?.code ?? null;
    if (code === EXIT.done) return;
    const logPath = join(this.#options.dataDir, 'service.log');
    const detail = await lastLine(logPath);
    switch (code) {
      case EXIT.engineUnavailable:
        throw engineUnavailable(detail, logPath);
      case EXIT.locked:
        throw new StoreError(
          'locked',
          `Another process holds the store in ${this.#options.dataDir}. ${detail}`,
          'End that process, or choose another data directory.',
        );
      case EXIT.schemaTooNew:
        throw new StoreError('schema_too_new', `The store was written by a newer Riff. ${detail}`, 'Update Riff.');
      case EXIT.notWritable:
        throw dataDirectoryError(this.#options.dataDir, diskCause(detail));
      case null:
        throw engineUnavailable(`It was ended by ${child.exit?.signal ?? 'the system'}.`, logPath);
      default:
        throw new StoreError('internal', `The store could not be started. ${detail}`, `See ${logPath}.`);
    }
  }

  #gaveUp(found: ServiceDiscovery | null): StoreError {
    const seconds = Math.round(this.#options.startTimeoutMs / 1000);
    if (found !== null && isProcessAlive(found.pid)) {
      return new StoreError(
        'timeout',
        `The store's process ${found.pid} did not answer within ${seconds} s.`,
        `End process ${found.pid} and try again; nothing that was stored is lost.`,
      );
    }
    return new StoreError(
      'timeout',
      `The store did not start within ${seconds} s.`,
      `See ${join(this.#options.dataDir, 'service.log')}, and try again.`,
    );
  }
}

/** The exit code tells it as well, because a full disk may keep the service from writing its log. */
function diskCause(detail: string): Error {
  const code = /read-only|EROFS/iu.test(detail) ? 'EROFS' : /permission denied|EACCES|EPERM/iu.test(detail) ? 'EACCES' : 'ENOSPC';
  return Object.assign(new Error(detail), { code });
}

function keyOf(found: ServiceDiscovery): string {
  return `${found.pid} ${found.port} ${found.secret}`;
}

function checkSchema(found: ServiceDiscovery): void {
  if (found.schema > SCHEMA_VERSION) {
    throw new StoreError('schema_too_new', `The running store belongs to Riff ${found.version}, which is newer.`, 'Update Riff here, too.');
  }
  if (found.schema < SCHEMA_VERSION) {
    throw new StoreError(
      'schema_too_old',
      `The running store belongs to Riff ${found.version}, which is older.`,
      `Close the other windows that use it; it ends a minute later (process ${found.pid}).`,
    );
  }
}

function engineUnavailable(detail: string, logPath: string): StoreError {
  return new StoreError(
    'engine_unavailable',
    `The database engine does not run on this system. ${detail}`,
    `Reading and findings work without it. The engine needs Windows, macOS, or Linux with glibc 2.35 or musl, on x64 or arm64; details are in ${logPath}.`,
  );
}

/** @returns false when another process is starting the service */
async function takeStartLock(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  if (await isLeftBehind(path)) await rm(path, { force: true });
  return false;
}

/** Whether the lock was abandoned: its process is gone, or the lock is older than any start takes. */
async function isLeftBehind(path: string): Promise<boolean> {
  const pid = Number((await readText(path).catch(() => '')).trim());
  if (Number.isSafeInteger(pid) && pid > 0 && !isProcessAlive(pid)) return true;
  const age = Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? Date.now());
  // The absolute age, because a clock that was set back would make it look young for ever.
  return Math.abs(age) > START_LOCK_MS;
}

async function releaseWhenServing(lock: string, dataDir: string, child: ChildState): Promise<void> {
  const before = await readDiscovery(dataDir).catch(() => null);
  for (const end = Date.now() + START_LOCK_MS; Date.now() < end;) {
    if (child.exit !== null || child.failure !== null) break;
    const now = await readDiscovery(dataDir).catch(() => null);
    if (now !== null && (before === null || keyOf(now) !== keyOf(before))) break;
    await delay(POLL_MS, undefined, { ref: false });
  }
  await rm(lock, { force: true }).catch(() => undefined);
}

async function lastLine(path: string): Promise<string> {
  const text = await readText(path).catch(() => '');
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  return line.replace(/^\S+ \[\d+\] /u, '');
}
