import { JsonCursor } from '../json/json-cursor.ts';
import type { PhysicalLine } from './physical-line.ts';
import { ValueScan } from './value-scan.ts';

/** Lines inside a broken string. */
const MOST_LINES = 64;
/** Today's clients read values over several lines in files of up to so many bytes. */
const MOST_BYTES = 5 * 1024 * 1024;

/** What a further line is to a record that is still open. */
export type Continuation =
  /** The record goes on behind it. */
  | 'goes-on'
  /** The record may end on it. */
  | 'may-end'
  /** It cannot belong to the record. */
  | 'foreign';

/**
 * A record whose first line does not end it. Takes the lines that follow until it is closed, each looked at once.
 */
export class OpenRecord {
  readonly lines: PhysicalLine[];
  /** Whether it is JSON so far, spread over lines between its tokens; else line breaks may have cut its strings. */
  readonly isStrict: boolean;
  bytes: number;
  private readonly scan: ValueScan;
  private linesInString = 1;

  private constructor(first: PhysicalLine, isStrict: boolean, scan: ValueScan) {
    this.lines = [first];
    this.isStrict = isStrict;
    this.bytes = first.end - first.start;
    this.scan = scan;
  }

  /** Null where no record begins on this line that could go on behind it. */
  static of(first: PhysicalLine, isStrict: boolean): OpenRecord | null {
    const scan = new ValueScan(isStrict);
    return scan.line(first.bytes, first.start, first.end) === 'open' ? new OpenRecord(first, isStrict, scan) : null;
  }

  /** Takes a line unless it is foreign. */
  add(line: PhysicalLine): Continuation {
    this.bytes += line.end - line.start + 1;
    if (this.bytes > MOST_BYTES) return 'foreign';
    if (!this.isStrict && !this.canBreakInto(line)) return 'foreign';
    const result = this.scan.line(line.bytes, line.start, line.end);
    if (result === 'broken') return 'foreign';
    this.lines.push(line);
    return result === 'open' ? 'goes-on' : 'may-end';
  }

  /** Whether a line break in a string, not another record, may have brought the line here. */
  private canBreakInto(line: PhysicalLine): boolean {
    const part = line.bytes.subarray(line.start, line.end);
    if (part.includes(0)) return false;
    const isIndented = part[0] === 0x20 || part[0] === 0x09;
    if (!this.scan.inString) return isIndented || !startsObject(part);
    return ++this.linesInString <= MOST_LINES && !startsObject(part);
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
