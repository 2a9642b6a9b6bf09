import { joinBytes } from '../json/join-bytes.ts';
import { escapeLength, repairedWord, type RepairedWord } from './escapes.ts';

/**
 * Some damaged records are whole but for bytes that JSON does not allow: raw line breaks and other control characters inside a string,
 * backslashes that should have been two, NUL bytes. Mending escapes them and leaves NUL bytes out. Line breaks between tokens become a
 * space. Nothing else changes.
 */
export interface Mended {
  /** The record as JSON. */
  readonly bytes: Uint8Array;
  /** Where it differs from the raw bytes, in order. */
  readonly seams: readonly Seam[];
  /** Whether an escape was read as a backslash and a letter, or may have been one: the text may have been another. */
  readonly isGuess: boolean;
}

/** One place that was mended. */
export interface Seam {
  /** The replaced bytes: [start, end) of the raw record. */
  readonly start: number;
  readonly end: number;
  /** Where the replacement stands in the mended record. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** A replacement of bytes [start, end). */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = Uint8Array.of(0x20);
const NOTHING = new Uint8Array(0);
const TWO_BACKSLASHES = Uint8Array.of(BACKSLASH, BACKSLASH);

/** Leaves NUL bytes out. @param raw bytes of a line */
export function withoutNuls(raw: Uint8Array): Mended {
  const mending = new Mending(raw);
  for (let i = raw.indexOf(0); i >= 0; i = raw.indexOf(0, i)) {
    const start = i;
    while (raw[i] === 0) i++;
    mending.replace(start, i, NOTHING);
  }
  return mending.result();
}

/** @param raw the record as it stands in the file, from its first brace to its last */
export function mend(raw: Uint8Array): Mended {
  const mending = new Mending(raw);
  let inString = false;
  for (let i = 0; i < raw.length;) {
    const c = raw[i]!;
    if (c === 0) i = mending.nuls(i);
    else if (c === QUOTE) {
      inString = !inString;
      i++;
    } else if (!inString) i = c === NEWLINE ? mending.space(i) : i + 1;
    else if (c === BACKSLASH) i = mending.backslash(i);
    else if (isWritten(c)) i = mending.control(i);
    else i++;
  }
  return mending.result();
}

/** Collects what is replaced. */
class Mending {
  private readonly raw: Uint8Array;
  private readonly seams: Seam[] = [];
  private readonly pieces: Uint8Array[] = [];
  private kept = 0;
  private length = 0;
  private isGuess = false;
  /** The word of the last backslash. */
  private word: RepairedWord = { end: 0, isPlain: false, isGuess: false };

  constructor(raw: Uint8Array) {
    this.raw = raw;
  }

  replace(start: number, end: number, bytes: Uint8Array): number {
    this.pieces.push(this.raw.subarray(this.kept, start), bytes);
    this.length += start - this.kept;
    this.seams.push({ start, end, at: this.length, bytes });
    this.length += bytes.length;
    this.kept = end;
    return end;
  }

  nuls(start: number): number {
    let end = start;
    while (this.raw[end] === 0) end++;
    return this.replace(start, end, NOTHING);
  }

  /** A line break between tokens, with the spaces around it. */
  space(newline: number): number {
    const { raw } = this;
    let start = newline;
    while (start > this.kept && isSpace(raw[start - 1]!)) start--;
    let end = newline + 1;
    while (end < raw.length && isSpace(raw[end]!)) end++;
    return this.replace(start, end, SPACE);
  }

  /** A control character in a string. */
  control(at: number): number {
    const { raw } = this;
    const isLineEnd = raw[at] === CARRIAGE_RETURN && raw[at + 1] === NEWLINE;
    const end = isLineEnd ? at + 2 : at + 1;
    return this.replace(at, end, new TextEncoder().encode(JSON.stringify(String.fromCharCode(raw[end - 1]!)).slice(1, -1)));
  }

  /** A backslash in a string: of an escape, or one that should have been two. */
  backslash(at: number): number {
    const { raw } = this;
    if (at >= this.word.end) {
      this.word = repairedWord(raw, at);
      this.isGuess ||= this.word.isGuess;
    }
    let next = at + 1;
    while (raw[next] === 0) next++;
    const length = escapeLength(raw, next);
    if (length === 0 || (this.word.isPlain && at < this.word.end)) return this.replace(at, at + 1, TWO_BACKSLASHES);
    if (next > at + 1) this.replace(at + 1, next, NOTHING);
    return next + 1;
  }

  result(): Mended {
    const { raw, seams, pieces, isGuess } = this;
    if (seams.length === 0) return { bytes: raw, seams, isGuess: false };
    return { bytes: joinBytes([...pieces, raw.subarray(this.kept)]), seams, isGuess };
  }
}

/** Control characters that occur in text: backspace to carriage return, and escape. Others are what damage leaves. */
function isWritten(c: number): boolean {
  return (c >= 0x08 && c <= CARRIAGE_RETURN) || c === 0x1b;
}

function isSpace(c: number): boolean {
  return c === 0x20 || c === 0x09 || c === NEWLINE || c === CARRIAGE_RETURN;
}

/** The byte of the raw record that byte `pos` of the mended one was; a replacement counts as its first byte. */
export function rawPosition(seams: readonly Seam[], pos: number): number {
  let low = 0;
  let high = seams.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (seams[middle]!.at <= pos) low = middle + 1;
    else high = middle;
  }
  // The last seam at or before the position; of several at one place the last, because all but it put nothing.
  const seam = seams[low - 1];
  if (seam === undefined) return pos;
  const into = pos - seam.at;
  return into < seam.bytes.length ? seam.start : seam.end + into - seam.bytes.length;
}

/**
 * The edits that write a mended record into a copy of its file.
 * @param offset of the raw record in the file
 * @param replacements within the mended record, in order
 * @returns replacements of the file's bytes, in order: those that mend, and those given
 */
export function mendingEdits(mended: Mended, offset: number, replacements: readonly Replacement[] = []): Replacement[] {
  const given = replacements.map(({ start, end, bytes }) => ({
    start: rawPosition(mended.seams, start),
    end: end > start ? rawPosition(mended.seams, end - 1) + 1 : rawPosition(mended.seams, start),
    bytes,
  }));
  const covered = (seam: Seam): boolean => given.some((one) => seam.start >= one.start && seam.end <= one.end);
  const mending = mended.seams.filter((seam) => !covered(seam)).map(({ start, end, bytes }) => ({ start, end, bytes }));
  return [...mending, ...given]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, bytes }) => ({ start: offset + start, end: offset + end, bytes }));
}
