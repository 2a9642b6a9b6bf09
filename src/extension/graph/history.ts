import { changesView, type RepairEvent } from '../../core/log/event.ts';
import { eventsAbout, eventTitle } from '../../core/log/event-text.ts';
import type { HistoryEntry } from '../../protocol/messages.ts';
import type { RecordRef } from '../../protocol/record-ref.ts';
import type { SessionHandle } from '../session/handle.ts';
import { recordRef } from './record-ref.ts';

/** The events about a record, newest first, with the parents in words. */
export async function recordHistory(handle: SessionHandle, uuid: string): Promise<readonly HistoryEntry[]> {
  const bySeq = new Map(handle.events.map((event) => [event.event_id, event.seq]));
  const entries = await Promise.all(eventsAbout(handle.events, uuid).map((event) => historyEntry(handle, event, bySeq)));
  return entries.reverse();
}

async function historyEntry(handle: SessionHandle, event: RepairEvent, bySeq: ReadonlyMap<string, number>): Promise<HistoryEntry> {
  const ref = (uuid: string | null): Promise<RecordRef | null> =>
    uuid === null ? Promise.resolve(null) : recordRef(handle.model.records, uuid);
  const [from, to] = await Promise.all([ref(event.old_parent_uuid), ref(event.new_parent_uuid)]);
  const active = handle.activeEventIds.has(event.event_id);
  const confidence = event.payload['confidence'];
  return {
    eventId: event.event_id,
    seq: event.seq,
    type: event.event_type,
    title: handle.waitingEventIds.has(event.event_id) ? `${eventTitle(event)} · waiting for the store` : eventTitle(event),
    operator: event.operator,
    timestamp: event.timestamp,
    from,
    to,
    reason: event.reason,
    score: event.similarity_score,
    confidence: typeof confidence === 'string' ? confidence : null,
    active,
    revertible: active && (changesView(event.event_type) || event.event_type === 'reverted'),
    revertsSeq: event.reverts_event_id === null ? null : (bySeq.get(event.reverts_event_id) ?? null),
  };
}
