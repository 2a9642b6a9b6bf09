import { locateValues } from '../transcript/json/locate.ts';
import { readRecords } from '../transcript/read-records.ts';
import type { ByteSource } from '../transcript/source.ts';
import type { AskedPlace, FindingPlace } from './records/session-records.ts';
import { rowOfLine } from './navigate.ts';
import type { SessionState } from './state.ts';

/** Where findings are shown. */
export async function findingPlaces(source: ByteSource, state: SessionState, asked: readonly AskedPlace[]): Promise<FindingPlace[]> {
  return Promise.all(
    asked.map(async ({ line, uuid, withColumns }) => {
      const record = uuid === null ? -1 : state.graph.recordNamed(uuid);
      const row = uuid === null ? rowOfLine(state, line) : record < 0 ? -1 : state.rowOfRecord[record]!;
      return { row: row < 0 ? null : row, columns: withColumns ? await parentColumns(source, state, line) : null };
    }),
  );
}

/** Columns of the value that names the parent in its line; null when it is not there. */
async function parentColumns(source: ByteSource, state: SessionState, line: number): Promise<FindingPlace['columns']> {
  const { index, rows } = state;
  const row = rowOfLine(state, line);
  const { parent } = index.format.changes.members;
  if (row < 0 || parent === null) return null;
  const [bytes] = await readRecords(source, index, [rows[row]!], Number.POSITIVE_INFINITY);
  const place = locateValues(bytes!, [parent]).get(parent);
  if (place === undefined) return null;
  const decoder = new TextDecoder();
  const start = decoder.decode(bytes!.subarray(0, place.start)).length;
  return { start, end: start + decoder.decode(bytes!.subarray(place.start, place.end)).length };
}
