import type { RepairEvent } from '../../core/log/event.ts';
import { replay } from '../../core/log/replay.ts';

/**
 * Effective parent of the message of an event before and after that event is taken back.
 * @param events the whole log, by seq
 * @param fileParent the parent in the file, which counts where no event names one
 */
export function revertEffect(
  events: readonly RepairEvent[],
  target: RepairEvent,
  fileParent: string | null,
): { before: string | null; after: string | null } {
  if (target.message_id === null) return { before: null, after: null };
  const before = replay(events);
  const after = replay(events);
  const last = events.at(-1) ?? target;
  after.add({
    ...last,
    event_id: '',
    seq: last.seq + 1,
    event_type: 'reverted',
    validation_passed: true,
    reverts_event_id: target.event_id,
  });
  const parentIn = (state: typeof before, messageId: string): string | null => {
    const naming = state.parentEvent(messageId);
    return naming === null ? fileParent : naming.new_parent_uuid;
  };
  return { before: parentIn(before, target.message_id), after: parentIn(after, target.message_id) };
}
