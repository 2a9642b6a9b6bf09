import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RepairEvent } from '../core/log/event.ts';
import { keepingHeads } from '../core/log/verify/heads.ts';
import { replay, type LogState } from '../core/log/replay.ts';
import type { EventStore } from '../core/log/store.ts';
import { dataDirectory, STORE_DIRECTORY } from '../files/data/data-directory.ts';
import { HeadFiles } from '../files/data/head-files.ts';
import { FileOutbox, OUTBOX_DIRECTORY } from '../files/data/outbox-files.ts';
import { remoteFromEnvironment, storeName } from '../store/remote/remote-settings.ts';
import { CliFailure } from './failure.ts';
import { visible } from './text.ts';

/** A session's log as it was read. */
export interface SessionLog {
  readonly events: readonly RepairEvent[];
  readonly state: LogState;
}

/**
 * Opens the store for as long as `use` takes: the one that SURREAL_URL names, else the one of this machine. The database's client
 * is loaded here and not before: a scan starts faster without it.
 * @throws StoreError
 */
export async function withStore<T>(use: (store: EventStore) => Promise<T>): Promise<T> {
  const { openLocalStore, openRemoteStore } = await import('../store/open-store.ts');
  const remote = remoteFromEnvironment(process.env);
  const opened =
    remote === null
      ? await openLocalStore({ dataDir: dataDirectory(), serviceEntry: join(__dirname, 'service.cjs') })
      : await openRemoteStore(remote);
  const store = keepingHeads(opened, headsOfUser(), (cause) => {
    process.stderr.write(
      `riff: The head of the log could not be kept: ${visible(cause instanceof Error ? cause.message : String(cause))}\n`,
    );
  });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** What is known of the logs in the store that the environment names, or in that of this machine. @throws StoreError */
export function headsOfUser(): HeadFiles {
  return new HeadFiles(dataDirectory(), storeName(remoteFromEnvironment(process.env)));
}

/** Where repairs wait while the store that the environment names, or that of this machine, is out of reach. @throws StoreError */
export function outboxOfUser(): FileOutbox {
  return new FileOutbox(dataDirectory(), storeName(remoteFromEnvironment(process.env)));
}

/** Whether anything may be stored yet: false on a machine where nothing was ever repaired. */
export function mayHaveLog(): boolean {
  return (
    (process.env['SURREAL_URL'] ?? '') !== '' ||
    existsSync(join(dataDirectory(), OUTBOX_DIRECTORY)) ||
    existsSync(join(dataDirectory(), STORE_DIRECTORY))
  );
}

export const EMPTY_LOG: SessionLog = { events: [], state: replay([]) };

/** @throws CliFailure for a log that was changed so that it cannot be replayed; StoreError */
export async function readLog(store: EventStore, sessionId: string): Promise<SessionLog> {
  const events = await store.events(sessionId);
  try {
    return { events, state: replay(events) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CliFailure(
      `The log of ${visible(sessionId)} is not what was written: ${error.message}.`,
      'riff verify says what is wrong with it.',
      { cause: error },
    );
  }
}
