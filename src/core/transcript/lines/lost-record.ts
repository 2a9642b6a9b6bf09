import type { ByteInterner } from '../json/byte-interner.ts';
import type { LostPart } from './line-recovery.ts';
import type { LostRecord } from './line-problem.ts';
import type { RecordReader } from '../reader/record-reader.ts';
import type { RecordTables } from '../reader/record-tables.ts';

/** Members that stand behind the uuid in a record are short; further up a uuid is more likely part of something else. */
const TAIL = 64 * 1024;
const TRIES = 4;

/**
 * What a cut-off record still tells of itself: members that are whole at the beginning of its bytes, and, where the end is left
 * and the beginning is not or the middle is spoilt, those at the end. Members of inner objects are not taken for its own.
 * @returns null when nothing is known
 */
export function readLost(part: LostPart, { uuidStart }: RecordTables, reader: RecordReader, names: ByteInterner): LostRecord | null {
  let uuid = -1;
  let parent = -1;
  let hasEnd = true;
  if (part.bytes[part.start] === 0x7b) {
    reader.read(part.bytes, part.start, part.end);
    uuid = reader.uuid;
    parent = reader.parent;
    // What could be read up to its last byte was cut off there.
    hasEnd = reader.end < part.end;
  }
  if (uuid < 0 && hasEnd && uuidStart !== null) uuid = uuidAtEnd(part, uuidStart, reader);
  if (uuid < 0 && parent < 0) return null;
  return { uuid: uuid < 0 ? null : names.text(uuid), parent: parent < 0 ? null : names.text(parent) };
}

/** The uuid among the last members: those from which on the bytes are the rest of an object. */
function uuidAtEnd({ bytes, start, end }: LostPart, uuidStart: Uint8Array, reader: RecordReader): number {
  const tail = bytes.slice(Math.max(start, end - TAIL), end);
  if (!endsWithBrace(tail)) return -1;
  let at = tail.length;
  for (let tries = 0; tries < TRIES && at > 0; tries++) {
    at = lastIndexOf(tail, uuidStart, at - 1);
    if (at < 1) return -1;
    // What precedes is a comma; the rest becomes an object of its own behind a brace.
    const before = tail[at - 1]!;
    tail[at - 1] = 0x7b;
    if (reader.read(tail, at - 1, tail.length) === 'complete') return reader.uuid;
    tail[at - 1] = before;
  }
  return -1;
}

function endsWithBrace(bytes: Uint8Array): boolean {
  let pos = bytes.length - 1;
  while (bytes[pos] === 0x20 || bytes[pos] === 0x09 || bytes[pos] === 0x0d) pos--;
  return bytes[pos] === 0x7d;
}

function lastIndexOf(bytes: Uint8Array, text: Uint8Array, from: number): number {
  for (let pos = bytes.lastIndexOf(text[0]!, from); pos >= 0; pos = pos > 0 ? bytes.lastIndexOf(text[0]!, pos - 1) : -1) {
    if (pos + text.length > bytes.length) continue;
    let i = 1;
    while (i < text.length && bytes[pos + i] === text[i]) i++;
    if (i === text.length) return pos;
  }
  return -1;
}
