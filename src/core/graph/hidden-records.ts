import type { LineRange, Repairs } from './repairs.ts';
import { FLAG } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';

/** Loaders see the record. */
export const SEEN = 0;
/** It stands on a damaged line that no repair in force takes apart. */
export const ON_DAMAGED_LINE = 1;
/** Repairs leave its line out. */
export const LEFT_OUT = 2;

/** Per record: SEEN, or why loaders do not see it. */
export function hiddenRecords(index: TranscriptIndex, repairs: Repairs): Uint8Array {
  const hidden = new Uint8Array(index.count);
  const split = new Set(repairs.split);
  // Only damaged lines and a byte order mark hide a record of the file.
  for (const { line, records } of index.problems) {
    if (split.has(line)) continue;
    for (const record of records) if (index.isFlagged(record, FLAG.recovered)) hidden[record] = ON_DAMAGED_LINE;
  }
  if (index.encoding !== 'utf-8' && !split.has(1)) hidden.fill(ON_DAMAGED_LINE, 0, index.fileCount);
  const isBehindMark = index.hasBom && index.fileCount > 0 && index.columns.line[0] === 1 && index.isFlagged(0, FLAG.recovered);
  if (isBehindMark && !split.has(1)) hidden[0] = ON_DAMAGED_LINE;
  for (const range of repairs.quarantined) hideLines(index, range, hidden);
  hideNamed(index, repairs.bypassed, hidden);
  return hidden;
}

function hideLines(index: TranscriptIndex, [first, last]: LineRange, hidden: Uint8Array): void {
  const { line } = index.columns;
  for (let i = firstOfLine(index, first); i < index.fileCount && line[i]! <= last; i++) hidden[i] = LEFT_OUT;
}

/** Lines ascend with records, so the first record of a line is found by halving. */
function firstOfLine(index: TranscriptIndex, line: number): number {
  let low = 0;
  let high = index.fileCount;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (index.columns.line[middle]! < line) low = middle + 1;
    else high = middle;
  }
  return low;
}

function hideNamed(index: TranscriptIndex, uuids: readonly string[], hidden: Uint8Array): void {
  const names = new Set(uuids.map((uuid) => index.names.find(uuid)).filter((name) => name >= 0));
  if (names.size === 0) return;
  for (let i = 0; i < index.count; i++) if (names.has(index.columns.uuid[i]!)) hidden[i] = LEFT_OUT;
}
