import type { ByteInterner } from '../json/byte-interner.ts';
import { JsonCursor } from '../json/json-cursor.ts';
import { digits, parseTime } from './record-time.ts';

/** Not a string, or not a count. */
const NONE = -1;
/** Reading failed; not an id. */
export const FAILED = -3;

/** Reads single values at a cursor. A method that returns an id or a count returns `FAILED` where the bytes are not JSON. */
export class ValueReader {
  readonly cursor = new JsonCursor();
  private readonly names: ByteInterner;
  private readonly words: ByteInterner;

  /**
   * @param names gives ids to texts that are compared
   * @param words gives ids to texts of which there are few
   */
  constructor(names: ByteInterner, words: ByteInterner) {
    this.names = names;
    this.words = words;
  }

  /** The id of a string; -1 for any other value. @param likely the id that it probably is; -1 */
  name(likely = -1): number {
    return this.interned(this.names, likely);
  }

  /** The id of a string among the words; -1 for any other value. */
  word(): number {
    return this.interned(this.words, -1);
  }

  private interned(names: ByteInterner, likely: number): number {
    const { cursor } = this;
    if (cursor.nextKind() !== 'string') return cursor.skipValue() ? NONE : FAILED;
    if (!cursor.string()) return FAILED;
    if (!cursor.escaped) {
      if (names.holds(likely, cursor.view, cursor.textStart, cursor.textEnd)) return likely;
      return names.intern(cursor.view, cursor.textStart, cursor.textEnd);
    }
    return names.internText(cursor.text());
  }

  /** Whether the value is `true`; does not read it. */
  isTrue(): boolean {
    this.cursor.skipSpace();
    return this.cursor.bytes[this.cursor.pos] === 0x74;
  }

  isString(): boolean {
    return this.cursor.nextKind() === 'string';
  }

  /** Reads a list. @param take reads an object in it @returns how many values there are */
  list(take: (at: number) => boolean): number {
    const { cursor } = this;
    cursor.openArray();
    for (let at = 0; ; at++) {
      if (cursor.closeArray()) return at;
      if (at > 0 && !cursor.comma()) return FAILED;
      if (!(cursor.nextKind() === 'object' ? take(at) : cursor.skipValue())) return FAILED;
    }
  }

  /** A whole number of at most nine digits; -1 for any other value. */
  count(): number {
    const { cursor } = this;
    cursor.skipSpace();
    const start = cursor.pos;
    if (!cursor.skipValue()) return FAILED;
    const length = cursor.pos - start;
    const value = length > 9 ? Number.NaN : digits(cursor.bytes, start, length);
    return Number.isNaN(value) ? NONE : value;
  }

  /** Milliseconds since 1970; NaN for any value that is not a date. Null where the bytes are not JSON. */
  time(): number | null {
    const { cursor } = this;
    if (cursor.nextKind() !== 'string') return cursor.skipValue() ? Number.NaN : null;
    if (!cursor.string()) return null;
    return parseTime(cursor.bytes, cursor.textStart, cursor.textEnd);
  }
}
