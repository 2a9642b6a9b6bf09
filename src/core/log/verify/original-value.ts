/**
 * Finds what a field of a changed event said before. A digest cannot be undone, but most fields have few values that make
 * sense, and the digest says for certain which one it was.
 */
import { eventDigest, type Sha256 } from '../digest.ts';
import { OBSERVED_EVENT_TYPES, REPAIR_EVENT_TYPES, SIGNED_FIELDS, type RepairEvent, type SignedField } from '../event.ts';
import type { JsonValue } from '../../json.ts';

/** Values tried for one field, at most. */
const MOST_CANDIDATES = 4_000;
/** Between the making of an event's id, which holds a time, and its timestamp: milliseconds. */
const CLOCK_RANGE_MS = 250;
/** Texts of a payload that are tried, at most so long. */
const LONGEST_TEXT = 1_000;
/** Fields that name a record or an event: a value of one may have stood in another. */
const ID_FIELDS = ['message_id', 'old_parent_uuid', 'new_parent_uuid', 'reverts_event_id', 'event_id'] as const;

export interface OriginalValue {
  readonly field: SignedField;
  readonly value: JsonValue;
}

/** Looks values up in the rest of one log. */
export class OriginalValues {
  private readonly events: readonly RepairEvent[];
  private readonly otherIds: readonly string[];
  private readonly sha256: Sha256;
  private readonly known = new Map<SignedField, JsonValue[]>();
  private ids: readonly JsonValue[] | null = null;

  /** @param otherIds ids from elsewhere, the view for one */
  constructor(events: readonly RepairEvent[], otherIds: readonly string[], sha256: Sha256) {
    this.events = events;
    this.otherIds = otherIds;
    this.sha256 = sha256;
  }

  /**
   * @param digest what the event's digest was
   * @param position seq, session and link that belong to the event's place
   * @returns the one field whose other value gives that digest; null where none of the tried ones does
   */
  find(event: RepairEvent, digest: string, position: Pick<RepairEvent, 'seq' | 'session_id' | 'prev_digest'>): OriginalValue | null {
    for (const field of SIGNED_FIELDS) {
      for (const value of this.candidates(event, field, position)) {
        // A value of the field's own kind, by construction.
        if (eventDigest({ ...event, [field]: value }, this.sha256) === digest) return { field, value };
      }
    }
    return null;
  }

  private candidates(
    event: RepairEvent,
    field: SignedField,
    position: Pick<RepairEvent, 'seq' | 'session_id' | 'prev_digest'>,
  ): readonly JsonValue[] {
    switch (field) {
      case 'seq':
        return [position.seq, event.seq - 1, event.seq + 1];
      case 'session_id':
      case 'prev_digest':
        return [position[field]];
      case 'event_type':
        return [...REPAIR_EVENT_TYPES, ...OBSERVED_EVENT_TYPES];
      case 'validation_passed':
        return [true, false];
      case 'timestamp':
        return timesNear(event.event_id);
      case 'similarity_score':
        return [null, ...Array.from({ length: 101 }, (_, i) => i / 100), ...this.values(field)];
      case 'reason':
        return ['', ...textsIn(event.payload), ...this.values(field)];
      case 'event_id':
      case 'message_id':
      case 'old_parent_uuid':
      case 'new_parent_uuid':
      case 'reverts_event_id':
        return [...(field === 'event_id' ? [] : [null]), ...textsIn(event.payload), ...this.allIds()];
      case 'payload':
        return [{}, ...this.values(field)];
      case 'operator':
      case 'transcript':
      case 'engine_version':
        return this.values(field);
    }
  }

  private values(field: SignedField): readonly JsonValue[] {
    let values = this.known.get(field);
    if (values === undefined) {
      const distinct = new Map(this.events.map((event) => [JSON.stringify(event[field]), event[field] as JsonValue]));
      values = [...distinct.values()].slice(0, MOST_CANDIDATES);
      this.known.set(field, values);
    }
    return values;
  }

  private allIds(): readonly JsonValue[] {
    if (this.ids === null) {
      const inLog = this.events.flatMap((event) => [...ID_FIELDS.map((field) => event[field]), ...textsIn(event.payload['about'] ?? null)]);
      this.ids = [...new Set([...inLog, ...this.otherIds])].slice(0, MOST_CANDIDATES);
    }
    return this.ids;
  }
}

/** Times around the one that a UUIDv7 was made at. */
function timesNear(eventId: string): string[] {
  const made = Number.parseInt(eventId.replaceAll('-', '').slice(0, 12), 16);
  if (!Number.isSafeInteger(made)) return [];
  const times: string[] = [];
  for (let offset = -CLOCK_RANGE_MS; offset <= CLOCK_RANGE_MS; offset += 1) times.push(new Date(Math.max(0, made + offset)).toISOString());
  return times;
}

/** Texts anywhere in a value. */
function textsIn(value: JsonValue): string[] {
  if (typeof value === 'string') return value.length <= LONGEST_TEXT ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn).slice(0, MOST_CANDIDATES);
}
