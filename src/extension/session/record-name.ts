import type { SessionRecords } from '../../core/session/records/session-records.ts';
import { rowName } from '../quickfix/suggestion-text.ts';

/** What a person calls a record: its line and kind, or its id where the file does not have it. */
export async function recordName(records: SessionRecords, uuid: string | null): Promise<string> {
  if (uuid === null) return 'no parent';
  const row = await records.rowOf(uuid);
  const found = row === null ? undefined : (await records.rows(row, 1))[0];
  return found === undefined ? `${uuid.slice(0, 8)}… (missing)` : `line ${found.line} (${rowName(found)})`;
}

/** Date and time to the minute, in the window's time zone. @param iso ISO 8601 */
export function shortTime(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? '' : time.toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' });
}
