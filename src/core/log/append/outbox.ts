/**
 * Repairs that wait while the store is out of reach. When it is back they are appended in order, each once, and never over what
 * somebody else did meanwhile.
 */
import { canonicalJson } from '../digest.ts';
import { changesView, type EventDraft, type RepairEvent } from '../event.ts';
import { namesParent, replay, type LogState } from '../replay.ts';
import { StoreError, type EventStore, type LogHead } from '../store.ts';

/** One repair that waits to be appended. */
export interface QueuedRepair {
  /** UUIDv7, assigned when the repair was made; it identifies a repair that was sent before. */
  readonly event_id: string;
  /** ISO 8601, UTC: when the operator decided. */
  readonly queued_at: string;
  readonly draft: EventDraft;
  /** The head that the operator saw; null where the log could not be read. */
  readonly expected: LogHead | null;
}

/** The part of somebody else's conflicting event that is shown. */
export type TheirEvent = Pick<RepairEvent, 'event_id' | 'seq' | 'event_type' | 'operator' | 'reason' | 'timestamp'>;

export interface OutboxEntry extends QueuedRepair {
  /** The conflict of the last attempt; null when there was no attempt or no conflict. */
  readonly conflict: readonly TheirEvent[] | null;
}

export type Settlement = { readonly kind: 'appended'; readonly seq: number } | { readonly kind: 'dropped' };

/** Where repairs wait. Once `add` has resolved, the repair survives a crash. All calls reject with StoreError only. */
export interface Outbox {
  /** Sessions with waiting repairs. */
  sessions(): Promise<string[]>;
  /** Waiting repairs of a session, oldest first. */
  waiting(sessionId: string): Promise<OutboxEntry[]>;
  add(sessionId: string, repairs: readonly QueuedRepair[]): Promise<void>;
  /** Records the outcome of a repair, which no longer waits. */
  settle(sessionId: string, eventId: string, how: Settlement): Promise<void>;
  noteConflict(sessionId: string, eventId: string, theirs: readonly TheirEvent[]): Promise<void>;
}

export interface FlushReport {
  /** Events that are in the log now, including those of an earlier attempt. */
  readonly appended: readonly RepairEvent[];
  /** Repairs that still wait, with their conflicts. */
  readonly conflicts: readonly OutboxEntry[];
}

/** Whether the error means that the store is out of reach, so that repairs may wait for it. */
export function isOutOfReach(error: unknown): error is StoreError {
  return error instanceof StoreError && (error.code === 'unreachable' || error.code === 'timeout' || error.code === 'locked');
}

/** Attempts at one repair while others write to the same log. */
const ATTEMPTS = 20;

/**
 * Appends the waiting repairs of a session in their order. A repair that conflicts keeps waiting, with later ones about the same
 * record; the others are appended.
 * @throws StoreError when the store goes out of reach again: what was appended is settled, the rest keeps waiting
 */
export async function flushOutbox(outbox: Outbox, store: EventStore, sessionId: string): Promise<FlushReport> {
  const entries = await outbox.waiting(sessionId);
  const report: { appended: RepairEvent[]; conflicts: OutboxEntry[] } = { appended: [], conflicts: [] };
  if (entries.length === 0) return report;
  const own = new Set(entries.map(({ event_id }) => event_id));
  const held = new Set<string>();
  const log = await Log.read(store, sessionId);
  for (const entry of entries) {
    const subject = subjectOf(entry.draft);
    const result = held.has(subject) ? [] : await deliver(entry, store, log, own);
    if (Array.isArray(result)) {
      held.add(subject);
      // Recorded once; otherwise each attempt would add a line.
      if (JSON.stringify(entry.conflict) !== JSON.stringify(result)) await outbox.noteConflict(sessionId, entry.event_id, result);
      report.conflicts.push({ ...entry, conflict: result });
    } else {
      await outbox.settle(sessionId, entry.event_id, { kind: 'appended', seq: result.seq });
      report.appended.push(result);
    }
  }
  return report;
}

/** The log as far as it was read, and its fold. */
class Log {
  readonly #store: EventStore;
  readonly #sessionId: string;
  events: RepairEvent[] = [];
  state: LogState = replay([]);

  private constructor(store: EventStore, sessionId: string) {
    this.#store = store;
    this.#sessionId = sessionId;
  }

  static async read(store: EventStore, sessionId: string): Promise<Log> {
    const log = new Log(store, sessionId);
    await log.refresh();
    return log;
  }

  async refresh(): Promise<void> {
    const more = await this.#store.events(this.#sessionId, this.state.head.seq + 1);
    this.state.addAll(more);
    this.events.push(...more);
  }
}

/** @returns the event in the log, or its conflict */
async function deliver(
  { event_id: eventId, queued_at: queuedAt, draft, expected }: OutboxEntry,
  store: EventStore,
  log: Log,
  own: ReadonlySet<string>,
): Promise<RepairEvent | TheirEvent[]> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const there = log.events.find((event) => event.event_id === eventId);
    if (there !== undefined) return there;
    const theirs = obstacles(draft, expected, log, own);
    if (theirs !== null) return theirs.map(shown);
    const { head } = log.state;
    const outcome = await store.append({ ...draft, payload: { ...draft.payload, queued_at: queuedAt } }, head, eventId);
    await log.refresh();
    if (outcome.kind === 'appended') return outcome.event;
    if (outcome.head.seq === head.seq) return outcome.theirs.map(shown);
  }
  throw new StoreError('timeout', 'Others write to this log without a pause.', 'Try again in a moment; what waits is kept.');
}

/** @returns null when the repair may be appended */
function obstacles(draft: EventDraft, expected: LogHead | null, { events, state }: Log, own: ReadonlySet<string>): RepairEvent[] | null {
  if (draft.event_type === 'reverted') {
    if (state.activeEventIds().has(draft.reverts_event_id ?? '')) return null;
    return events.filter((event) => event.reverts_event_id === draft.reverts_event_id);
  }
  if (!changesView(draft.event_type)) return null;
  const subject = subjectOf(draft);
  const unseen = expected === null ? state.activeEvents() : events.filter((event) => event.seq > expected.seq);
  const theirs = unseen.filter((event) => !own.has(event.event_id) && isAbout(event, subject, events));
  if (theirs.length > 0) return theirs;
  const naming = namesParent(draft) && draft.message_id !== null ? state.parentEvent(draft.message_id) : null;
  return naming === null || naming.new_parent_uuid === draft.old_parent_uuid ? null : [naming];
}

function isAbout(event: RepairEvent, subject: string, events: readonly RepairEvent[]): boolean {
  if (changesView(event.event_type)) return subjectOf(event) === subject;
  if (event.event_type !== 'reverted') return false;
  const target = events.find((other) => other.event_id === event.reverts_event_id);
  return target !== undefined && isAbout(target, subject, events.slice(0, target.seq));
}

/** Two repairs of the same record may contradict each other; repairs of different records do not. */
function subjectOf({ event_type: type, message_id: messageId, payload, reverts_event_id: reverts }: EventDraft): string {
  switch (type) {
    case 'leaf_chosen':
      return 'leaf';
    case 'finding_ignored':
      return `ignored ${canonicalJson(payload['finding_id'] ?? null)}`;
    case 'reverted':
      return `revert ${reverts ?? ''}`;
    default:
      return messageId === null ? `${type} ${canonicalJson(payload['action'] ?? null)}` : `record ${messageId}`;
  }
}

function shown({ event_id, seq, event_type, operator, reason, timestamp }: RepairEvent): TheirEvent {
  return { event_id, seq, event_type, operator, reason, timestamp };
}
