import { conflictOf, restoreConflictOf } from '../core/log/append/append-rule.ts';
import { canonicalJson } from '../core/log/digest.ts';
import type { EventDraft, RepairEvent } from '../core/log/event.ts';
import type { JsonValue } from '../core/json.ts';
import { checkWritten, makeEvent, withId, type EventIdentity } from '../core/log/make-event.ts';
import { replay, type LogState } from '../core/log/replay.ts';
import { materialise } from '../core/log/view.ts';
import {
  StoreError,
  type AppendOutcome,
  type EventStore,
  type LogAudit,
  type LogHead,
  type MessageRow,
  type SessionRow,
  type SessionView,
  type SyncOptions,
  type SyncReport,
  type ViewChanges,
} from '../core/log/store.ts';
import { runSync } from '../core/log/sync.ts';
import { auditOf } from './audit.ts';
import { ConnectionLostError, StatementError, toStoreError } from './connection/errors.ts';
import { deleteView, insertEvent, selectEvents, selectHead, selectView, viewWrite, writeView, type ViewWrite } from './events-table.ts';
import { Link, type LinkOptions } from './connection/link.ts';
import { LiveFeed } from './live-feed.ts';
import { SurrealSyncTarget } from './sync-target.ts';

export interface SurrealStoreOptions extends LinkOptions {
  readonly identity: EventIdentity;
  /** For one call, milliseconds. */
  readonly callTimeoutMs: number;
  /** For one batch of a sync, milliseconds. */
  readonly batchTimeoutMs: number;
}

const WHOLE: ViewWrite = { kind: 'whole' };
const LAST = Number.MAX_SAFE_INTEGER;
/** Attempts at one append while others write at the same time or the connection is lost. */
const APPEND_ATTEMPTS = 6;
/** Number of logs whose fold is kept in memory. */
const KEPT_STATES = 32;

/** One event that is being appended. */
interface Writing {
  readonly sessionId: string;
  /** The head that it follows. */
  readonly expected: LogHead;
  /** Whether an event of the log is this one. @param made the event, once it has been built */
  readonly isOwn: (one: RepairEvent, made: RepairEvent | null) => boolean;
  /** Whether an earlier call may have written it. */
  readonly mayBeThere: boolean;
  /** The conflict that keeps it out of the log. @param events from the expected head on */
  readonly conflict: (state: LogState, events: readonly RepairEvent[]) => Extract<AppendOutcome, { kind: 'conflict' }> | null;
  readonly event: () => RepairEvent;
}

/** The log in a SurrealDB database, over the official SDK, as a user that may append and no more. */
export class SurrealStore implements EventStore {
  readonly #options: SurrealStoreOptions;
  readonly #link: Link;
  readonly #feed: LiveFeed;
  readonly audit: LogAudit;
  readonly #states = new Map<string, LogState>();
  /** The last running append of each session. */
  readonly #queues = new Map<string, Promise<unknown>>();
  /** Whether the open connection carries the live query. */
  #isListening = false;

  constructor(options: SurrealStoreOptions) {
    this.#options = options;
    this.#link = new Link(options);
    this.audit = auditOf(this.#link, options.callTimeoutMs);
    this.#feed = new LiveFeed({ events: (sessionId, fromSeq) => this.events(sessionId, fromSeq) }, options.callTimeoutMs);
    this.#link.onOpen(async (connection) => {
      // The new connection may lead to another service with another database.
      this.#states.clear();
      this.#isListening = this.#feed.size > 0;
      await this.#feed.attach(connection);
    });
  }

  /**
   * Connects now rather than on the first call.
   * @throws StoreError
   */
  async open(): Promise<void> {
    await this.#link.get();
  }

  append(draft: EventDraft, expected: LogHead, eventId?: string): Promise<AppendOutcome> {
    return this.#queued({
      sessionId: draft.session_id,
      expected,
      isOwn: (one, made) => one.event_id === (eventId ?? made?.event_id),
      // An id that was given before may already be in the log.
      mayBeThere: eventId !== undefined,
      conflict: (state, events) => conflictOf(draft, expected, state, events),
      // The event is the same in every attempt, so that its id identifies it.
      event: once(() => makeEvent(draft, expected, withId(this.#options.identity, eventId))),
    });
  }

  restore(event: RepairEvent): Promise<AppendOutcome> {
    return this.#queued({
      sessionId: event.session_id,
      expected: { seq: event.seq - 1, digest: event.prev_digest },
      isOwn: (one) => one.event_digest === event.event_digest,
      mayBeThere: false,
      conflict: (state, events) => restoreConflictOf(event, state.head, events),
      event: once(() => {
        checkWritten(event, this.#options.identity.sha256);
        return event;
      }),
    });
  }

  /** Only one append of a session at a time, because they share a fold. */
  #queued(writing: Writing): Promise<AppendOutcome> {
    const { sessionId } = writing;
    const before = this.#queues.get(sessionId) ?? Promise.resolve();
    const outcome = before.then(() => this.#write(writing));
    const settled = outcome.then(nothing, nothing);
    this.#queues.set(sessionId, settled);
    void settled.then(() => {
      if (this.#queues.get(sessionId) === settled) this.#queues.delete(sessionId);
    });
    return outcome;
  }

  head(sessionId: string): Promise<LogHead> {
    return this.#link.read((connection) => selectHead(connection, sessionId, this.#options.callTimeoutMs));
  }

  events(sessionId: string, fromSeq = 1, toSeq = LAST): Promise<RepairEvent[]> {
    return this.#link.read((connection) => selectEvents(connection, sessionId, fromSeq, toSeq, this.#options.callTimeoutMs));
  }

  async view(sessionId: string): Promise<SessionView | null> {
    const view = await this.#link.read((connection) => selectView(connection, sessionId, this.#options.callTimeoutMs));
    if (view === null) return null;
    const head = await this.head(sessionId);
    return { ...view, is_stale: view.last_seq !== head.seq || view.head_digest !== head.digest };
  }

  async rebuildView(sessionId: string): Promise<SessionView | null> {
    const started = performance.now();
    const { callTimeoutMs, identity } = this.#options;
    const events = await this.events(sessionId);
    const stored = await this.#link.read((connection) => selectView(connection, sessionId, callTimeoutMs)).catch(unreadableView);
    const rebuilt = materialise(sessionId, replay(events), identity.now(), Math.round(performance.now() - started));
    if (rebuilt === null) {
      await this.#link.read((connection) => deleteView(connection, sessionId, callTimeoutMs));
      return null;
    }
    const drifted = stored === 'unreadable' || (stored !== null && stored.last_seq === rebuilt.last_seq && !isSameFold(stored, rebuilt));
    const view = { ...rebuilt, drift_detected: drifted };
    await this.#link.read((connection) => writeView(connection, view, callTimeoutMs));
    return view;
  }

  async sync(session: SessionRow, messages: AsyncIterable<MessageRow>, options: SyncOptions): Promise<SyncReport> {
    const { batchTimeoutMs, identity } = this.#options;
    try {
      return await runSync(new SurrealSyncTarget(this.#link, this, batchTimeoutMs, identity.now), session, messages, options);
    } catch (error) {
      throw toStoreError(error);
    }
  }

  async subscribe(sessionId: string, onEvent: (event: RepairEvent) => void): Promise<() => void> {
    const { seq } = await this.head(sessionId);
    const stop = this.#feed.add(sessionId, seq, onEvent);
    this.#link.keep(true);
    try {
      await this.#link.read(async (connection) => {
        if (!this.#isListening) {
          this.#isListening = true;
          await this.#feed.attach(connection);
        }
      });
    } catch (error) {
      this.#isListening = false;
      this.#end(stop);
      throw error;
    }
    // Events between reading the head and subscribing.
    this.#feed.poke(sessionId);
    return () => {
      this.#end(stop);
    };
  }

  async close(): Promise<void> {
    this.#feed.clear();
    await this.#link.close();
    this.#states.clear();
  }

  #end(stop: () => void): void {
    stop();
    if (this.#feed.size === 0) this.#link.keep(false);
  }

  /** Until it is known whether the event is in the log: an answer that was lost is looked up, never guessed. */
  async #write({ sessionId, expected, isOwn, mayBeThere, conflict, event }: Writing): Promise<AppendOutcome> {
    let made: RepairEvent | null = null;
    let failure: unknown = null;
    let isWhole = false;
    for (let attempt = 0; attempt < APPEND_ATTEMPTS; attempt += 1) {
      try {
        const { state, events } = await this.#look(sessionId, expected, attempt > 0 || mayBeThere);
        const own = events.find((one) => isOwn(one, made));
        if (own !== undefined) return this.#appended(own, state);
        const lost = conflict(state, events);
        if (lost !== null) return lost;
        made = event();
        return await this.#insert(made, state, isWhole);
      } catch (error) {
        if (!isWorthAnotherTry(error)) throw toStoreError(error);
        failure = error;
        isWhole ||= error instanceof StatementError && error.isViewMismatch;
        // If the seq was taken, the next attempt finds out by whom.
        if (!isPlaceTaken(error)) await pause(attempt);
      }
    }
    throw toStoreError(failure);
  }

  /** @param isWhole writes the whole view, whatever is stored */
  async #insert(event: RepairEvent, state: LogState, isWhole: boolean): Promise<AppendOutcome> {
    const connection = await this.#link.get();
    const before = event.event_type === 'reverted' ? state.overrides() : null;
    state.add(event);
    try {
      const outcome = this.#appended(event, state);
      const write = isWhole ? WHOLE : viewWrite(event, outcome.view, before);
      await insertEvent(connection, event, outcome.view, write, this.#options.callTimeoutMs);
      return outcome;
    } catch (error) {
      state.removeLast();
      throw error;
    }
  }

  /** For an event that is in the log; others may follow it. */
  #appended(event: RepairEvent, state: LogState): Extract<AppendOutcome, { kind: 'appended' }> {
    const view = materialise(event.session_id, state, this.#options.identity.now(), 0);
    if (view === null) throw new RangeError('a log with an event has a view');
    return { kind: 'appended', event, view };
  }

  /**
   * The fold of the log, and the events from the expected head on.
   * @param mustRead ignores the fold in memory, because an attempt has failed. Otherwise a fold at the expected head is enough; if
   * somebody was faster, the database says so.
   */
  async #look(sessionId: string, expected: LogHead, mustRead: boolean): Promise<{ state: LogState; events: RepairEvent[] }> {
    const known = this.#states.get(sessionId);
    if (!mustRead && known !== undefined && isAt(known.head, expected)) return { state: known, events: [] };
    const events = await this.events(sessionId, Math.min(expected.seq, known?.head.seq ?? 0));
    const isContinued = known !== undefined && (known.head.seq === 0 || events.some((event) => isAt(known.head, headOf(event))));
    if (isContinued) {
      known.addAll(events.filter((event) => event.seq > known.head.seq));
      return { state: known, events };
    }
    const state = replay(known === undefined ? events : await this.events(sessionId));
    this.#keep(sessionId, state);
    return { state, events };
  }

  #keep(sessionId: string, state: LogState): void {
    this.#states.delete(sessionId);
    this.#states.set(sessionId, state);
    const oldest = this.#states.keys().next();
    if (this.#states.size > KEPT_STATES && oldest.done !== true) this.#states.delete(oldest.value);
  }
}

/** When the seq was taken, the chain has grown, or no answer came, another attempt is made. Every other error is final. */
function isWorthAnotherTry(error: unknown): boolean {
  if (error instanceof ConnectionLostError) return !error.isTimeout;
  if (error instanceof StatementError)
    return error.kind === 'AlreadyExists' || error.isWriteConflict || error.isChainMismatch || error.isViewMismatch;
  return false;
}

function isPlaceTaken(error: unknown): boolean {
  return error instanceof StatementError && error.kind === 'AlreadyExists';
}

function headOf(event: RepairEvent): LogHead {
  return { seq: event.seq, digest: event.event_digest };
}

function isAt(head: LogHead, other: LogHead): boolean {
  return head.seq === other.seq && head.digest === other.digest;
}

function unreadableView(error: unknown): 'unreadable' {
  if (error instanceof StoreError && error.code === 'invalid_data') return 'unreadable';
  throw toStoreError(error);
}

function isSameFold(a: SessionView, b: SessionView): boolean {
  if (a.head_digest !== b.head_digest || a.statistics.active_repairs !== b.statistics.active_repairs) return false;
  if (canonicalJson(jsonOf(a.message_changes)) !== canonicalJson(jsonOf(b.message_changes))) return false;
  const parents = Object.entries(a.message_parents);
  return parents.length === Object.keys(b.message_parents).length && parents.every(([id, parent]) => b.message_parents[id] === parent);
}

function jsonOf(changes: ViewChanges | undefined): JsonValue {
  return JSON.parse(JSON.stringify(changes ?? null)) as JsonValue;
}

/** Longer with each attempt, with a random part so that several writers do not stay in step. */
function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

function nothing(): void {}
