import { conflictOf } from './append-rule.ts';
import type { RepairEvent } from '../event.ts';
import { makeEvent, type EventIdentity } from '../make-event.ts';
import type { OutboxEntry } from './outbox.ts';
import { replay, type LogState } from '../replay.ts';

/** A log as it will be when the waiting repairs are in it. */
export interface WaitingLog {
  readonly events: readonly RepairEvent[];
  readonly state: LogState;
  /** event_ids that are not in the store yet. */
  readonly waiting: ReadonlySet<string>;
}

/**
 * Adds the waiting repairs to a log, as they would be appended. Those that conflict with somebody else's repairs are left out,
 * because the others are in force.
 * @param stored the log, by seq; not changed
 * @param entries the waiting repairs, oldest first
 */
export function withWaiting(
  stored: readonly RepairEvent[],
  entries: readonly OutboxEntry[],
  { sha256, engineVersion }: Pick<EventIdentity, 'sha256' | 'engineVersion'>,
): WaitingLog {
  const events = [...stored];
  const state = replay(stored);
  const waiting = new Set<string>();
  for (const { event_id: id, queued_at: queuedAt, draft, conflict } of entries) {
    if (conflict !== null || events.some(({ event_id }) => event_id === id)) continue;
    if (conflictOf(draft, state.head, state, events) !== null) continue;
    const event = makeEvent(draft, state.head, { now: () => Date.parse(queuedAt), newId: () => id, sha256, engineVersion });
    state.add(event);
    events.push(event);
    waiting.add(id);
  }
  return { events, state, waiting };
}
