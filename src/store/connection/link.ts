import type { Connection } from './connection.ts';
import { ConnectionLostError, toStoreError } from './errors.ts';
import { StoreError } from '../../core/log/store.ts';

/** What a surface shows of the store. */
export type StoreConnectionState =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string; readonly remedy: string };

export interface LinkOptions {
  /** Opens a new connection; rejects with StoreError. */
  readonly connect: (onClose: () => void, signal: AbortSignal) => Promise<Connection>;
  readonly onState: (state: StoreConnectionState) => void;
}

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 30_000;

/** The one connection of a store. When it is lost it is reopened: on the next call, or at once while somebody listens. */
export class Link {
  readonly #options: LinkOptions;
  readonly #onOpen: ((connection: Connection) => Promise<void>)[] = [];
  readonly #closing = new AbortController();
  #current: Promise<Connection> | null = null;
  #retry: NodeJS.Timeout | null = null;
  #retryMs = FIRST_RETRY_MS;
  #isKept = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Called with each new connection, before anybody uses it. */
  onOpen(prepare: (connection: Connection) => Promise<void>): void {
    this.#onOpen.push(prepare);
  }

  /** While kept, a lost connection is reopened without waiting for a call. */
  keep(isKept: boolean): void {
    this.#isKept = isKept;
    if (!isKept) this.#stopRetrying();
  }

  /**
   * The open connection, or a new one.
   * @throws StoreError
   */
  get(): Promise<Connection> {
    if (this.#isClosed) return Promise.reject(new StoreError('unreachable', 'This store was closed.', 'Open it again.'));
    return this.#current ?? this.#reopen();
  }

  /**
   * Runs something that may be run twice.
   * @throws StoreError
   */
  async read<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    try {
      return await work(await this.get());
    } catch (error) {
      if (!(error instanceof ConnectionLostError) || error.isTimeout || this.#isClosed) throw toStoreError(error);
    }
    try {
      return await work(await this.get());
    } catch (error) {
      throw toStoreError(error);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#stopRetrying();
    const current = this.#current;
    this.#current = null;
    const connection = await current?.catch(() => null);
    await connection?.close();
    this.#options.onState({ kind: 'off' });
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  #reopen(): Promise<Connection> {
    this.#stopRetrying();
    this.#options.onState({ kind: 'starting' });
    const opening: Promise<Connection> = this.#open(() => {
      // This may be the late close of a connection that was abandoned earlier.
      if (this.#current === opening) this.#lost();
    });
    this.#current = opening;
    opening.then(
      () => {
        this.#retryMs = FIRST_RETRY_MS;
        if (this.#current === opening) this.#options.onState({ kind: 'ready' });
      },
      (error: unknown) => {
        if (this.#current === opening) this.#failed(toStoreError(error));
      },
    );
    return opening;
  }

  async #open(onClose: () => void): Promise<Connection> {
    try {
      const connection = await this.#options.connect(onClose, this.#closing.signal);
      for (const prepare of this.#onOpen) await prepare(connection);
      if (!connection.isOpen) throw new ConnectionLostError('it was lost at once');
      return connection;
    } catch (error) {
      throw toStoreError(error);
    }
  }

  #failed(error: StoreError): void {
    this.#current = null;
    if (this.#isClosed) return;
    this.#options.onState({ kind: 'failed', message: error.message, remedy: error.remedy });
    this.#scheduleRetry();
  }

  #lost(): void {
    this.#current = null;
    if (this.#isClosed) return;
    this.#options.onState({ kind: this.#isKept ? 'starting' : 'off' });
    this.#scheduleRetry();
  }

  #scheduleRetry(): void {
    if (!this.#isKept || this.#isClosed || this.#retry !== null) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      // The error was reported by onState, and the next attempt is scheduled.
      this.get().catch(() => undefined);
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  #stopRetrying(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
  }
}
