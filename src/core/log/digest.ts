/**
 * Digests of the log, by which a changed, reordered or forged event is detected.
 */
import { canonicalize } from 'json-canonicalize';
import type { RepairEvent } from './event.ts';
import type { JsonValue } from '../json.ts';

/** SHA-256 of bytes as lower-case hex; injected, because the core has no cryptography of its own. */
export type Sha256 = (bytes: Uint8Array) => string;

const encoder = new TextEncoder();

/**
 * RFC 8785 canonical JSON: the same bytes for the same value, whatever the order of its keys.
 * @param value plain JSON; see `jsonProblem` for what is refused before it gets here
 */
export function canonicalJson(value: JsonValue): string {
  return canonicalize(value);
}

/**
 * SHA-256 over the canonical JSON of every field of the event but `event_digest`.
 * @returns lower-case hex, 64 characters
 */
export function eventDigest(event: Omit<RepairEvent, 'event_digest'>, sha256: Sha256): string {
  // Field by field, so that extra fields of a row (such as a database id) do not change the digest.
  return sha256(
    encoder.encode(
      canonicalJson({
        event_id: event.event_id,
        session_id: event.session_id,
        seq: event.seq,
        event_type: event.event_type,
        timestamp: event.timestamp,
        operator: event.operator,
        message_id: event.message_id,
        old_parent_uuid: event.old_parent_uuid,
        new_parent_uuid: event.new_parent_uuid,
        payload: event.payload,
        reason: event.reason,
        similarity_score: event.similarity_score,
        validation_passed: event.validation_passed,
        reverts_event_id: event.reverts_event_id,
        transcript: { size: event.transcript.size, sha256: event.transcript.sha256 },
        engine_version: event.engine_version,
        prev_digest: event.prev_digest,
      }),
    ),
  );
}
