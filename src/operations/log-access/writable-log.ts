import { conflictOf } from '../../core/log/append/append-rule.ts';
import type { EventDraft, RepairEvent } from '../../core/log/event.ts';
import { makeEvent } from '../../core/log/make-event.ts';
import { isOutOfReach, type FlushReport, type QueuedRepair } from '../../core/log/append/outbox.ts';
import { replay, type LogState } from '../../core/log/replay.ts';
import { StoreError, type AppendOutcome } from '../../core/log/store.ts';
import { withWaiting, type WaitingLog } from '../../core/log/append/waiting-log.ts';
import type { Run } from '../operation.ts';
import type { LogPorts, WaitingPort } from '../ports.ts';
import { SessionLog } from './session-log.ts';

/** Where a log comes from. */
export interface LogSource {
  /** The log as it stands now. Rejects with StoreError, or LogError `damaged`. */
  read(): Promise<SessionLog>;
  /** The log as it was read last; null where it never was. */
  readonly lastRead: SessionLog | null;
}

/** Reads a log from the store each time. */
export function logInStore(store: LogPorts['store'], sessionId: string): LogSource {
  return { read: async () => SessionLog.read(await store.open(), sessionId), lastRead: null };
}

/** What became of events that were to be logged, in their order. */
export interface Appended {
  /** In the log. */
  readonly logged: readonly RepairEvent[];
  /** In the outbox, as they will stand in the log; the store is out of reach. */
  readonly waiting: readonly RepairEvent[];
  /** Why the next one, and all after it, was not written. Null: all were, or the run was cancelled. */
  readonly stopped: Stopped | null;
}

export type Stopped =
  /** Events of others stand in the way, oldest first. */
  { readonly kind: 'conflict'; readonly theirs: readonly RepairEvent[] } | { readonly kind: 'failed'; readonly error: StoreError };

const NOTHING_FLUSHED: FlushReport = { appended: [], conflicts: [] };

/**
 * A session's log to decide on and to write to: in the store, behind what waited for it; in the outbox while the store is out of reach.
 */
export class WritableLog {
  readonly sessionId: string;
  /** What became of repairs that had waited, when the log was opened. */
  readonly flushed: FlushReport;
  readonly #log: SessionLog | null;
  readonly #ports: Pick<LogPorts, 'waiting' | 'identity'>;
  readonly #mayWait: boolean;
  #outOfReach: StoreError | null = null;
  /** What is in sight while the store is out of reach. */
  #inSight: WaitingLog | null = null;

  private constructor(
    sessionId: string,
    log: SessionLog | null,
    ports: Pick<LogPorts, 'waiting' | 'identity'>,
    { flushed, mayWait }: { readonly flushed: FlushReport; readonly mayWait: boolean },
  ) {
    this.sessionId = sessionId;
    this.flushed = flushed;
    this.#log = log;
    this.#ports = ports;
    this.#mayWait = mayWait;
  }

  /**
   * Sends what waits, then reads the log. With the store out of reach the log is what was read last and what waits.
   * @throws StoreError where waiting would not help; LogError `damaged`
   */
  static async open(sessionId: string, source: LogSource, ports: Pick<LogPorts, 'waiting' | 'identity'>): Promise<WritableLog> {
    let flushed = NOTHING_FLUSHED;
    try {
      flushed = await ports.waiting.flush(sessionId);
      return new WritableLog(sessionId, await source.read(), ports, { flushed, mayWait: true });
    } catch (error) {
      if (!isOutOfReach(error)) throw error;
      const log = new WritableLog(sessionId, source.lastRead, ports, { flushed, mayWait: true });
      await log.#goAway(error);
      return log;
    }
  }

  /** The log as the store has it. With the store out of reach nothing waits: each call rejects. @throws StoreError; LogError `damaged` */
  static async openStored(sessionId: string, source: LogSource, ports: Pick<LogPorts, 'waiting' | 'identity'>): Promise<WritableLog> {
    return new WritableLog(sessionId, await source.read(), ports, { flushed: NOTHING_FLUSHED, mayWait: false });
  }

  /** By seq; behind those of the log what waits, while the store is out of reach. */
  get events(): readonly RepairEvent[] {
    return this.#inSight?.events ?? this.#log?.events ?? [];
  }

  get state(): LogState {
    return this.#inSight?.state ?? this.#log?.state ?? replay([]);
  }

  /** Why what is written waits; null while the store answers. */
  get outOfReach(): StoreError | null {
    return this.#outOfReach;
  }

  /**
   * Appends events one after the other, behind what is in sight. Ends at the first that somebody else stands in the way of. When the
   * store goes out of reach, the rest waits for it. Failures of the store are part of the outcome: what was written before them stays.
   */
  async append(drafts: readonly EventDraft[], run: Run = {}): Promise<Appended> {
    const { now, newId } = this.#ports.identity;
    const rest = drafts.map((draft) => ({ event_id: newId(), queued_at: new Date(now()).toISOString(), draft }));
    const logged: RepairEvent[] = [];
    try {
      while (this.#outOfReach === null && this.#log !== null) {
        const [next] = rest;
        if (next === undefined || run.signal?.aborted === true) return { logged, waiting: [], stopped: null };
        const outcome = await this.#send(this.#log, next);
        if (outcome === null) break;
        if (outcome.kind === 'conflict') return { logged, waiting: [], stopped: { kind: 'conflict', theirs: outcome.theirs } };
        logged.push(outcome.event);
        rest.shift();
        run.onProgress?.(logged.length, drafts.length);
      }
      return { logged, ...(await this.#queue(rest, logged.length, run)) };
    } catch (error) {
      if (error instanceof StoreError) return { logged, waiting: [], stopped: { kind: 'failed', error } };
      throw error;
    }
  }

  /** @returns null when the store went out of reach. The event may have arrived all the same: its id tells when it is sent again. */
  async #send(log: SessionLog, { draft, event_id: eventId }: Pick<QueuedRepair, 'draft' | 'event_id'>): Promise<AppendOutcome | null> {
    try {
      return await log.append(draft, eventId);
    } catch (error) {
      if (!this.#mayWait || !isOutOfReach(error)) throw error;
      await this.#goAway(error);
      return null;
    }
  }

  async #goAway(cause: StoreError): Promise<void> {
    this.#outOfReach = cause;
    this.#inSight = await logInSight(this.sessionId, this.#log, this.#ports);
  }

  /** Puts events into the outbox, as far as they fit what is in sight. @param before events that were logged */
  async #queue(rest: readonly Omit<QueuedRepair, 'expected'>[], before: number, run: Run): Promise<Omit<Appended, 'logged'>> {
    const { identity, waiting } = this.#ports;
    const expected = this.#log?.state.head ?? null;
    const events = [...this.events];
    const state = replay(events);
    const queued: { readonly repair: QueuedRepair; readonly event: RepairEvent }[] = [];
    let stopped: Stopped | null = null;
    for (const one of rest) {
      if (run.signal?.aborted === true) break;
      const conflict = conflictOf(one.draft, state.head, state, events);
      if (conflict !== null) {
        stopped = { kind: 'conflict', theirs: conflict.theirs };
        break;
      }
      const event = makeEvent(one.draft, state.head, { ...identity, now: () => Date.parse(one.queued_at), newId: () => one.event_id });
      state.add(event);
      events.push(event);
      queued.push({ repair: { ...one, expected }, event });
    }
    if (queued.length > 0) {
      await waiting.add(
        this.sessionId,
        queued.map(({ repair }) => repair),
      );
    }
    this.#inSight = { events, state, waiting: new Set([...(this.#inSight?.waiting ?? []), ...queued.map(({ event }) => event.event_id)]) };
    for (const i of queued.keys()) run.onProgress?.(before + i + 1, before + rest.length);
    return { waiting: queued.map(({ event }) => event), stopped };
  }
}

interface SightPorts {
  readonly waiting: Pick<WaitingPort, 'shown'>;
  readonly identity: Pick<LogPorts['identity'], 'sha256' | 'engineVersion'>;
}

/** A session's log with what waits for the store laid over it. @param log as it was read last; null where it never was */
export async function logInSight(
  sessionId: string,
  log: Pick<SessionLog, 'events' | 'state'> | null,
  { waiting, identity }: SightPorts,
): Promise<WaitingLog> {
  const entries = await waiting.shown(sessionId);
  if (log !== null && entries.length === 0) return { events: log.events, state: log.state, waiting: new Set() };
  return withWaiting(log?.events ?? [], entries, identity);
}
