import { JsonCursor } from './json/json-cursor.ts';
import { readRecords } from './read-records.ts';
import { tablesOf } from './reader/record-tables.ts';
import type { ByteSource } from './source.ts';
import type { TranscriptIndex } from './transcript-index.ts';

/** How two records of one uuid compare: history written twice is the same, a uuid used twice is not. */
export type Likeness = 'same' | 'same-but-time' | 'different';

const READ_AT_ONCE = 500;

/**
 * Compares the bytes of records; each record is read once, however many pairs name it.
 * @param pairs records of the index
 * @returns one answer per pair
 */
export async function compareRecords(
  source: ByteSource,
  index: TranscriptIndex,
  pairs: readonly (readonly [number, number])[],
): Promise<Likeness[]> {
  const records = [...new Set(pairs.flat())].sort((a, b) => a - b);
  const { timeName } = tablesOf(index.format.records);
  const prints = new Map<number, Fingerprint>();
  for (let from = 0; from < records.length; from += READ_AT_ONCE) {
    const some = records.slice(from, from + READ_AT_ONCE);
    const contents = await readRecords(source, index, some, Number.POSITIVE_INFINITY);
    some.forEach((record, i) => prints.set(record, fingerprint(contents[i]!, timeName)));
  }
  return pairs.map(([a, b]) => likeness(prints.get(a)!, prints.get(b)!));
}

/** Hashes of 64 bits and lengths: equal by chance for none of the pairs that ever were. */
interface Fingerprint {
  readonly whole: string;
  /** Without the record's time. */
  readonly timeless: string;
}

function likeness(a: Fingerprint, b: Fingerprint): Likeness {
  if (a.whole === b.whole) return 'same';
  return a.timeless === b.timeless ? 'same-but-time' : 'different';
}

function fingerprint(record: Uint8Array, timeName: string | null): Fingerprint {
  const time = timePlace(record, timeName);
  const head = hash(record.subarray(0, time.start));
  const tail = hash(record.subarray(time.end));
  return { whole: `${head} ${hash(record.subarray(time.start, time.end))} ${tail}`, timeless: `${head} ${tail}` };
}

/** Where the value of the record's time stands; behind the record where there is none. Of several the last one counts. */
function timePlace(record: Uint8Array, timeName: string | null): { readonly start: number; readonly end: number } {
  const cursor = new JsonCursor();
  cursor.reset(record, 0, record.length);
  let place = { start: record.length, end: record.length };
  if (!cursor.openObject()) return place;
  for (let first = true; cursor.member(first) === 'name'; first = false) {
    const isTime = cursor.text() === timeName;
    cursor.skipSpace();
    const start = cursor.pos;
    if (!cursor.skipValue()) return place;
    if (isTime) place = { start, end: cursor.pos };
  }
  return place;
}

/** Two FNV-1a hashes from different starts, and the length. */
function hash(bytes: Uint8Array): string {
  let a = 0x811c9dc5;
  let b = 0x2a5f7e31;
  for (const byte of bytes) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte ^ (a >>> 24), 0x0100_01b3);
  }
  return `${bytes.length}:${(a >>> 0).toString(36)}:${(b >>> 0).toString(36)}`;
}
