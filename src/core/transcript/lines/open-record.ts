import { JsonCursor } from '../json/json-cursor.ts';
import type { PhysicalLine } from './physical-line.ts';

const MOST_LINES = 64;
/** Bytes. */
const MOST_BYTES = 8 * 1024 * 1024;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What a further line is to a record that is still open. */
export type Continuation =
  /** It lies inside the broken string. */
  | 'goes-on'
  /** The strings are closed again at its end: the record may end here. */
  | 'may-end'
  /** It cannot belong to the record. */
  | 'foreign';

/**
 * A record whose first line ends inside a string: a line break that should have been escaped may have cut it there. Takes the
 * lines that follow until its strings are closed, each looked at once.
 */
export class OpenRecord {
  readonly lines: PhysicalLine[];
  private bytes: number;

  constructor(first: PhysicalLine) {
    this.lines = [first];
    this.bytes = first.end - first.start;
  }

  /** Takes a line unless it is foreign. */
  add(line: PhysicalLine): Continuation {
    this.bytes += line.end - line.start;
    if (this.lines.length >= MOST_LINES || this.bytes > MOST_BYTES) return 'foreign';
    const part = line.bytes.subarray(line.start, line.end);
    if (part.includes(0) || startsObject(part)) return 'foreign';
    this.lines.push(line);
    return endsInString(part) ? 'goes-on' : 'may-end';
  }

  /**
   * The bytes of all lines, with what stands between them.
   * @param from place of the record in the first line's buffer
   */
  raw(from: number): Uint8Array {
    const first = this.lines[0]!;
    const last = this.lines.at(-1)!;
    const origin = first.offset + from - first.start;
    const raw = new Uint8Array(last.offset + last.end - last.start - origin);
    let filled = 0;
    for (const line of this.lines) {
      const start = line === first ? from : line.start;
      const at = line.offset + start - line.start - origin;
      // Between two lines stands a newline, or a carriage return and a newline.
      if (at > 0) raw[at - 1] = 0x0a;
      if (at - filled > 1) raw[filled] = 0x0d;
      raw.set(line.bytes.subarray(start, line.end), at);
      filled = at + line.end - start;
    }
    return raw;
  }
}

/** Whether a line begins like an object with a name: inside a string the quotes would be escaped. */
export function startsObject(line: Uint8Array): boolean {
  const cursor = new JsonCursor();
  cursor.reset(line, 0, line.length);
  return cursor.openObject() && cursor.member(true) === 'name';
}

/** Whether a line that begins inside a string ends inside one. */
function endsInString(line: Uint8Array): boolean {
  let inString = true;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === QUOTE) inString = !inString;
    else if (line[i] === BACKSLASH) i++;
  }
  return inString;
}
