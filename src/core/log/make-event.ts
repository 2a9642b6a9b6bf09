import * as v from 'valibot';
import type { EventDraft, RepairEvent } from './event.ts';
import type { JsonValue } from '../json.ts';
import { eventDigest, type Sha256 } from './digest.ts';
import { RepairEventSchema } from './rows.ts';
import { StoreError, type LogHead } from './store.ts';
import { brokenRule } from '../broken-rule.ts';

/** The sources of the fields that a draft leaves open. */
export interface EventIdentity {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A new UUIDv7. */
  readonly newId: () => string;
  readonly sha256: Sha256;
  /** Version of Riff. */
  readonly engineVersion: string;
}

/** The same sources, but with a given id for the next event; undefined: a new id. */
export function withId(identity: EventIdentity, eventId: string | undefined): EventIdentity {
  return eventId === undefined ? identity : { ...identity, newId: () => eventId };
}

const MAX_DEPTH = 64;

/**
 * Builds the event after `head`.
 * @throws StoreError `invalid_data` when a store could not return the draft unchanged, so that its digest would not match
 */
export function makeEvent(draft: EventDraft, head: LogHead, identity: EventIdentity): RepairEvent {
  const problem = jsonProblem(draftAsJson(draft), 0);
  if (problem !== null) throw invalidDraft(problem);
  const unsigned = {
    event_id: identity.newId(),
    session_id: draft.session_id,
    seq: head.seq + 1,
    event_type: draft.event_type,
    timestamp: new Date(identity.now()).toISOString(),
    operator: draft.operator,
    message_id: draft.message_id,
    old_parent_uuid: draft.old_parent_uuid,
    new_parent_uuid: draft.new_parent_uuid,
    payload: draft.payload,
    reason: draft.reason,
    similarity_score: draft.similarity_score,
    validation_passed: draft.validation_passed,
    reverts_event_id: draft.reverts_event_id,
    transcript: { size: draft.transcript.size, sha256: draft.transcript.sha256 },
    engine_version: identity.engineVersion,
    prev_digest: head.digest,
  };
  const event = { ...unsigned, event_digest: eventDigest(unsigned, identity.sha256) };
  const checked = v.safeParse(RepairEventSchema, event);
  if (!checked.success) throw invalidDraft(brokenRule(checked.issues));
  return event;
}

/**
 * Checks that an event from another log is complete and matches its digest.
 * @throws StoreError `invalid_data`
 */
export function checkWritten(event: RepairEvent, sha256: Sha256): void {
  const problem = jsonProblem(draftAsJson(event), 0);
  if (problem === null && v.is(RepairEventSchema, event) && eventDigest(event, sha256) === event.event_digest) return;
  throw new StoreError(
    'invalid_data',
    `Event ${event.seq} cannot be written as it is: ${problem ?? 'its digest does not fit it'}.`,
    'Nothing of it was written; export the log again.',
  );
}

function invalidDraft(detail: string): StoreError {
  return new StoreError(
    'invalid_data',
    `This event cannot be logged: ${detail}`,
    'Report this with the session that shows it; nothing was written.',
  );
}

/** The parts of a draft that may contain any text or value. */
function draftAsJson(draft: EventDraft): JsonValue {
  return [
    draft.session_id,
    draft.operator,
    draft.message_id,
    draft.old_parent_uuid,
    draft.new_parent_uuid,
    draft.reason,
    draft.reverts_event_id,
    draft.payload,
  ];
}

/**
 * Why some store would not return a value exactly as it was written; null when all would. Lone surrogates have no UTF-8, integers
 * beyond 2^53 are not exact, and `__proto__` is not a safe key.
 */
export function jsonProblem(value: JsonValue, depth: number): string | null {
  if (depth > MAX_DEPTH) return `nested deeper than ${MAX_DEPTH} levels`;
  if (value === null || typeof value === 'boolean') return null;
  if (typeof value === 'string') return isWellFormed(value) ? null : 'text with half a surrogate pair';
  if (typeof value === 'number') return numberProblem(value);
  if (Array.isArray(value)) return firstProblem(value, depth);
  if (typeof value !== 'object') return `a ${typeof value} is not JSON`;
  const keys = Object.keys(value);
  if (keys.includes('__proto__')) return 'a key named __proto__';
  if (!keys.every(isWellFormed)) return 'a key with half a surrogate pair';
  return firstProblem(Object.values(value), depth);
}

function firstProblem(values: readonly JsonValue[], depth: number): string | null {
  for (const value of values) {
    const problem = jsonProblem(value, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}

function numberProblem(value: number): string | null {
  if (!Number.isFinite(value)) return 'a number that is not finite';
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? 'an integer beyond 2^53' : null;
}

function isWellFormed(text: string): boolean {
  // With the u flag a surrogate matches only where it has no partner.
  return !/\p{Surrogate}/u.test(text);
}
