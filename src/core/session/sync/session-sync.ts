import type { TranscriptFingerprint } from '../../transcript/fingerprint.ts';
import type { MessageRow, SessionRow } from '../../log/store.ts';

/** A session as the database keeps it. */
export interface SessionSync {
  /** Size and digest of the file as it was read. */
  fingerprint(): Promise<TranscriptFingerprint>;
  sessionRow(): Promise<SessionRow>;
  /** Rows [start, start + count) of all records; those that are not in the file are left out. */
  messageRows(start: number, count: number): Promise<readonly MessageRow[]>;
}
