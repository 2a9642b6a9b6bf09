import type { RecordRow } from '../../core/session/analysis-types.ts';
import type { SessionModel } from '../../core/session/model.ts';

/** Rows that are read at a time. */
const BATCH_ROWS = 2_000;

/** All rows of a session, in file order. */
export function allRows(session: Pick<SessionModel, 'rows'>): Promise<RecordRow[]> {
  return inBatches((start) => session.rows(start, BATCH_ROWS));
}

/** All messages that a resume of a repaired copy loads, in its order. */
export function allLoadedRows(session: Pick<SessionModel, 'loadedRows'>): Promise<RecordRow[]> {
  return inBatches((start) => session.loadedRows(start, BATCH_ROWS));
}

async function inBatches(rowsFrom: (start: number) => Promise<readonly RecordRow[]>): Promise<RecordRow[]> {
  const rows: RecordRow[] = [];
  for (;;) {
    const more = await rowsFrom(rows.length);
    if (more.length === 0) return rows;
    rows.push(...more);
  }
}
