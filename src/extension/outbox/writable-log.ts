import { v7 as uuidv7 } from 'uuid';
import { conflictOf } from '../../core/log/append/append-rule.ts';
import type { EventDraft, RepairEvent } from '../../core/log/event.ts';
import { isOutOfReach, type QueuedRepair } from '../../core/log/append/outbox.ts';
import type { LogState } from '../../core/log/replay.ts';
import type { AppendOutcome } from '../../core/log/store.ts';
import { withWaiting, type WaitingLog } from '../../core/log/append/waiting-log.ts';
import { sha256 } from '../../files/sha256.ts';
import { ENGINE_VERSION } from '../../files/version.ts';
import type { SessionLog } from '../session/session-log.ts';
import type { WaitingRepairs } from './waiting-repairs.ts';

/** What became of an append; one that waits is done as far as its maker is concerned. */
export type WriteOutcome =
  | { readonly kind: 'done'; readonly event: RepairEvent }
  | Pick<Extract<AppendOutcome, { kind: 'conflict' }>, 'kind' | 'theirs'>;

/**
 * A session's log as its window writes to it: into the store, behind what waited for it; into the outbox while the store is out of
 * reach. What it shows holds what waits as well.
 */
export class WritableLog {
  readonly #sessionId: string;
  readonly #log: SessionLog | null;
  readonly #waiting: WaitingRepairs;
  #isAway: boolean;
  #shown: WaitingLog;

  private constructor(sessionId: string, log: SessionLog | null, waiting: WaitingRepairs, isAway: boolean, shown: WaitingLog) {
    this.#sessionId = sessionId;
    this.#log = log;
    this.#waiting = waiting;
    this.#isAway = isAway;
    this.#shown = shown;
  }

  /**
   * @param log as it was read last; null where it never was
   * @param isAway whether the store is known to be out of reach
   */
  static async open(sessionId: string, log: SessionLog | null, waiting: WaitingRepairs, isAway: boolean): Promise<WritableLog> {
    let isLost = isAway;
    if (!isAway) {
      try {
        await waiting.flush(sessionId);
        await log?.refresh();
      } catch (error) {
        if (!isOutOfReach(error)) throw error;
        isLost = true;
      }
    }
    return new WritableLog(sessionId, log, waiting, isLost, await shownLog(sessionId, log, waiting));
  }

  get events(): readonly RepairEvent[] {
    return this.#shown.events;
  }

  get state(): LogState {
    return this.#shown.state;
  }

  /** Appends behind what is shown. What others appended meanwhile is returned as a conflict. */
  async append(draft: EventDraft): Promise<WriteOutcome> {
    const repair: QueuedRepair = {
      event_id: uuidv7(),
      queued_at: new Date().toISOString(),
      draft,
      expected: this.#log?.state.head ?? null,
    };
    if (!this.#isAway && this.#log !== null) {
      try {
        const outcome = await this.#log.append(draft, repair.event_id);
        this.#shown = await shownLog(this.#sessionId, this.#log, this.#waiting);
        return outcome.kind === 'appended' ? { kind: 'done', event: outcome.event } : outcome;
      } catch (error) {
        // It may have arrived all the same: its id tells when it is sent again.
        if (!isOutOfReach(error)) throw error;
        this.#isAway = true;
      }
    }
    const conflict = conflictOf(draft, this.state.head, this.state, this.events);
    if (conflict !== null) return conflict;
    await this.#waiting.add(this.#sessionId, [repair]);
    this.#shown = await shownLog(this.#sessionId, this.#log, this.#waiting);
    const event = this.#shown.events.find(({ event_id }) => event_id === repair.event_id);
    if (event === undefined) throw new RangeError('a repair that fits what is shown is shown');
    return { kind: 'done', event };
  }
}

/** A session's log with what waits for the store laid over it. */
export async function shownLog(
  sessionId: string,
  log: Pick<SessionLog, 'events' | 'state'> | null,
  waiting: Pick<WaitingRepairs, 'shown'>,
): Promise<WaitingLog> {
  const entries = await waiting.shown(sessionId);
  if (log !== null && entries.length === 0) return { events: log.events, state: log.state, waiting: new Set() };
  return withWaiting(log?.events ?? [], entries, { sha256, engineVersion: ENGINE_VERSION });
}
