/**
 * Finds the original value of a changed field. A digest cannot be reversed, but most fields have few plausible values, and the
 * digest proves which one it was.
 */
import { eventDigest, type Sha256 } from '../digest.ts';
import { OBSERVED_EVENT_TYPES, REPAIR_EVENT_TYPES, SIGNED_FIELDS, type RepairEvent, type SignedField } from '../event.ts';
import type { JsonValue } from '../../json.ts';

/** Most values tried for one field. */
const MOST_CANDIDATES = 4_000;
/** Most milliseconds between the creation of an event's id, which contains a time, and its timestamp. */
const CLOCK_RANGE_MS = 250;
/** Length up to which texts of a payload are tried. */
const LONGEST_TEXT = 1_000;
/** Fields that name a record or an event: the original value may be the value of another such field. */
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

  /** @param otherIds ids from elsewhere, such as the view */
  constructor(events: readonly RepairEvent[], otherIds: readonly string[], sha256: Sha256) {
    this.events = events;
    this.otherIds = otherIds;
    this.sha256 = sha256;
  }

  /**
   * @param digest the original digest of the event
   * @param position seq, session and link that belong to the event's place
   * @returns the field whose other value gives that digest; null when no tried value does
   */
  find(event: RepairEvent, digest: string, position: Pick<RepairEvent, 'seq' | 'session_id' | 'prev_digest'>): OriginalValue | null {
    for (const field of SIGNED_FIELDS) {
      for (const value of this.candidates(event, field, position)) {
        // By construction the value has the type of the field.
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

/** Times around the creation time of a UUIDv7. */
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
