import * as vscode from 'vscode';
import { isOutOfReach, type FlushReport, type OutboxEntry, type QueuedRepair } from '../../core/log/append/outbox.ts';
import { dataDirectory } from '../../files/data/data-directory.ts';
import { FileOutbox } from '../../files/data/outbox-files.ts';
import { dropWaiting } from '../../operations/outbox/drop-waiting.ts';
import { flushWaiting } from '../../operations/outbox/flush-waiting.ts';
import { listWaiting } from '../../operations/outbox/list-waiting.ts';
import type { LogPorts, WaitingPort } from '../../operations/ports.ts';
import type { Reporter } from '../log/output.ts';
import type { StoreAccess } from '../store/store-access.ts';

const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 60_000;

/** Told about what a flush did. */
export type FlushListener = (appended: number, conflicts: readonly OutboxEntry[]) => void;

/**
 * Repairs of this user that wait for the store, whichever window or command queued them. They are sent when the store is ready,
 * and as long as some wait and the store is away it is tried again now and then.
 */
export class WaitingRepairs implements WaitingPort, vscode.Disposable {
  readonly #store: StoreAccess;
  readonly #report: Reporter;
  readonly #onFlushed: FlushListener;
  readonly #changed = new vscode.EventEmitter<string>();
  /** Fires with the session whose waiting repairs are others now. */
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];
  #flushing: Promise<unknown> = Promise.resolve();
  #retry: NodeJS.Timeout | null = null;
  #retryMs = FIRST_RETRY_MS;
  /** The store refuses this user, or what waits cannot be read: trying again by itself would change nothing. */
  #isRefused = false;

  /** @param onFlushed told of repairs that are in the log now, and of those that conflict since this flush */
  constructor(store: StoreAccess, report: Reporter, onFlushed: FlushListener) {
    this.#store = store;
    this.#report = report;
    this.#onFlushed = onFlushed;
    this.#subscriptions = [
      store.onDidChangeState((state) => {
        if (state.kind === 'ready') {
          this.#isRefused = false;
          this.#flushInBackground();
        }
        if (state.kind === 'failed' && !this.#isRefused) this.#scheduleRetry();
      }),
    ];
  }

  /** What waits for the store that is in use, of a session or of all, oldest first. Rejects with StoreError. */
  async entries(sessionId?: string): Promise<readonly OutboxEntry[]> {
    return listWaiting(this.#outboxPorts(), sessionId ?? null);
  }

  /** What waits of a session, for showing: none where it cannot be read, which is reported. */
  async shown(sessionId: string): Promise<readonly OutboxEntry[]> {
    try {
      return await this.entries(sessionId);
    } catch (error) {
      this.#report.error('Reading the repairs that wait for the store', error);
      return [];
    }
  }

  /** Keeps repairs on the disk until the store is back. Rejects with StoreError: then they are kept nowhere. */
  async add(sessionId: string, repairs: readonly QueuedRepair[]): Promise<void> {
    await this.#outboxPorts().outbox.add(sessionId, repairs);
    this.#changed.fire(sessionId);
    this.#scheduleRetry();
  }

  /** Gives up one repair; the outbox keeps a line that says so. */
  async drop({ draft, event_id: eventId }: OutboxEntry): Promise<void> {
    await dropWaiting(this.#outboxPorts(), eventId);
    this.#changed.fire(draft.session_id);
  }

  /**
   * Sends what waits, one flush after the other.
   * @param sessionId one session; default: all
   * @throws StoreError when the store is out of reach: what was not sent waits on
   */
  flush(sessionId?: string): Promise<FlushReport> {
    const flush = (): Promise<FlushReport> => this.#flush(sessionId ?? null);
    const flushing = this.#flushing.then(flush, flush);
    this.#flushing = flushing.catch(() => undefined);
    return flushing;
  }

  dispose(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  async #flush(sessionId: string | null): Promise<FlushReport> {
    const flushed = await flushWaiting(this.#outboxPorts(), sessionId, ({ sessionId: id, appended, newConflicts }) => {
      if (appended.length + newConflicts.length > 0) this.#changed.fire(id);
    });
    this.#retryMs = FIRST_RETRY_MS;
    const appended = flushed.flatMap((flush) => flush.appended);
    const told = flushed.flatMap((flush) => flush.newConflicts);
    if (appended.length + told.length > 0) this.#onFlushed(appended.length, told);
    return { appended, conflicts: flushed.flatMap((flush) => flush.conflicts) };
  }

  #flushInBackground(): void {
    this.flush().catch((error: unknown) => {
      if (isOutOfReach(error)) {
        this.#scheduleRetry();
        return;
      }
      this.#isRefused = true;
      this.#report.error('Sending the repairs that wait for the store', error);
    });
  }

  #scheduleRetry(): void {
    if (this.#retry !== null) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#retryWhereSomethingWaits().catch((error: unknown) => this.#report.error('Reading the repairs that wait', error));
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  async #retryWhereSomethingWaits(): Promise<void> {
    // What conflicts waits for the user, not for the store.
    if ((await this.entries()).some(({ conflict }) => conflict === null)) this.#flushInBackground();
  }

  #outboxPorts(): Pick<LogPorts, 'store' | 'outbox'> {
    return { store: this.#store, outbox: new FileOutbox(dataDirectory(), this.#store.name) };
  }
}
