import type { EventDraft, RepairEvent } from '../event.ts';
import { namesParent, type LogState } from '../replay.ts';
import type { AppendOutcome, LogHead } from '../store.ts';

/**
 * Decides whether an append conflicts: the head has moved, or the message's effective parent is no longer the one the operator saw.
 * @param state the fold of the whole log
 * @param events the whole log, or at least all after `expected`
 * @returns null when the event may be appended
 */
export function conflictOf(
  draft: EventDraft,
  expected: LogHead,
  state: LogState,
  events: readonly RepairEvent[],
): Extract<AppendOutcome, { kind: 'conflict' }> | null {
  const head = state.head;
  if (head.seq !== expected.seq) return { kind: 'conflict', theirs: events.filter((event) => event.seq > expected.seq), head };
  if (head.digest !== expected.digest) return { kind: 'conflict', theirs: events.filter((event) => event.seq >= expected.seq), head };
  if (!namesParent(draft) || draft.message_id === null) return null;
  const naming = state.parentEvent(draft.message_id);
  if (naming === null || naming.new_parent_uuid === draft.old_parent_uuid) return null;
  return { kind: 'conflict', theirs: [naming], head };
}

/**
 * Decides whether an event from another log may be appended unchanged.
 * @param events the whole log, or at least all from the event's own place
 * @returns null when it continues the log
 */
export function restoreConflictOf(
  event: RepairEvent,
  head: LogHead,
  events: readonly RepairEvent[],
): Extract<AppendOutcome, { kind: 'conflict' }> | null {
  if (head.seq === event.seq - 1 && head.digest === event.prev_digest) return null;
  return { kind: 'conflict', theirs: events.filter((one) => one.seq >= event.seq), head };
}
