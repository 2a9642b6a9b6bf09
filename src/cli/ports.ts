import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { keepingHeads } from '../core/log/verify/heads.ts';
import type { EventStore } from '../core/log/store.ts';
import { dataDirectory, STORE_DIRECTORY } from '../files/data/data-directory.ts';
import { HeadFiles } from '../files/data/head-files.ts';
import { FileOutbox, OUTBOX_DIRECTORY } from '../files/data/outbox-files.ts';
import { sha256 } from '../files/sha256.ts';
import { ENGINE_VERSION } from '../files/version.ts';
import { logWorkHere } from '../operations/log-access/log-work.ts';
import { waitingInOutbox } from '../operations/outbox/waiting-in-outbox.ts';
import type { LogPorts, StorePort } from '../operations/ports.ts';
import { remoteFromEnvironment, storeName } from '../store/remote/remote-settings.ts';
import { PassedOver } from './passed-over.ts';
import { visible } from './text.ts';

/**
 * What operations get on the command line: the store, outbox and heads that the environment names, else those of this machine. Each is
 * looked up when it is used, so that a command that needs none of them is not stopped by an environment that makes no sense.
 */
export class CliPorts implements LogPorts {
  readonly identity = { now: Date.now, newId: () => uuidv7(), sha256, engineVersion: ENGINE_VERSION };
  readonly work = logWorkHere(sha256);
  readonly waiting = waitingInOutbox(this);
  readonly store: StorePort = { open: () => this.#open(), mayHoldLogs };
  /** What this run found beside sessions and did not read. */
  readonly passedOver = new PassedOver();
  #opening: Promise<EventStore> | null = null;

  /** @throws StoreError `misconfigured` */
  get outbox(): FileOutbox {
    return new FileOutbox(dataDirectory(), storeName(remoteFromEnvironment(process.env)));
  }

  /** @throws StoreError `misconfigured` */
  get heads(): HeadFiles {
    return new HeadFiles(dataDirectory(), storeName(remoteFromEnvironment(process.env)));
  }

  /** Closes the store where it is open. */
  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = null;
    const store = await opening?.catch(() => null);
    await store?.close();
  }

  #open(): Promise<EventStore> {
    this.#opening ??= this.#start().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  /** The database's client is loaded here and not before: a scan starts faster without it. */
  async #start(): Promise<EventStore> {
    const { openLocalStore, openRemoteStore } = await import('../store/open-store.ts');
    const remote = remoteFromEnvironment(process.env);
    const opened =
      remote === null
        ? await openLocalStore({ dataDir: dataDirectory(), serviceEntry: join(__dirname, 'service.cjs') })
        : await openRemoteStore(remote);
    return keepingHeads(opened, this.heads, (cause) => {
      process.stderr.write(
        `riff: The head of the log could not be kept: ${visible(cause instanceof Error ? cause.message : String(cause))}\n`,
      );
    });
  }
}

/** False on a machine where nothing was ever repaired. */
function mayHoldLogs(): boolean {
  return (
    (process.env['SURREAL_URL'] ?? '') !== '' ||
    existsSync(join(dataDirectory(), OUTBOX_DIRECTORY)) ||
    existsSync(join(dataDirectory(), STORE_DIRECTORY))
  );
}
