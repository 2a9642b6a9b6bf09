const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** What may come next. */
const EXPECT = { value: 0, firstValue: 1, firstName: 2, name: 3, colon: 4, comma: 5 } as const;

/**
 * Follows one JSON value over several lines: where it ends, and whether it still can. Each byte is looked at once. Words, numbers and
 * escapes are not checked: who wants the value parses it.
 */
export class ValueScan {
  /** Whether the last line ended inside a string. */
  inString = false;
  private readonly isStrict: boolean;
  private readonly open: number[] = [];
  private expect: number = EXPECT.value;

  /** @param isStrict whether a string must end on its line, as in JSON */
  constructor(isStrict: boolean) {
    this.isStrict = isStrict;
  }

  /** Takes the next line: the value goes on behind it, has ended on it, or is none. */
  line(bytes: Uint8Array, start: number, end: number): 'open' | 'ended' | 'broken' {
    let pos = this.inString ? this.string(bytes, start, end) : start;
    while (pos < end) {
      const c = bytes[pos]!;
      if (c === 0x20 || c === 0x09 || c === 0x0d) {
        pos++;
        continue;
      }
      if (!this.token(c)) return 'broken';
      if (this.open.length === 0) return 'ended';
      pos = c === QUOTE ? this.string(bytes, pos + 1, end) : isOfScalar(c) ? endOfScalar(bytes, pos, end) : pos + 1;
    }
    return this.inString && this.isStrict ? 'broken' : 'open';
  }

  /** Behind the string that goes on at `start`. */
  private string(bytes: Uint8Array, start: number, end: number): number {
    this.inString = true;
    for (let pos = start; pos < end; pos++) {
      if (bytes[pos] === BACKSLASH) pos++;
      else if (bytes[pos] === QUOTE) {
        this.inString = false;
        return pos + 1;
      }
    }
    return end;
  }

  /** Whether a token that begins with this byte may stand here. */
  private token(c: number): boolean {
    const { open, expect } = this;
    const inner = open.at(-1);
    if (c === CLOSE_BRACE || c === CLOSE_BRACKET) {
      const isFirst = expect === (c === CLOSE_BRACE ? EXPECT.firstName : EXPECT.firstValue);
      if (inner !== (c === CLOSE_BRACE ? OPEN_BRACE : OPEN_BRACKET) || (expect !== EXPECT.comma && !isFirst)) return false;
      open.pop();
      this.expect = EXPECT.comma;
      return true;
    }
    if (c === COMMA || c === COLON) {
      if (expect !== (c === COMMA ? EXPECT.comma : EXPECT.colon)) return false;
      this.expect = c === COMMA && inner === OPEN_BRACE ? EXPECT.name : EXPECT.value;
      return true;
    }
    if (expect === EXPECT.name || expect === EXPECT.firstName) {
      this.expect = EXPECT.colon;
      return c === QUOTE;
    }
    if (expect !== EXPECT.value && expect !== EXPECT.firstValue) return false;
    if (c === OPEN_BRACE || c === OPEN_BRACKET) {
      open.push(c);
      this.expect = c === OPEN_BRACE ? EXPECT.firstName : EXPECT.firstValue;
      return true;
    }
    this.expect = EXPECT.comma;
    return c === QUOTE || isOfScalar(c);
  }
}

/** A letter, a digit, a sign or a point. */
function isOfScalar(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a) || c === 0x2d || c === 0x2b || c === 0x2e;
}

function endOfScalar(bytes: Uint8Array, start: number, end: number): number {
  let pos = start;
  while (pos < end && isOfScalar(bytes[pos]!)) pos++;
  return pos;
}
