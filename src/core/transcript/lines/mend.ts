import { joinBytes } from '../json/join-bytes.ts';
/**
 * Some damaged records are whole but for bytes that JSON does not allow: raw line breaks inside a string, NUL bytes. Mending
 * writes a line break as `\n` and leaves NUL bytes out; nothing else changes.
 */
export interface Mended {
  /** The record as JSON. */
  readonly bytes: Uint8Array;
  /** Where it differs from the raw bytes, in order. */
  readonly seams: readonly Seam[];
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

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const ESCAPED_NEWLINE = Uint8Array.of(0x5c, 0x6e);
const NOTHING = new Uint8Array(0);

/** @param raw the record as it stands in the file, from its first brace to its last */
export function mend(raw: Uint8Array): Mended {
  const seams: Seam[] = [];
  const pieces: Uint8Array[] = [];
  let kept = 0;
  let length = 0;
  for (let i = 0; i < raw.length; i++) {
    if (raw[i] !== 0 && raw[i] !== NEWLINE) continue;
    const isNewline = raw[i] === NEWLINE;
    const start = isNewline && i > kept && raw[i - 1] === CARRIAGE_RETURN ? i - 1 : i;
    if (!isNewline) while (raw[i + 1] === 0) i++;
    const bytes = isNewline ? ESCAPED_NEWLINE : NOTHING;
    pieces.push(raw.subarray(kept, start), bytes);
    length += start - kept;
    seams.push({ start, end: i + 1, at: length, bytes });
    length += bytes.length;
    kept = i + 1;
  }
  pieces.push(raw.subarray(kept));
  return { bytes: seams.length === 0 ? raw : joinBytes(pieces), seams };
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
