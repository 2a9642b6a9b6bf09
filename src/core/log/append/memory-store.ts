import { conflictOf, restoreConflictOf } from './append-rule.ts';
import type { EventDraft, RepairEvent } from '../event.ts';
import { checkWritten, makeEvent, withId, type EventIdentity } from '../make-event.ts';
import { LogState, replay } from '../replay.ts';
import { materialise } from '../view.ts';
import type {
  AppendOutcome,
  EventStore,
  LogAudit,
  LogHead,
  MessageRow,
  SessionRow,
  SessionView,
  SyncOptions,
  SyncReport,
} from '../store.ts';
import { runSync, type StoredMessage, type StoredSession, type SyncTarget } from '../sync.ts';

interface Log {
  readonly events: RepairEvent[];
  readonly state: LogState;
  view: SessionView | null;
}

/** The log in memory: for tests, and for a session that is viewed without a store. It is lost with the process. */
export class MemoryEventStore implements EventStore {
  readonly #identity: EventIdentity;
  readonly #logs = new Map<string, Log>();
  readonly #listeners = new Map<string, Set<(event: RepairEvent) => void>>();
  readonly #target: SyncTarget;

  constructor(identity: EventIdentity) {
    this.#identity = identity;
    this.#target = new MemorySyncTarget(this);
  }

  append(draft: EventDraft, expected: LogHead, eventId?: string): Promise<AppendOutcome> {
    return attempt(() => this.#append(draft, expected, eventId));
  }

  head(sessionId: string): Promise<LogHead> {
    return Promise.resolve(this.#log(sessionId).state.head);
  }

  events(sessionId: string, fromSeq = 1, toSeq = Number.MAX_SAFE_INTEGER): Promise<RepairEvent[]> {
    return Promise.resolve(this.#log(sessionId).events.filter((event) => event.seq >= fromSeq && event.seq <= toSeq));
  }

  view(sessionId: string): Promise<SessionView | null> {
    return Promise.resolve(this.#log(sessionId).view);
  }

  rebuildView(sessionId: string): Promise<SessionView | null> {
    const log = this.#log(sessionId);
    log.view = materialise(sessionId, replay(log.events), this.#identity.now(), 0);
    return Promise.resolve(log.view);
  }

  sync(session: SessionRow, messages: AsyncIterable<MessageRow>, options: SyncOptions): Promise<SyncReport> {
    return runSync(this.#target, session, messages, options);
  }

  subscribe(sessionId: string, onEvent: (event: RepairEvent) => void): Promise<() => void> {
    const listeners = this.#listeners.get(sessionId) ?? new Set();
    this.#listeners.set(sessionId, listeners);
    listeners.add(onEvent);
    return Promise.resolve(() => {
      listeners.delete(onEvent);
    });
  }

  close(): Promise<void> {
    this.#listeners.clear();
    return Promise.resolve();
  }

  get audit(): LogAudit {
    return {
      sessionIds: () => Promise.resolve([...this.#logs].flatMap(([id, { events }]) => (events.length > 0 ? [id] : []))),
      storedEvents: (sessionId) => Promise.resolve([...this.#log(sessionId).events]),
      storedView: (sessionId) => Promise.resolve(this.#log(sessionId).view),
    };
  }

  restore(event: RepairEvent): Promise<AppendOutcome> {
    return attempt(() => this.#restore(event));
  }

  #restore(event: RepairEvent): AppendOutcome {
    checkWritten(event, this.#identity.sha256);
    const { state, events, view } = this.#log(event.session_id);
    const there = events[event.seq - 1];
    if (there?.event_digest === event.event_digest && view !== null) return { kind: 'appended', event: there, view };
    return restoreConflictOf(event, state.head, events) ?? this.#add(ownCopy(event));
  }

  #append(draft: EventDraft, expected: LogHead, eventId?: string): AppendOutcome {
    const log = this.#log(draft.session_id);
    const own = eventId === undefined ? undefined : log.events.find((event) => event.event_id === eventId && event.seq > expected.seq);
    if (own !== undefined && log.view !== null) return { kind: 'appended', event: own, view: log.view };
    const conflict = conflictOf(draft, expected, log.state, log.events);
    if (conflict !== null) return conflict;
    return this.#add(ownCopy(makeEvent(draft, expected, withId(this.#identity, eventId))));
  }

  #add(event: RepairEvent): AppendOutcome {
    const log = this.#log(event.session_id);
    log.events.push(event);
    log.state.add(event);
    const view = materialise(event.session_id, log.state, this.#identity.now(), 0);
    if (view === null) throw new RangeError('a log with an event has a view');
    log.view = view;
    for (const listener of this.#listeners.get(event.session_id) ?? []) listener(event);
    return { kind: 'appended', event, view };
  }

  #log(sessionId: string): Log {
    const known = this.#logs.get(sessionId);
    if (known !== undefined) return known;
    const log: Log = { events: [], state: new LogState(), view: null };
    this.#logs.set(sessionId, log);
    return log;
  }
}

/** What is logged must not change when the caller reuses its objects. */
function ownCopy(event: RepairEvent): RepairEvent {
  return { ...event, payload: JSON.parse(JSON.stringify(event.payload)) as RepairEvent['payload'], transcript: { ...event.transcript } };
}

function attempt<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}

interface StoredMessageRow extends MessageRow {
  readonly is_removed: boolean;
}

class MemorySyncTarget implements SyncTarget {
  readonly #store: MemoryEventStore;
  readonly #sessions = new Map<string, StoredSession>();
  readonly #messages = new Map<string, Map<string, StoredMessageRow>>();

  constructor(store: MemoryEventStore) {
    this.#store = store;
  }

  storedSession(sessionId: string): Promise<StoredSession | null> {
    return Promise.resolve(this.#sessions.get(sessionId) ?? null);
  }

  async *storedMessages(sessionId: string): AsyncIterable<readonly StoredMessage[]> {
    yield await Promise.resolve([...this.#of(sessionId).values()]);
  }

  markIncomplete(sessionId: string): Promise<void> {
    const session = this.#sessions.get(sessionId);
    if (session !== undefined) this.#sessions.set(sessionId, { ...session, is_complete: false });
    return Promise.resolve();
  }

  writeMessages(sessionId: string, added: readonly MessageRow[], changed: readonly MessageRow[]): Promise<void> {
    for (const row of [...added, ...changed]) this.#of(sessionId).set(row.message_uuid, { ...row, is_removed: false });
    return Promise.resolve();
  }

  markRemoved(sessionId: string, uuids: readonly string[]): Promise<void> {
    const messages = this.#of(sessionId);
    for (const uuid of uuids) {
      const row = messages.get(uuid);
      if (row !== undefined) messages.set(uuid, { ...row, is_removed: true });
    }
    return Promise.resolve();
  }

  completeSession(session: SessionRow, syncedMessages: number): Promise<void> {
    this.#sessions.set(session.session_id, {
      transcript: session.transcript,
      orphan_count: session.orphan_count,
      synced_messages: syncedMessages,
      is_complete: true,
    });
    return Promise.resolve();
  }

  head(sessionId: string): Promise<LogHead> {
    return this.#store.head(sessionId);
  }

  append(draft: EventDraft, expected: LogHead): Promise<AppendOutcome> {
    return this.#store.append(draft, expected);
  }

  #of(sessionId: string): Map<string, StoredMessageRow> {
    const known = this.#messages.get(sessionId);
    if (known !== undefined) return known;
    const messages = new Map<string, StoredMessageRow>();
    this.#messages.set(sessionId, messages);
    return messages;
  }
}
