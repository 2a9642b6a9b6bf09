import { viewOf } from './byte-interner.ts';

/**
 * A strict JSON reader over bytes that copies nothing: it accepts exactly what JSON.parse accepts (RFC 8259), remembers where
 * it failed, and never recurses, so depth is bounded by memory alone.
 */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

/** What the next value is, judged by its first byte. */
export type ValueKind = 'object' | 'array' | 'string' | 'other';

export class JsonCursor {
  bytes: Uint8Array = new Uint8Array(0);
  /** Of the same bytes. */
  view = new DataView(this.bytes.buffer);
  pos = 0;
  end = 0;
  /** Start and end of the last string's content, without its quotes. */
  textStart = 0;
  textEnd = 0;
  /** Whether the last string has a backslash, so that its bytes are not its text. */
  escaped = false;
  /** Whether the bytes ended inside a string, which may go on elsewhere. */
  endedInString = false;
  /** Whether some string read since the reset holds an escaped NUL; half of a surrogate pair, escaped. */
  sawNulEscape = false;
  sawLoneSurrogate = false;
  /** First bytes of the values that `skipNested` is inside of. */
  private readonly open: number[] = [];

  /** Looks at bytes [start, end). */
  reset(bytes: Uint8Array, start: number, end: number): void {
    if (bytes !== this.bytes) this.view = viewOf(bytes);
    this.bytes = bytes;
    this.pos = start;
    this.end = end;
    this.endedInString = this.sawNulEscape = this.sawLoneSurrogate = false;
  }

  skipSpace(): void {
    const { bytes, end } = this;
    let pos = this.pos;
    while (pos < end) {
      const c = bytes[pos]!;
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) break;
      pos++;
    }
    this.pos = pos;
  }

  /** Takes the byte if it is next, after spaces. */
  take(byte: number): boolean {
    if (this.pos < this.end && this.bytes[this.pos] === byte) {
      this.pos++;
      return true;
    }
    this.skipSpace();
    if (this.pos >= this.end || this.bytes[this.pos] !== byte) return false;
    this.pos++;
    return true;
  }

  openObject(): boolean {
    return this.take(OPEN_BRACE);
  }

  openArray(): boolean {
    return this.take(OPEN_BRACKET);
  }

  closeArray(): boolean {
    return this.take(CLOSE_BRACKET);
  }

  comma(): boolean {
    return this.take(COMMA);
  }

  nextKind(): ValueKind {
    if (this.pos < this.end && this.bytes[this.pos]! <= 0x20) this.skipSpace();
    if (this.pos >= this.end) return 'other';
    const c = this.bytes[this.pos];
    if (c === OPEN_BRACE) return 'object';
    if (c === OPEN_BRACKET) return 'array';
    return c === QUOTE ? 'string' : 'other';
  }

  /**
   * Reads the next member's name up to and including its colon; the name lies in textStart … textEnd.
   * @param first whether no member came before, so that no comma is due
   * @returns 'name', 'end' after the closing brace, or 'broken'
   */
  member(first: boolean): 'name' | 'end' | 'broken' {
    if (!first && this.memberAsWritten()) return 'name';
    if (first) {
      if (this.take(CLOSE_BRACE)) return 'end';
    } else if (!this.take(COMMA)) {
      return this.take(CLOSE_BRACE) ? 'end' : 'broken';
    }
    return this.string() && this.take(COLON) ? 'name' : 'broken';
  }

  /** The next member's name as clients write it: a comma, a name without escapes and a colon, with no spaces between. */
  private memberAsWritten(): boolean {
    const { bytes, end, pos } = this;
    if (pos + 2 >= end || bytes[pos] !== COMMA || bytes[pos + 1] !== QUOTE) return false;
    const close = endOfPlain(this.view, pos + 2, end);
    if (close + 1 >= end || bytes[close] !== QUOTE || bytes[close + 1] !== COLON) return false;
    this.textStart = pos + 2;
    this.textEnd = close;
    this.escaped = false;
    this.pos = close + 2;
    return true;
  }

  /** Reads a string; its content lies in textStart … textEnd. */
  string(): boolean {
    const { bytes, end } = this;
    if (this.pos >= end || bytes[this.pos] !== QUOTE) {
      this.skipSpace();
      if (this.pos >= end || bytes[this.pos] !== QUOTE) return false;
    }
    const start = this.pos + 1;
    const close = endOfPlain(this.view, start, end);
    this.textStart = start;
    if (close >= end || bytes[close] !== QUOTE) return this.unusualString(close);
    this.escaped = false;
    this.textEnd = close;
    this.pos = close + 1;
    return true;
  }

  /** Reads the rest of a string from a byte that ends its plain text and is no quote. */
  private unusualString(from: number): boolean {
    const { bytes, end } = this;
    let pos = from;
    this.escaped = false;
    for (;;) {
      if (pos >= end) break;
      const c = bytes[pos]!;
      if (c === QUOTE) {
        this.textEnd = pos;
        this.pos = pos + 1;
        return true;
      }
      if (c !== BACKSLASH) break;
      this.escaped = true;
      const length = pos + 1 < end ? ESCAPE_LENGTH[bytes[pos + 1]!]! : 0;
      if (length === 0 || (length === 6 && !isUnicodeEscape(bytes, pos, end))) break;
      pos = endOfPlain(this.view, length === 6 ? pos + this.unicodeEscape(pos) : pos + length, end);
    }
    this.pos = pos;
    this.endedInString = pos >= end;
    return false;
  }

  /** Notes what clients or the API stumble over. @returns bytes of the escape, of both where two make a pair */
  private unicodeEscape(pos: number): number {
    const unit = hexValue(this.bytes, pos + 2);
    if (unit === 0) this.sawNulEscape = true;
    if (unit < 0xd800 || unit > 0xdfff) return 6;
    const next = pos + 6;
    const isPair = unit < 0xdc00 && isEscapeOfLowSurrogate(this.bytes, next, this.end);
    if (isPair) return 12;
    this.sawLoneSurrogate = true;
    return 6;
  }

  /** Reads any value. */
  skipValue(): boolean {
    const kind = this.nextKind();
    if (kind === 'string') return this.string();
    if (kind === 'other') return this.scalar();
    return this.skipNested();
  }

  /** Whether the last string starts with these ASCII characters. */
  textStartsWith(start: Uint8Array): boolean {
    const bytes = this.escaped ? new TextEncoder().encode(this.text()) : this.bytes;
    const from = this.escaped ? 0 : this.textStart;
    if ((this.escaped ? bytes.length : this.textEnd - from) < start.length) return false;
    for (let i = 0; i < start.length; i++) if (bytes[from + i] !== start[i]) return false;
    return true;
  }

  /** Characters of the last string; bytes where it has no escape. */
  get textLength(): number {
    return this.escaped ? this.text().length : this.textEnd - this.textStart;
  }

  /** The last string read, decoded. */
  text(): string {
    const raw = DECODER.decode(this.bytes.subarray(this.textStart, this.textEnd));
    return this.escaped ? (JSON.parse(`"${raw}"`) as string) : raw;
  }

  private skipNested(): boolean {
    const { open } = this;
    let depth = 0;
    let opened = true;
    open[0] = this.bytes[this.pos++]!;
    while (depth >= 0) {
      const isObject = open[depth] === OPEN_BRACE;
      if (isObject) {
        const next = this.member(opened);
        if (next === 'broken') return false;
        if (next === 'end') {
          depth--;
          opened = false;
          continue;
        }
      } else {
        if (this.take(CLOSE_BRACKET)) {
          depth--;
          opened = false;
          continue;
        }
        if (!opened && !this.take(COMMA)) return false;
      }
      const kind = this.nextKind();
      opened = kind === 'object' || kind === 'array';
      if (opened) open[++depth] = this.bytes[this.pos++]!;
      else if (kind === 'string' ? !this.string() : !this.scalar()) return false;
    }
    return true;
  }

  private scalar(): boolean {
    const c = this.bytes[this.pos];
    if (this.pos >= this.end) return false;
    if (c === 0x74) return this.word('true');
    if (c === 0x66) return this.word('false');
    if (c === 0x6e) return this.word('null');
    return this.number();
  }

  private word(word: string): boolean {
    for (let i = 0; i < word.length; i++) {
      if (this.pos + i >= this.end || this.bytes[this.pos + i] !== word.charCodeAt(i)) return false;
    }
    this.pos += word.length;
    return true;
  }

  private number(): boolean {
    if (this.byteAt(this.pos) === 0x2d) this.pos++;
    if (this.byteAt(this.pos) === 0x30) this.pos++;
    else if (!this.digits()) return false;
    if (this.byteAt(this.pos) === 0x2e) {
      this.pos++;
      if (!this.digits()) return false;
    }
    const e = this.byteAt(this.pos);
    if (e === 0x65 || e === 0x45) {
      this.pos++;
      const sign = this.byteAt(this.pos);
      if (sign === 0x2b || sign === 0x2d) this.pos++;
      if (!this.digits()) return false;
    }
    return true;
  }

  private digits(): boolean {
    const from = this.pos;
    while (isDigit(this.byteAt(this.pos))) this.pos++;
    return this.pos > from;
  }

  private byteAt(pos: number): number {
    return pos < this.end ? this.bytes[pos]! : -1;
  }
}

/** A text may begin with U+FEFF. */
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** Where a run of plain text in a string ends: at a quote, a backslash, a control character or `end`. */
function endOfPlain(bytes: DataView, start: number, end: number): number {
  let pos = start;
  // Four bytes at once. The lowest bit that is set stands for the first byte that ends the run.
  for (; pos + 4 <= end; pos += 4) {
    const word = bytes.getInt32(pos, true);
    const quoteOrControl = (word ^ 0x02020202) - 0x21212121;
    const backslash = (word ^ 0x5c5c5c5c) - 0x01010101;
    const found = (quoteOrControl | backslash) & ~word & 0x80808080;
    if (found !== 0) return pos + ((31 - Math.clz32(found & -found)) >> 3);
  }
  for (; pos < end; pos++) {
    const c = bytes.getUint8(pos);
    if (c === QUOTE || c === BACKSLASH || c < 0x20) break;
  }
  return pos;
}

/** Bytes of an escape by the byte behind its backslash; 0 where JSON knows none. */
const ESCAPE_LENGTH = new Uint8Array(256);
for (const c of '"\\/bfnrt') ESCAPE_LENGTH[c.charCodeAt(0)] = 2;
ESCAPE_LENGTH[0x75] = 6;

function isUnicodeEscape(bytes: Uint8Array, pos: number, end: number): boolean {
  if (pos + 6 > end) return false;
  for (let i = pos + 2; i < pos + 6; i++) if (!isHex(bytes[i]!)) return false;
  return true;
}

function isEscapeOfLowSurrogate(bytes: Uint8Array, pos: number, end: number): boolean {
  if (bytes[pos] !== BACKSLASH || bytes[pos + 1] !== 0x75 || !isUnicodeEscape(bytes, pos, end)) return false;
  const unit = hexValue(bytes, pos + 2);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** The number that four hexadecimal digits make. */
function hexValue(bytes: Uint8Array, pos: number): number {
  let value = 0;
  for (let i = pos; i < pos + 4; i++) value = value * 16 + (bytes[i]! & 0xf) + (bytes[i]! > 0x39 ? 9 : 0);
  return value;
}

function isHex(c: number): boolean {
  return isDigit(c) || (c >= 0x61 && c <= 0x66) || (c >= 0x41 && c <= 0x46);
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}
