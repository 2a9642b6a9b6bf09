/**
 * What a repair event is: one immutable entry of a session's log.
 */
import type { JsonObject } from '../json.ts';
import type { TranscriptFingerprint } from '../transcript/fingerprint.ts';

/** Events that change what a resume loads; all others are records of what was seen or said. */
export const REPAIR_EVENT_TYPES = [
  'parent_repaired',
  'message_restored',
  'tool_result_synthesised',
  'record_bypassed',
  'line_split',
  'line_quarantined',
  'leaf_chosen',
  'finding_ignored',
  'note',
  'reverted',
] as const;

/** What a sync observes between two readings of a transcript. None of these changes a view. */
export const OBSERVED_EVENT_TYPES = ['message_added', 'message_removed', 'parent_changed', 'content_updated', 'corruption_fixed'] as const;

/**
 * Events that name the parent of one record: `new_parent_uuid` becomes the effective parent of `message_id`. What the
 * other repair events change is in their payload.
 */
export const PARENT_EVENT_TYPES = ['parent_repaired', 'message_restored', 'tool_result_synthesised'] as const;

/** Repair events that say something of the log or the session, and change no view themselves. */
const REMARKS: ReadonlySet<string> = new Set<(typeof REPAIR_EVENT_TYPES)[number]>(['note', 'reverted']);
const CHANGES: ReadonlySet<string> = new Set(REPAIR_EVENT_TYPES.filter((type) => !REMARKS.has(type)));

export type EventType = (typeof REPAIR_EVENT_TYPES)[number] | (typeof OBSERVED_EVENT_TYPES)[number];

/** The digest that stands before the first event of a session. */
export const GENESIS_DIGEST = '';

/** One row of `repairs_events`. Field names are those of the table and of exports. */
export interface RepairEvent {
  /** UUIDv7, made by the writer: an append that was sent twice is recognised by it. */
  readonly event_id: string;
  readonly session_id: string;
  /** Position in the session's log: 1, 2, 3 … without a gap. Order is seq, never time. */
  readonly seq: number;
  readonly event_type: EventType;
  /** ISO 8601, UTC, milliseconds: `2026-01-31T12:00:00.000Z`. */
  readonly timestamp: string;
  /** `user:NAME`, `agent:NAME` or `system:NAME`. */
  readonly operator: string;
  /** uuid of the record the event is about; null where it is about the whole session. */
  readonly message_id: string | null;
  /** The parent the operator saw. */
  readonly old_parent_uuid: string | null;
  readonly new_parent_uuid: string | null;
  readonly payload: JsonObject;
  readonly reason: string;
  /** Score of the suggestion that was taken, 0 to 1; null where none was. */
  readonly similarity_score: number | null;
  /** An event with false never changes a view. */
  readonly validation_passed: boolean;
  /** event_id of the event that this one takes back; set exactly for `reverted`. */
  readonly reverts_event_id: string | null;
  /** The transcript when the event was made. */
  readonly transcript: TranscriptFingerprint;
  /** Version of Riff that wrote it. */
  readonly engine_version: string;
  /** event_digest of the event before; GENESIS_DIGEST for seq 1. */
  readonly prev_digest: string;
  /** SHA-256, lower-case hex, over the RFC 8785 canonical JSON of every other field. */
  readonly event_digest: string;
}

/** Every field of an event but its digest, which is made of them. */
export const SIGNED_FIELDS = [
  'event_id',
  'session_id',
  'seq',
  'event_type',
  'timestamp',
  'operator',
  'message_id',
  'old_parent_uuid',
  'new_parent_uuid',
  'payload',
  'reason',
  'similarity_score',
  'validation_passed',
  'reverts_event_id',
  'transcript',
  'engine_version',
  'prev_digest',
] as const satisfies readonly (keyof RepairEvent)[];

export type SignedField = (typeof SIGNED_FIELDS)[number];

/** What the caller of an append says; the log adds identity, position, time and digests. */
export type EventDraft = Omit<RepairEvent, 'event_id' | 'seq' | 'timestamp' | 'engine_version' | 'prev_digest' | 'event_digest'>;

/** Whether an event of this type, while in force, changes what is shown by itself: what counts as a repair. */
export function changesView(eventType: EventType): boolean {
  return CHANGES.has(eventType);
}
