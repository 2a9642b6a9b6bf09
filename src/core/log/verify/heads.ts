import type { RepairEvent } from '../event.ts';
import type { SeenEvent } from './seen.ts';
import type { AppendOutcome, EventStore, LogHead } from '../store.ts';

/** The newest event of a log that was seen, as it is kept outside the database. */
export interface KeptHead {
  readonly session_id: string;
  readonly seq: number;
  readonly digest: string;
  /** ISO 8601, UTC. */
  readonly written_at: string;
}

/** What is kept of one log outside the database. */
export interface KeptLog {
  readonly head: KeptHead;
  /** Events that were seen, in that order; there may be two with the same seq if the log was replaced. */
  readonly seen: readonly SeenEvent[];
}

/**
 * Keeps heads of logs outside the database, because a chain cannot show that its own end was cut off. A kept head is never replaced
 * by an older or different one.
 */
export interface HeadKeeper {
  /** Keeps events, in order of seq. @throws StoreError `not_writable` */
  keep(sessionId: string, events: readonly RepairEvent[]): Promise<void>;
  kept(sessionId: string): Promise<KeptLog | null>;
  /** Sessions of which a head is kept. */
  sessionIds(): Promise<string[]>;
  /** Starts over with the present log: what was kept before is set aside, not removed. */
  accept(sessionId: string, events: readonly RepairEvent[]): Promise<void>;
}

/**
 * How a log contradicts its kept head: it ends before the head, or has another event there. Null when it does not.
 * @param events the whole log, by seq
 */
export function headMismatch(head: KeptHead, events: readonly RepairEvent[]): 'shorter' | 'other' | null {
  if ((events.at(-1)?.seq ?? 0) < head.seq) return 'shorter';
  return head.seq === 0 || events[head.seq - 1]?.event_digest === head.digest ? null : 'other';
}

/**
 * A store that also keeps the head of every event it appends or delivers.
 * @param onFailure called when a head could not be kept; the event is in the log nevertheless
 */
export function keepingHeads(store: EventStore, keeper: HeadKeeper, onFailure: (cause: unknown) => void): EventStore {
  const keep = async (sessionId: string, events: readonly RepairEvent[]): Promise<void> => {
    try {
      await keeper.keep(sessionId, events);
    } catch (cause) {
      onFailure(cause);
    }
  };
  const kept = async (outcome: AppendOutcome): Promise<AppendOutcome> => {
    if (outcome.kind === 'appended') await keep(outcome.event.session_id, [outcome.event]);
    return outcome;
  };
  return {
    append: async (...appending) => kept(await store.append(...appending)),
    head: (sessionId) => store.head(sessionId),
    events: (sessionId, fromSeq, toSeq) => store.events(sessionId, fromSeq, toSeq),
    view: (sessionId) => store.view(sessionId),
    rebuildView: (sessionId) => store.rebuildView(sessionId),
    sync: async (session, messages, options) => {
      const report = await store.sync(session, messages, options);
      if (report.events_logged > 0) {
        const head: LogHead = await store.head(session.session_id);
        await keep(session.session_id, await store.events(session.session_id, head.seq - report.events_logged + 1));
      }
      return report;
    },
    subscribe: (sessionId, onEvent) =>
      store.subscribe(sessionId, (event) => {
        void keep(sessionId, [event]);
        onEvent(event);
      }),
    close: () => store.close(),
    audit: store.audit,
    restore: async (event) => kept(await store.restore(event)),
  };
}
