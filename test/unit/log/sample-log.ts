import type { EventDraft, RepairEvent } from '../../../src/core/log/event.ts';
import { makeEvent, type EventIdentity } from '../../../src/core/log/make-event.ts';
import { sha256 } from '../../../src/files/sha256.ts';
import { draft } from '../../contract/sample.ts';

/** Ids and times that are the same in every run. */
export function identity(): EventIdentity {
  let count = 0;
  return {
    now: () => Date.UTC(2026, 0, 1),
    newId: () => `00000000-0000-7000-8000-${String((count += 1)).padStart(12, '0')}`,
    sha256,
    engineVersion: '0.0.0',
  };
}

/** A log of these drafts, in order. A draft may name the seq it reverts instead of an event id. */
export function chain(drafts: readonly (EventDraft & { revertsSeq?: number | undefined })[]): RepairEvent[] {
  const makers = identity();
  const events: RepairEvent[] = [];
  for (const { revertsSeq, ...one } of drafts) {
    const last = events.at(-1);
    const target = revertsSeq === undefined ? one.reverts_event_id : (events[revertsSeq - 1]?.event_id ?? null);
    events.push(makeEvent({ ...one, reverts_event_id: target }, { seq: last?.seq ?? 0, digest: last?.event_digest ?? '' }, makers));
  }
  return events;
}

/** A log that gives each of these messages the parent `p`. */
export function logOf(messages: readonly string[]): RepairEvent[] {
  return chain(messages.map((message_id) => draft('s', { message_id, new_parent_uuid: 'p' })));
}
