import * as vscode from 'vscode';
import type { Finding } from '../../core/findings/finding.ts';
import { recordedEffect } from '../../core/loaders/recorded-effect.ts';
import type { ResumeEffect } from '../../core/loaders/resume-figures.ts';
import type { RepairAction } from '../../core/graph/repairs.ts';
import type { ProposedRepair } from '../../core/session/analysis-types.ts';
import type { Proposal } from '../../core/findings/finding.ts';
import { ignoreDraft, noteDraft, revertDraft, revertEffect, type DraftContext } from '../../core/log/drafts.ts';
import type { EventDraft, RepairEvent } from '../../core/log/event.ts';
import type { JsonObject } from '../../core/json.ts';
import { LogError } from '../../core/log/log-error.ts';
import { appendRepairs } from '../../operations/log/append-repairs.ts';
import { SessionLog } from '../../operations/log/session-log.ts';
import { logInSight, WritableLog, type Appended } from '../../operations/log/writable-log.ts';
import type { Run } from '../../operations/operation.ts';
import type { LogPorts } from '../../operations/ports.ts';
import type { Reporter } from '../log/output.ts';
import { asStoreError, type StoreAccess } from '../store/store-access.ts';
import { watchFile } from './file-watch.ts';
import { readingLog } from './damaged-log.ts';
import type { BatchOutcome, CancellableModel, RepairOutcome, SessionHandle, StoreState } from './handle.ts';
import type { WaitingRepairs } from '../outbox/waiting-repairs.ts';
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
  operator(): string;
  /** Told of each log that was read: what is known of it outside the database is compared. */
  logRead(uri: vscode.Uri, sessionId: string, events: readonly RepairEvent[]): void;
}

/** Makes events from what every event says and the log as it stands; a LogError is said to the user. */
export type DraftMaker = (context: DraftContext, events: readonly RepairEvent[]) => Promise<readonly EventDraft[]>;

type Failed = Extract<RepairOutcome, { kind: 'failed' }>;

const NOTHING: Appended = { logged: [], waiting: [], stopped: null };

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
    return this.#logged<RepairOutcome>(async () => {
      const record = finding.uuid === null ? null : await this.model.records.detail(finding.uuid);
      if (finding.uuid !== null && record === null) return gone();
      const log = await this.#writableLog();
      const naming = finding.uuid === null ? null : log.state.parentEvent(finding.uuid);
      // The log was read only now: someone had repaired this before.
      if (naming !== null && naming.new_parent_uuid !== record?.parentUuid) return { kind: 'conflict', theirs: [naming] };
      // As was another finding's repair that this one relied on, or this one itself by another window.
      await this.#updating;
      if (!(await this.model.judgement.findings()).some(({ id }) => id === finding.id)) return gone();
      const effect = await this.#soundEffect(suggestion.action);
      if (effect === null) return gone();
      const context = await this.#draftContext(reason);
      const planned = { repairs: [{ finding, suggestion }], context, reason, simulated: { effect }, checkpoint: null };
      return this.#outcomeOf(await appendRepairs(log, this.model.records, planned));
    });
  }

  async repairAll(repairs: readonly ProposedRepair[], effect: ResumeEffect, run: Run): Promise<BatchOutcome> {
    const simulated = { plan: { ...recordedEffect(effect), repairs: repairs.length } };
    const checkpoint = `before repairing ${repairs.length} finding${repairs.length === 1 ? '' : 's'}`;
    const { done, stopped } = await this.#batch(async (log) => {
      const planned = { repairs, context: await this.#draftContext(''), reason: null, simulated, checkpoint };
      // The first event is the checkpoint.
      return appendRepairs(log, this.model.records, planned, {
        ...run,
        onProgress: (events, all) => (events > 1 ? run.onProgress?.(events - 1, all - 1) : undefined),
      });
    });
    return { done: done.slice(1), stopped };
  }

  /**
   * Writes events one after the other; ends at the first that is refused.
   * @param seen seq of the newest event that the user had before them when they decided; with newer ones nothing is written
   * @param reason written with each
   */
  async write(seen: number, reason: string, draftsOf: DraftMaker, run: Run = {}): Promise<BatchOutcome> {
    return this.#batch(async (log) => {
      const newer = log.events.slice(seen);
      if (newer.length > 0) return { ...NOTHING, stopped: { kind: 'conflict', theirs: newer } };
      return log.append(await draftsOf(await this.#draftContext(reason), log.events), run);
    });
  }

  async ignore(finding: Finding, reason: string): Promise<RepairOutcome> {
    return this.#append(async () => ignoreDraft(await this.#draftContext(reason), finding));
  }

  async note(payload: JsonObject, reason: string): Promise<RepairOutcome> {
    return this.#append(async () => noteDraft(await this.#draftContext(reason), payload));
  }

  async revert(eventId: string, reason: string): Promise<RepairOutcome> {
    return this.#logged<RepairOutcome>(async () => {
      const log = await this.#writableLog();
      const target = log.events.find((event) => event.event_id === eventId);
      if (target === undefined)
        return { kind: 'failed', message: 'This repair is not in the log of the session.', remedy: 'Open the repair log to see what is.' };
      if (!log.state.activeEventIds().has(eventId)) {
        const by = log.events.filter((event) => event.reverts_event_id === eventId);
        return { kind: 'conflict', theirs: by };
      }
      const record = target.message_id === null ? null : await this.model.records.detail(target.message_id);
      const parents = revertEffect(log.events, target, record?.fileParentUuid ?? null);
      return this.#one(log, revertDraft(await this.#draftContext(reason), target, parents));
    });
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

  async #append(draft: () => Promise<EventDraft>): Promise<RepairOutcome> {
    return this.#logged(async () => this.#one(await this.#writableLog(), await draft()));
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
  async #one(log: WritableLog, draft: EventDraft): Promise<RepairOutcome> {
    return this.#outcomeOf(await log.append([draft]));
  }

  #outcomeOf(appended: Appended): RepairOutcome {
    const event = [...appended.logged, ...appended.waiting].at(-1);
    return this.#stopOf(appended) ?? (event === undefined ? gone() : { kind: 'done', event });
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
      if (cause instanceof LogError) return { kind: 'failed', message: cause.message, remedy: cause.remedy };
      return this.#failure(cause);
    }
  }

  #failure(cause: unknown): Failed {
    const { message, remedy } = asStoreError(cause);
    this.#ports.report.error('Writing to the log', cause);
    return { kind: 'failed', message, remedy };
  }

  /** What a repair brings; null when its new parent is not in the file, or when it would make things worse. */
  async #soundEffect(action: RepairAction): Promise<JsonObject | null> {
    if (action.kind === 'reparent') {
      if (action.parent === action.uuid) return null;
      if (action.parent !== null && (await this.model.records.rowOf(action.parent)) === null) return null;
    }
    const effect = await this.model.trials.simulate([action]);
    // Only what a user leaves out or turns away from on purpose may be loaded no more.
    const mayLose = action.kind === 'bypass' || action.kind === 'choose-leaf' || action.kind === 'quarantine';
    return effect.after >= effect.before || mayLose ? recordedEffect(effect) : null;
  }

  async #draftContext(reason: string): Promise<DraftContext> {
    const [summary, transcript] = await Promise.all([this.model.judgement.summary(), this.model.sync.fingerprint()]);
    return { sessionId: summary.sessionId, operator: this.#ports.operator(), transcript, reason };
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

function gone(): Failed {
  return {
    kind: 'failed',
    message: 'The session has changed: this repair no longer fits.',
    remedy: 'Look at the finding again and choose another repair.',
  };
}
