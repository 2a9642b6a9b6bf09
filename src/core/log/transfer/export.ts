/**
 * A log as one document: to keep, to pass on, to import into another store.
 */
import { checkpointsOf } from '../position/checkpoints.ts';
import { canonicalJson, type Sha256 } from '../digest.ts';
import type { RepairEvent } from '../event.ts';
import { replay } from '../replay.ts';
import type { LogHead } from '../store.ts';

export const EXPORT_FORMAT = '2.0';
const EXPORT_TYPE = 'repair_event_log';

export interface LogExport {
  readonly format_version: typeof EXPORT_FORMAT;
  readonly export_type: typeof EXPORT_TYPE;
  readonly session_id: string;
  /** ISO 8601, UTC. */
  readonly exported_at: string;
  readonly event_count: number;
  readonly metadata: ExportMetadata;
  /** By seq, with every field as it is stored. */
  readonly events: readonly RepairEvent[];
}

export interface ExportMetadata {
  readonly total_events: number;
  /** Events in force. */
  readonly active_events: number;
  /** Reverted events. */
  readonly reverted_events: number;
  /** Repairs in force. */
  readonly active_repairs: number;
  /** Records that a repair in force is about. */
  readonly messages_repaired: number;
  /** Events by operator. */
  readonly operators: Readonly<Record<string, number>>;
  readonly checkpoints: Readonly<Record<string, number>>;
  readonly first_event_timestamp: string | null;
  readonly last_event_timestamp: string | null;
  readonly head: LogHead;
  readonly session_digest: string;
}

const encoder = new TextEncoder();

/**
 * @param events the whole log, by seq
 * @param nowMs milliseconds since the epoch
 */
export function exportLog(sessionId: string, events: readonly RepairEvent[], nowMs: number, sha256: Sha256): LogExport {
  return {
    format_version: EXPORT_FORMAT,
    export_type: EXPORT_TYPE,
    session_id: sessionId,
    exported_at: new Date(nowMs).toISOString(),
    event_count: events.length,
    metadata: exportMetadata(events, sha256),
    events,
  };
}

/** The figures of a log, and the digest of the whole log. */
export function exportMetadata(events: readonly RepairEvent[], sha256: Sha256): ExportMetadata {
  const state = replay(events);
  const active = state.activeEvents();
  const { active_repairs, reverted_events, operators } = state.statistics();
  const repaired = new Set(active.flatMap((event) => (event.event_type === 'reverted' ? [] : (event.message_id ?? []))));
  return {
    total_events: events.length,
    active_events: active.length,
    reverted_events,
    active_repairs,
    messages_repaired: repaired.size,
    operators,
    checkpoints: Object.fromEntries(checkpointsOf(events).map(({ name, seq }) => [name, seq])),
    first_event_timestamp: events[0]?.timestamp ?? null,
    last_event_timestamp: events.at(-1)?.timestamp ?? null,
    head: state.head,
    session_digest: sessionDigest(events, sha256),
  };
}

/** SHA-256 over the canonical JSON of all event digests in order: it changes with every event and with their order. */
function sessionDigest(events: readonly Pick<RepairEvent, 'event_digest'>[], sha256: Sha256): string {
  return sha256(encoder.encode(canonicalJson(events.map(({ event_digest }) => event_digest))));
}
