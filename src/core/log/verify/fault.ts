import type { RepairEvent } from '../event.ts';

export type LogFaultCode =
  /** A row that is no event: a value breaks the rule of its field. */
  | 'unreadable'
  /** An event of another session stands in this log. */
  | 'session'
  /** A seq is missing, repeated or out of order. */
  | 'gap'
  /** The event is not what its digest was made of. */
  | 'digest'
  /** The event has a digest that fits, and is not the one that stood here. */
  | 'forged'
  /** prev_digest is not the digest of the event before. */
  | 'link'
  /** Two events have the same id. */
  | 'repeated-id'
  /** A revert names no earlier event, or something else names one. */
  | 'revert'
  /** An event that was seen here before is gone. */
  | 'removed'
  /** The log ends before a head that was seen before, or holds another event there. */
  | 'head'
  /** The stored view is not what the events give. */
  | 'view'
  /** Not a fault: an event is dated before the one it stands behind, as with two clocks. */
  | 'clock'
  /** Not a fault: the view waits to be rebuilt, or is not there. */
  | 'view-behind';

/** Codes that are worth knowing and no sign that anything was changed. */
const NOTES: ReadonlySet<LogFaultCode> = new Set<LogFaultCode>(['clock', 'view-behind']);

/** One thing that does not hold in a log, by event and field where that can be told. */
export interface LogFault {
  readonly code: LogFaultCode;
  readonly severity: 'fault' | 'note';
  readonly seq: number | null;
  readonly event_id: string | null;
  /** Name of the field; null where no single one can be told. */
  readonly field: string | null;
  readonly message: string;
}

export interface LogVerdict {
  readonly session_id: string;
  /** Rows that were looked at. */
  readonly events: number;
  /** No fault; there may be notes. */
  readonly is_sound: boolean;
  /** By position in the log; those about the head and the view last. */
  readonly faults: readonly LogFault[];
}

type Place = Pick<RepairEvent, 'seq' | 'event_id'> | { readonly seq: number | null; readonly event_id: string | null };

/** @param place the event it is about; null for the log as a whole */
export function fault(code: LogFaultCode, place: Place | null, field: string | null, message: string): LogFault {
  return {
    code,
    severity: NOTES.has(code) ? 'note' : 'fault',
    seq: place?.seq ?? null,
    event_id: place?.event_id ?? null,
    field,
    message,
  };
}
