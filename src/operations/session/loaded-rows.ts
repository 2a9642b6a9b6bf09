import type { RecordRow } from '../../core/session/analysis-types.ts';
import type { SessionRecords } from '../../core/session/records/session-records.ts';

/** Rows that are read at a time. */
const BATCH_ROWS = 2_000;

/** All rows of a session, in file order. */
export function allRows(records: SessionRecords): Promise<RecordRow[]> {
  return inBatches((start) => records.rows(start, BATCH_ROWS));
}

/** All messages that a resume of a repaired copy loads, in its order. */
export function allLoadedRows(records: SessionRecords): Promise<RecordRow[]> {
  return inBatches((start) => records.loadedRows(start, BATCH_ROWS));
}

async function inBatches(rowsFrom: (start: number) => Promise<readonly RecordRow[]>): Promise<RecordRow[]> {
  const rows: RecordRow[] = [];
  for (;;) {
    const more = await rowsFrom(rows.length);
    if (more.length === 0) return rows;
    rows.push(...more);
  }
}
