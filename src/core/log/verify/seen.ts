/**
 * What a machine keeps of the events it has seen, outside the database: enough to say later which field of which event changed, and
 * too little to read any of it.
 */
import { canonicalJson, type Sha256 } from '../digest.ts';
import { SIGNED_FIELDS, type RepairEvent, type SignedField } from '../event.ts';

export interface SeenEvent {
  readonly seq: number;
  readonly event_id: string;
  readonly event_digest: string;
  /** For each field, the beginning of the digest of its value. */
  readonly fields: Readonly<Partial<Record<SignedField, string>>>;
}

/** Hex digits kept of a field's digest: enough to tell values apart, which is all they are for. */
const KEPT_DIGITS = 16;
const encoder = new TextEncoder();

export function seenEvent(event: RepairEvent, sha256: Sha256): SeenEvent {
  const fields = Object.fromEntries(SIGNED_FIELDS.map((field) => [field, fieldDigest(event, field, sha256)]));
  return { seq: event.seq, event_id: event.event_id, event_digest: event.event_digest, fields };
}

/** Fields of an event that changed since it was seen. */
export function changedSince(event: RepairEvent, seen: SeenEvent, sha256: Sha256): (keyof RepairEvent)[] {
  const changed: (keyof RepairEvent)[] = SIGNED_FIELDS.filter((field) => {
    const before = seen.fields[field];
    return before !== undefined && before !== fieldDigest(event, field, sha256);
  });
  return event.event_digest === seen.event_digest ? changed : [...changed, 'event_digest'];
}

function fieldDigest(event: RepairEvent, field: SignedField, sha256: Sha256): string {
  const value = field === 'transcript' ? { size: event.transcript.size, sha256: event.transcript.sha256 } : event[field];
  return sha256(encoder.encode(canonicalJson(value))).slice(0, KEPT_DIGITS);
}
