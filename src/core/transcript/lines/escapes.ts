/**
 * Backslashes of strings whose `\\` became `\`, as a replacement over the whole file makes them: `C:\Users` is no JSON. What
 * stands in one word is read in one way.
 */
export interface RepairedWord {
  /** Where the word ends, or a quote in it. */
  readonly end: number;
  /** Every backslash of it stands for itself, also before a letter that makes an escape. */
  readonly isPlain: boolean;
  /** An escape of JSON stands in the same word, so that it may have been a backslash and a letter. */
  readonly isGuess: boolean;
}

const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/** Bytes behind the backslash by the byte that stands first there; 0 where JSON knows no such escape. @param at behind the backslash */
export function escapeLength(bytes: Uint8Array, at: number): number {
  const c = bytes[at];
  if (c === 0x75) return isHex(bytes, at + 1) ? 5 : 0;
  return c !== undefined && ESCAPED.includes(c) ? 1 : 0;
}

const ESCAPED = new TextEncoder().encode('"\\/bfnrt');

/** @param at a backslash in a string */
export function repairedWord(bytes: Uint8Array, at: number): RepairedWord {
  let hasInvalid = false;
  let hasLetter = false;
  let hasOther = false;
  let end = at;
  while (end < bytes.length && bytes[end]! > 0x20 && bytes[end] !== QUOTE) {
    if (bytes[end] !== BACKSLASH) {
      end++;
      continue;
    }
    const length = escapeLength(bytes, end + 1);
    const next = bytes[end + 1];
    if (next === QUOTE) break;
    if (length === 0) hasInvalid = true;
    else if (next === BACKSLASH || next === 0x2f) hasOther = true;
    else hasLetter = true;
    end += length === 0 ? 1 : 2;
  }
  const isPlain = hasInvalid && hasLetter && !hasOther && followsDrive(bytes, at);
  return { end, isPlain, isGuess: hasInvalid && (hasLetter || hasOther) };
}

/** Whether `C:` stands before it. */
function followsDrive(bytes: Uint8Array, at: number): boolean {
  return bytes[at - 1] === 0x3a && isLetter(bytes[at - 2]) && !isLetter(bytes[at - 3]);
}

function isLetter(c: number | undefined): boolean {
  return c !== undefined && (c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a;
}

function isHex(bytes: Uint8Array, at: number): boolean {
  for (let i = at; i < at + 4; i++) {
    const c = bytes[i];
    if (c === undefined) return false;
    const isDigit = c >= 0x30 && c <= 0x39;
    if (!isDigit && !((c | 0x20) >= 0x61 && (c | 0x20) <= 0x66)) return false;
  }
  return true;
}
