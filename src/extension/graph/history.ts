import { changesView, type RepairEvent } from '../../core/log/event.ts';
import type { HistoryEntry, RecordRef } from '../../protocol/messages.ts';
import type { SessionHandle } from '../session/handle.ts';
import { recordRef } from './record-ref.ts';

/** The events about a record, newest first, with the parents in words. */
export async function recordHistory(handle: SessionHandle, uuid: string): Promise<readonly HistoryEntry[]> {
  const bySeq = new Map(handle.events.map((event) => [event.event_id, event.seq]));
  const own = handle.events.filter((event) => isAbout(event, uuid, handle.events));
  const entries = await Promise.all(own.map((event) => historyEntry(handle, event, bySeq)));
  return entries.reverse();
}

/** A revert may name the record itself or only the event that it takes back. */
function isAbout(event: RepairEvent, uuid: string, events: readonly RepairEvent[]): boolean {
  if (event.message_id === uuid) return true;
  if (event.reverts_event_id === null) return false;
  const target = events.find((other) => other.event_id === event.reverts_event_id && other.seq < event.seq);
  return target !== undefined && isAbout(target, uuid, events);
}

async function historyEntry(handle: SessionHandle, event: RepairEvent, bySeq: ReadonlyMap<string, number>): Promise<HistoryEntry> {
  const ref = (uuid: string | null): Promise<RecordRef | null> => (uuid === null ? Promise.resolve(null) : recordRef(handle.model, uuid));
  const [from, to] = await Promise.all([ref(event.old_parent_uuid), ref(event.new_parent_uuid)]);
  const active = handle.activeEventIds.has(event.event_id);
  const confidence = event.payload['confidence'];
  return {
    eventId: event.event_id,
    seq: event.seq,
    type: event.event_type,
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
