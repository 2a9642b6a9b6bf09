import type { LineProblemKind } from './line-problem.ts';
import { rawPosition, withoutNuls, type Seam } from './mend.ts';
import type { PhysicalLine } from './physical-line.ts';
import { skipSpace } from './skip-space.ts';

/** What stands at a place of a line. */
export interface ProbedObject {
  readonly result: 'complete' | 'trailing' | 'broken';
  /** Behind the object, or where reading failed. */
  readonly end: number;
  /** Whether the object is a record by its own members, not a part of one. */
  readonly isRecord: boolean;
  /** Whether its ids have the length of ids: bytes that NUL bytes replaced are gone. */
  readonly hasWholeIds: boolean;
}

/** Reads the object that begins at `start`. */
export type ObjectProbe = (bytes: Uint8Array, start: number, end: number) => ProbedObject;

/** A part of a damaged line that is a whole object. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** Its bytes are JSON only when they are mended. */
  readonly isMended: boolean;
}

/** Bytes that belong to no piece. */
export interface LostPart {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** What could be saved of a line that is not one object. */
export interface RecoveredLine {
  readonly kind: LineProblemKind;
  readonly pieces: readonly Piece[];
  readonly lost: readonly LostPart[];
}

/** How often the bytes of a line may be read again while looking for records in it: keeps the search linear. */
const REREADS = 8;

/** So many NUL bytes in a row are a sector that was never written: what stands before and behind is not one record. */
const SECTOR = 512;

/**
 * Takes a line apart that does not hold exactly one object: leaves NUL bytes out, separates objects written without a newline,
 * and finds the whole records between cut-off ones. Text is never guessed: a piece is an object that parses as it stands, or
 * once NUL bytes are left out.
 * @param starts what whole records begin with
 */
export function recoverLine(starts: readonly Uint8Array[], line: PhysicalLine, probe: ObjectProbe): RecoveredLine {
  const { bytes, start, end, isLastUnterminated } = line;
  const search = new Search(probe, starts, (end - start) * REREADS);
  let hasNul = false;
  for (const segment of segmentsOf(bytes.subarray(start, end))) {
    const raw = bytes.subarray(start + segment.start, start + segment.end);
    const mended = withoutNuls(raw);
    if (mended.seams.length === 0) search.segment(bytes, start + segment.start, start + segment.end, [], 0);
    else search.segment(mended.bytes, 0, mended.bytes.length, mended.seams, start + segment.start);
    hasNul ||= mended.seams.length > 0 || raw.length < end - start;
  }
  return {
    kind: hasNul || bytes[start] === 0 ? 'nul' : kindOf(search, isLastUnterminated && bytes[start] === 0x7b),
    pieces: search.pieces,
    lost: search.lost,
  };
}

/** Parts of a line between long runs of NUL bytes. */
function segmentsOf(line: Uint8Array): { readonly start: number; readonly end: number }[] {
  const segments: { start: number; end: number }[] = [];
  let start = 0;
  for (let nul = line.indexOf(0); nul >= 0;) {
    let behind = nul;
    while (behind < line.length && line[behind] === 0) behind++;
    if (behind - nul >= SECTOR) {
      if (nul > start) segments.push({ start, end: nul });
      start = behind;
    }
    nul = line.indexOf(0, behind);
  }
  if (start < line.length) segments.push({ start, end: line.length });
  return segments;
}

function kindOf(search: Search, isTorn: boolean): LineProblemKind {
  if (search.pieces.length === 0) return isTorn ? 'torn' : 'unreadable';
  return search.lost.length === 0 ? 'concatenated' : 'spliced';
}

class Search {
  readonly pieces: Piece[] = [];
  readonly lost: LostPart[] = [];
  private readonly probe: ObjectProbe;
  /** What a whole record may begin with. */
  private readonly starts: readonly Uint8Array[];
  private budget: number;

  constructor(probe: ObjectProbe, starts: readonly Uint8Array[], budget: number) {
    this.probe = probe;
    this.starts = starts;
    this.budget = budget;
  }

  /**
   * Finds the objects in bytes [start, end).
   * @param seams how the bytes differ from the file's
   * @param shift what is added to a place to find it in the line's buffer
   */
  segment(bytes: Uint8Array, start: number, end: number, seams: readonly Seam[], shift: number): void {
    let pos = start;
    while (pos < end) {
      pos = skipSpace(bytes, pos, end);
      if (pos >= end) return;
      const piece = this.pieceAt(bytes, pos, end, seams);
      if (piece !== null) {
        this.pieces.push({ start: shift + piece.start, end: shift + piece.end, isMended: piece.isMended });
        pos = piece.next;
        continue;
      }
      const next = this.nextRecord(bytes, pos + 1, end) ?? end;
      this.lost.push({ bytes, start: pos, end: next });
      pos = next;
    }
  }

  /** The record at `pos`, and where it ends in these bytes; null where there is none, or only a part of one. */
  private pieceAt(bytes: Uint8Array, pos: number, end: number, seams: readonly Seam[]): (Piece & { readonly next: number }) | null {
    if (bytes[pos] !== 0x7b) return null;
    const { result, end: next, isRecord, hasWholeIds } = this.probe(bytes, pos, end);
    this.budget -= next - pos;
    if (result === 'broken') return null;
    const behind = skipSpace(bytes, next, end);
    const isOneOfWholes = this.lost.length === 0 && (behind === end || bytes[behind] === 0x7b);
    if (!isRecord && !isOneOfWholes) return null;
    const from = rawPosition(seams, pos);
    const to = rawPosition(seams, next - 1) + 1;
    const isMended = to - from !== next - pos;
    return isMended && !hasWholeIds ? null : { start: from, end: to, isMended, next };
  }

  /** The first place behind a cut-off record where a whole one begins. */
  private nextRecord(bytes: Uint8Array, from: number, end: number): number | null {
    const part = bytes.subarray(0, end);
    for (let pos = part.indexOf(0x7b, from); pos !== -1 && this.budget > 0; pos = part.indexOf(0x7b, pos + 1)) {
      if (!this.starts.some((text) => matches(text, part, pos, end))) continue;
      const { result, end: stop, isRecord } = this.probe(part, pos, end);
      this.budget -= stop - pos;
      if (result !== 'broken' && isRecord) return pos;
    }
    return null;
  }
}

function matches(text: Uint8Array, bytes: Uint8Array, pos: number, end: number): boolean {
  if (pos + text.length > end) return false;
  for (let i = 0; i < text.length; i++) if (bytes[pos + i] !== text[i]) return false;
  return true;
}
