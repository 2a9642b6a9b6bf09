import type { ByteSource } from './source.ts';
import { mend } from './lines/mend.ts';
import { FLAG } from './record-kinds.ts';
import type { TranscriptIndex } from './transcript-index.ts';

/** Neighbouring records are read together up to this many bytes. */
const BATCH = 1024 * 1024;

/**
 * Reads records as JSON: their bytes, mended where they are none as they stand in the file.
 * @param records indices of the index, those of the file ascending
 * @param most bytes of one record that are read at most; longer ones come shortened
 * @returns one buffer per record, views of larger ones
 */
export async function readRecords(
  source: ByteSource,
  index: TranscriptIndex,
  records: readonly number[],
  most: number,
): Promise<Uint8Array[]> {
  const raw = await readRawRecords(source, index, records, most);
  return raw.map((bytes, i) => (index.isFlagged(records[i]!, FLAG.mended) ? mend(bytes).bytes : bytes));
}

/**
 * Reads the bytes of records as they stand in the file.
 * @param records indices of the index, those of the file ascending
 * @param most bytes of one record that are read at most; longer ones come shortened
 * @returns one buffer per record, views of larger ones
 */
export async function readRawRecords(
  source: ByteSource,
  index: TranscriptIndex,
  records: readonly number[],
  most: number,
): Promise<Uint8Array[]> {
  const { offset, length } = index.columns;
  const result: Uint8Array[] = [];
  for (let from = 0; from < records.length;) {
    const inserted = index.insertions[records[from]! - index.fileCount];
    if (inserted !== undefined) {
      result.push(inserted.bytes.subarray(0, most));
      from++;
      continue;
    }
    const start = offset[records[from]!]!;
    let to = from + 1;
    while (to < records.length && records[to]! < index.fileCount && offset[records[to]!]! + length[records[to]!]! - start <= BATCH) to++;
    const last = records[to - 1]!;
    const end = offset[last]! + (to === from + 1 ? Math.min(length[last]!, most) : length[last]!);
    const bytes = await source.read(start, end);
    for (const record of records.slice(from, to)) {
      const begin = offset[record]! - start;
      result.push(bytes.subarray(begin, begin + Math.min(length[record]!, most)));
    }
    from = to;
  }
  return result;
}
