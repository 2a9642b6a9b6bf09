/**
 * A snapshot: the fold of a log's first events, small enough to be read at once. It is derived from the events, valid only while
 * the log still contains its head, and can be deleted without loss.
 */
import * as v from 'valibot';
import { OBSERVED_EVENT_TYPES, REPAIR_EVENT_TYPES, type RepairEvent } from './event.ts';
import type { JsonObject } from '../json.ts';
import { LogState, type FoldedEvent } from './replay.ts';
import { FingerprintSchema, SessionIdSchema } from './rows.ts';

/** Number of events after which a new snapshot is worthwhile. */
export const SNAPSHOT_EVERY = 500;

/** The part of an event's payload that the fold reads. */
const KEPT_KEYS = ['action', 'finding_id', 'checkpoint'] as const;

const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Payload = v.pipe(
  v.record(v.string(), v.any()),
  v.transform((payload) => payload),
);
const SnapshotSchema = v.object({
  format: v.literal(1),
  session_id: SessionIdSchema,
  seq: Count,
  digest: v.string(),
  transcript: v.nullable(FingerprintSchema),
  operators: v.array(v.string()),
  events: v.array(
    v.object({
      id: v.string(),
      type: v.picklist([...REPAIR_EVENT_TYPES, ...OBSERVED_EVENT_TYPES]),
      /** Index into `operators`. */
      by: Count,
      message: v.nullable(v.string()),
      parent: v.nullable(v.string()),
      failed: v.optional(v.literal(true)),
      reverts: v.optional(v.string()),
      payload: v.optional(Payload),
    }),
  ),
});

export type LogSnapshot = v.InferOutput<typeof SnapshotSchema>;

/** The present state of a session's log, as plain JSON. */
export function snapshotOf(sessionId: string, state: LogState<FoldedEvent>): LogSnapshot {
  const events = state.events();
  const operators = [...new Set(events.map(({ operator }) => operator))];
  const number = new Map(operators.map((operator, i) => [operator, i]));
  return {
    format: 1,
    session_id: sessionId,
    seq: state.head.seq,
    digest: state.head.digest,
    transcript: state.last?.transcript ?? null,
    operators,
    events: events.map((event) => ({
      id: event.event_id,
      type: event.event_type,
      by: number.get(event.operator) ?? 0,
      message: event.message_id,
      parent: event.new_parent_uuid,
      ...(event.validation_passed ? {} : { failed: true as const }),
      ...(event.reverts_event_id === null ? {} : { reverts: event.reverts_event_id }),
      ...keptPayload(event.payload),
    })),
  };
}

/**
 * The state of a log, continued from a snapshot.
 * @param stored the stored snapshot, not yet validated
 * @param events the log from the snapshot's own seq on, by seq
 * @returns null when it is invalid or not of this log; then all events must be replayed
 */
export function fromSnapshot(stored: unknown, events: readonly RepairEvent[]): LogState<FoldedEvent> | null {
  const parsed = v.safeParse(SnapshotSchema, stored);
  if (!parsed.success) return null;
  const snapshot = parsed.output;
  const own = events.find(({ seq }) => seq === snapshot.seq);
  if (own?.event_digest !== snapshot.digest || own.session_id !== snapshot.session_id || snapshot.events.length !== snapshot.seq)
    return null;
  const state = new LogState<FoldedEvent>();
  snapshot.events.forEach((event, i) => state.add(unpacked(snapshot, event, i + 1)));
  for (const event of events) if (event.seq > snapshot.seq) state.add(event);
  return state;
}

function unpacked(snapshot: LogSnapshot, event: LogSnapshot['events'][number], seq: number): FoldedEvent {
  return {
    event_id: event.id,
    seq,
    event_type: event.type,
    operator: snapshot.operators[event.by] ?? '',
    message_id: event.message,
    new_parent_uuid: event.parent,
    payload: event.payload ?? {},
    validation_passed: event.failed !== true,
    reverts_event_id: event.reverts ?? null,
    transcript: snapshot.transcript ?? { size: 0, sha256: '' },
    event_digest: seq === snapshot.seq ? snapshot.digest : '',
  };
}

function keptPayload(payload: JsonObject): { payload?: JsonObject } {
  const kept = KEPT_KEYS.flatMap((key) => (payload[key] === undefined ? [] : [[key, payload[key]] as const]));
  return kept.length === 0 ? {} : { payload: Object.fromEntries(kept) };
}
