import * as vscode from 'vscode';
import type { Finding } from '../../core/findings/finding.ts';
import type { ResumeEffect } from '../../core/loaders/resume-figures.ts';
import type { ProposedRepair } from '../../core/session/analysis-types.ts';
import type { Proposal } from '../../core/findings/finding.ts';
import type { RepairEvent } from '../../core/log/event.ts';
import type { JsonObject } from '../../core/json.ts';
import { LogError } from '../../core/log/log-error.ts';
import { addNote } from '../../operations/log/add-note.ts';
import { appendPlan } from '../../operations/log/append-plan.ts';
import { ignoreFinding } from '../../operations/log/ignore-finding.ts';
import { repairFinding } from '../../operations/log/repair-finding.ts';
import { revertOne } from '../../operations/log/revert-events.ts';
import { SessionLog } from '../../operations/log-access/session-log.ts';
import { logInSight, WritableLog, type Appended } from '../../operations/log-access/writable-log.ts';
import { OperationError, type Acting, type Run } from '../../operations/operation.ts';
import type { LogPorts } from '../../operations/ports.ts';
import type { Reporter } from '../log/output.ts';
import { asStoreError, type StoreAccess } from '../store/store-access.ts';
import { watchFile } from './file-watch.ts';
import { readingLog } from './damaged-log.ts';
import type { BatchOutcome, CancellableModel, RepairOutcome, SessionHandle, StoreState } from './handle.ts';
import type { WaitingRepairs } from '../outbox/waiting-repairs.ts';
import type { LoaderSetting } from './loader-setting.ts';
import type { SeveritySetting } from './severity-setting.ts';

/** Surfaces draw what was read first; then the store is started for the log, and lost records are looked for elsewhere. */
const LATER_MS = 250;

/** What a session needs from outside. */
export interface SessionPorts {
  readonly store: StoreAccess;
  readonly waiting: WaitingRepairs;
  /** Clock, ids and digests of events. */
  readonly identity: LogPorts['identity'];
  readonly report: Reporter;
  readonly severity: Pick<SeveritySetting, 'current' | 'onDidChange'>;
  readonly loader: Pick<LoaderSetting, 'onDidChange'>;
  operator(): string;
  /** Told of each log that was read: what is known of it outside the database is compared. */
  logRead(uri: vscode.Uri, sessionId: string, events: readonly RepairEvent[]): void;
}

type Failed = Extract<RepairOutcome, { kind: 'failed' }>;

const NOTHING: Appended = { logged: [], waiting: [], stopped: null };
/** One event is written or refused; this is said of neither. */
const NOT_WRITTEN: Failed = { kind: 'failed', message: 'Nothing was written.', remedy: 'Try again.' };

/** One open session: its model, its file's changes and its log. */
export class OpenSession implements SessionHandle, vscode.Disposable {
  readonly uri: vscode.Uri;
  readonly model: CancellableModel;
  readonly #ports: SessionPorts;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];
  readonly #laterTimer: NodeJS.Timeout;
  #log: Promise<SessionLog> | null = null;
  #readLog: SessionLog | null = null;
  /** Grows when another store is used. */
  #storeNumber = 0;
  /** Events that the model shows. */
  #events: readonly RepairEvent[] = [];
  #activeEventIds: ReadonlySet<string> = new Set();
  #waitingEventIds: ReadonlySet<string> = new Set();
  #updating: Promise<void> = Promise.resolve();
  /** An update that shows the log is waiting: it will show what comes before it begins. */
  #isLogWaiting = false;
  /** Batches that are being written: the model shows them when they are through. */
  #batches = 0;
  #isDisposed = false;

  /** @param model has read the file */
  constructor(uri: vscode.Uri, model: CancellableModel, ports: SessionPorts) {
    this.uri = uri;
    this.model = model;
    this.#ports = ports;
    this.#subscriptions = [
      watchFile(uri.fsPath, () => {
        this.#update('The file changed', () => this.model.updates.refresh());
        this.#searchElsewhere();
      }),
      ports.store.onDidChangeState((state) => this.#storeChanged(state)),
      ports.store.onDidReplace(() => this.#storeReplaced()),
      ports.waiting.onDidChange(() => this.#showWaiting()),
      ports.severity.onDidChange((severities) => this.#update('Severities changed', () => this.model.updates.setSeverities(severities))),
      ports.loader.onDidChange((loader) =>
        this.#update('Another loader is the primary one', () => this.model.updates.setPrimaryLoader(loader)),
      ),
    ];
    this.#laterTimer = setTimeout(() => {
      this.#readLogSoon();
      this.#searchElsewhere();
    }, LATER_MS);
  }

  get events(): readonly RepairEvent[] {
    return this.#events;
  }

  get activeEventIds(): ReadonlySet<string> {
    return this.#activeEventIds;
  }

  get waitingEventIds(): ReadonlySet<string> {
    return this.#waitingEventIds;
  }

  get storeState(): StoreState {
    return this.#ports.store.state;
  }

  async repair(finding: Finding, suggestion: Proposal, reason: string): Promise<RepairOutcome> {
    return this.#one((acting) => {
      const openLog = async (): Promise<WritableLog> => {
        const log = await this.#writableLog();
        // The model shows what was read only now.
        await this.#updating;
        return log;
      };
      return repairFinding(openLog, this.model, { finding, suggestion }, acting);
    }, reason);
  }

  async repairAll(repairs: readonly ProposedRepair[], effect: ResumeEffect, run: Run): Promise<BatchOutcome> {
    const plan = { repairs, effect, operator: this.#ports.operator() };
    // The first event is the checkpoint.
    const { done, stopped } = await this.#batch((log) => appendPlan(log, this.model, plan, run));
    return { done: done.slice(1), stopped };
  }

  /**
   * Writes to the log what an operation decides on; the model shows it when it is through.
   * @param seen seq of the newest event that the user had before them when they decided; with newer ones nothing is written
   */
  async write(seen: number, operation: (log: WritableLog) => Promise<Appended>): Promise<BatchOutcome> {
    return this.#batch(async (log) => {
      const newer = log.events.slice(seen);
      return newer.length > 0 ? { ...NOTHING, stopped: { kind: 'conflict', theirs: newer } } : operation(log);
    });
  }

  async ignore(finding: Finding, reason: string): Promise<RepairOutcome> {
    return this.#one(async (acting) => ignoreFinding(await this.#writableLog(), this.model, finding, acting), reason);
  }

  async note(payload: JsonObject, reason: string): Promise<RepairOutcome> {
    return this.#one(async (acting) => addNote(await this.#writableLog(), this.model, payload, acting), reason);
  }

  async revert(eventId: string, reason: string): Promise<RepairOutcome> {
    return this.#one(async (acting) => revertOne(await this.#writableLog(), eventId, acting, this.model), reason);
  }

  /** Opens the store and reads the log now; rejects with StoreError. */
  async readLog(): Promise<void> {
    await this.#openLog();
    await this.#updating;
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#laterTimer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
    this.#readLog?.close();
    this.#log?.then((log) => log.close()).catch(() => undefined);
    this.model.dispose().catch((error: unknown) => this.#ports.report.error('Ending the reader of a session', error));
  }

  /** Writes several events; the model shows them when they are through. */
  async #batch(write: (log: WritableLog) => Promise<Appended>): Promise<BatchOutcome> {
    let appended = NOTHING;
    this.#batches++;
    const failed = await this.#logged(async () => {
      appended = await write(await this.#writableLog());
      return null;
    });
    this.#batches--;
    this.#showLog();
    await this.#updating;
    return { done: [...appended.logged, ...appended.waiting], stopped: failed ?? this.#stopOf(appended) };
  }

  /** Writes one event. */
  async #one(write: (acting: Acting) => Promise<Appended>, reason: string): Promise<RepairOutcome> {
    return this.#logged(async () => {
      const appended = await write({ operator: this.#ports.operator(), reason });
      const event = [...appended.logged, ...appended.waiting].at(-1);
      return this.#stopOf(appended) ?? (event === undefined ? NOT_WRITTEN : { kind: 'done', event });
    });
  }

  #stopOf({ stopped }: Appended): BatchOutcome['stopped'] {
    return stopped?.kind === 'failed' ? this.#failure(stopped.error) : stopped;
  }

  /** Writes to the log; every failure becomes an outcome that says what to do. */
  async #logged<T>(write: () => Promise<T>): Promise<T | Failed> {
    try {
      const outcome = await write();
      // The caller's surfaces show what was done when they hear of it.
      await this.#updating;
      return outcome;
    } catch (cause) {
      if (cause instanceof LogError || cause instanceof OperationError) {
        return { kind: 'failed', message: cause.message, remedy: cause.remedy ?? '' };
      }
      return this.#failure(cause);
    }
  }

  #failure(cause: unknown): Failed {
    const { message, remedy } = asStoreError(cause);
    this.#ports.report.error('Writing to the log', cause);
    return { kind: 'failed', message, remedy };
  }

  #readLogSoon(): void {
    this.#openLog().catch((error: unknown) => {
      this.#ports.report.warn(`Repairs are not shown yet: ${asStoreError(error).message}`);
      // What waits here is shown all the same; the store's state tells why the rest is not.
      this.#showLog();
    });
  }

  /** Also while the store is out of reach: then what is written waits for it. Rejects with StoreError. */
  async #writableLog(): Promise<WritableLog> {
    const { sessionId } = await this.model.judgement.summary();
    const lastRead = (): SessionLog | null => this.#readLog;
    const source = {
      read: async () => {
        const log = await this.#openLog();
        await readingLog(() => log.refresh());
        return log;
      },
      get lastRead() {
        return lastRead();
      },
    };
    return WritableLog.open(sessionId, source, this.#ports);
  }

  /** Closing the session ends the search with its reader. */
  #searchElsewhere(): void {
    const search = async (): Promise<void> => {
      // What is to be looked for follows from the file as it is now.
      await this.#updating;
      if (this.#isAlive() && (await this.model.judgement.searchElsewhere()) && this.#isAlive()) this.#changed.fire();
    };
    search().catch((error: unknown) => {
      if (this.#isAlive()) this.#ports.report.error('Looking for lost records in other sessions', error);
    });
  }

  #openLog(): Promise<SessionLog> {
    if (this.#log !== null) return this.#log;
    const opening = this.#startLog().catch((error: unknown) => {
      if (this.#log === opening) this.#log = null;
      throw error;
    });
    this.#log = opening;
    return opening;
  }

  async #startLog(): Promise<SessionLog> {
    const number = this.#storeNumber;
    const { sessionId } = await this.model.judgement.summary();
    const store = await this.#ports.store.open();
    const log = await readingLog(() =>
      SessionLog.follow(store, sessionId, {
        onChange: () => this.#showLog(),
        onFailure: (cause) => this.#ports.report.error('Reading new events', cause),
      }),
    );
    if (this.#isDisposed || number !== this.#storeNumber) log.close();
    else {
      this.#readLog = log;
      this.#ports.logRead(this.uri, sessionId, log.events);
    }
    if (log.events.length > 0) this.#showLog();
    return log;
  }

  #showLog(): void {
    if (this.#isLogWaiting || this.#batches > 0) return;
    this.#isLogWaiting = true;
    this.#update('Repairs changed', async () => {
      this.#isLogWaiting = false;
      const { sessionId } = await this.model.judgement.summary();
      const { events, state, waiting } = await logInSight(sessionId, this.#readLog, this.#ports);
      const shown = [...events];
      const active = state.activeEventIds();
      await this.model.updates.applyRepairs(state.repairs());
      this.#events = shown;
      this.#waitingEventIds = waiting;
      this.#activeEventIds = active;
    });
  }

  /** What waited may be in the log now. */
  #showWaiting(): void {
    this.#readLog
      ?.refresh()
      .catch((error: unknown) => this.#ports.report.warn(`New events are not shown yet: ${asStoreError(error).message}`));
    this.#showLog();
  }

  #storeChanged(state: StoreState): void {
    // Back after a failure: the log that could not be read then is read now.
    if (state.kind === 'ready' && this.#log === null) this.#readLogSoon();
    this.#changed.fire();
  }

  /** Another store has another log of this session. */
  #storeReplaced(): void {
    this.#log?.then((log) => log.close()).catch(() => undefined);
    this.#storeNumber++;
    this.#log = null;
    this.#readLog = null;
    this.#showLog();
    this.#readLogSoon();
  }

  #isAlive(): boolean {
    return !this.#isDisposed;
  }

  /** Changes the model, one change after the other, then tells the surfaces. */
  #update(what: string, change: () => Promise<unknown>): void {
    const run = async (): Promise<void> => {
      if (!this.#isAlive()) return;
      try {
        await change();
      } catch (error) {
        if (this.#isAlive()) this.#ports.report.error(`${what}, but the session could not be read again`, error);
        return;
      }
      if (this.#isAlive()) this.#changed.fire();
    };
    this.#updating = this.#updating.then(run);
  }
}
