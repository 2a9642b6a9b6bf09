import type { SessionRecords } from '../../core/session/records/session-records.ts';
import type { RecordRef } from '../../protocol/record-ref.ts';

/** A record as suggestions and history name it; one that is not in the file keeps its id alone. */
export async function recordRef(records: SessionRecords, uuid: string): Promise<RecordRef> {
  const index = await records.rowOf(uuid);
  const row = index === null ? undefined : (await records.rows(index, 1))[0];
  if (row === undefined) return { uuid, row: null, line: null, kind: null, label: '', text: '', timestamp: null };
  return {
    uuid,
    row: row.row,
    line: row.line,
    kind: row.kind,
    label: row.label,
    text: row.text,
    timestamp: row.timestamp,
  };
}
