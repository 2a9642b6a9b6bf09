import type { RepairEvent } from '../event.ts';

export type LogFaultCode =
  /** The row is not an event: a value violates the rule of its field. */
  | 'unreadable'
  /** An event of another session is in this log. */
  | 'session'
  /** A seq is missing, repeated or out of order. */
  | 'gap'
  /** The event does not match its digest. */
  | 'digest'
  /** The event matches its digest but is not the one that was seen here before. */
  | 'forged'
  /** prev_digest is not the digest of the event before. */
  | 'link'
  /** Two events have the same id. */
  | 'repeated-id'
  /** A revert names no earlier event, or an event that is no revert names one. */
  | 'revert'
  /** An event that was seen before is missing. */
  | 'removed'
  /** The log ends before a head that was seen before, or has another event there. */
  | 'head'
  /** The stored view differs from the fold of the events. */
  | 'view'
  /** Not a fault: an event is dated before its predecessor, as happens with two clocks. */
  | 'clock'
  /** Not a fault: the view waits to be rebuilt, or is missing. */
  | 'view-behind';

/** Codes that are worth knowing but no sign of a change. */
const NOTES: ReadonlySet<LogFaultCode> = new Set<LogFaultCode>(['clock', 'view-behind']);

/** One fault of a log, with event and field where these can be determined. */
export interface LogFault {
  readonly code: LogFaultCode;
  readonly severity: 'fault' | 'note';
  readonly seq: number | null;
  readonly event_id: string | null;
  /** Name of the field; null when no single field can be named. */
  readonly field: string | null;
  readonly message: string;
}

export interface LogVerdict {
  readonly session_id: string;
  /** Number of rows that were checked. */
  readonly events: number;
  /** Whether there is no fault; there may be notes. */
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
