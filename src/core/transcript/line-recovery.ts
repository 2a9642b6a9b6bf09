import type { LineProblemKind } from './line-problem.ts';

/** Tells whether bytes [start, end) hold exactly one object, or where the first object ends. */
export type ObjectProbe = (start: number, end: number) => { readonly result: 'complete' | 'trailing' | 'broken'; readonly end: number };

/** A part of a damaged line that is a whole object. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** What could be saved of a line that is not one object. */
export interface RecoveredLine {
  readonly kind: LineProblemKind;
  readonly pieces: readonly Piece[];
  readonly lostBytes: number;
}

/** How often the bytes of a line may be read again while looking for records in it: keeps the search linear. */
const REREADS = 8;

const RECORD_STARTS = ['{"parentUuid"', '{"type"', '{"uuid"', '{"sessionId"', '{"messageId"'].map((text) => new TextEncoder().encode(text));

/**
 * Takes a line apart that does not hold exactly one object: splits at NUL runs, separates objects written without a newline,
 * and finds the whole record behind a cut-off one. Bytes are never guessed: a piece is an object that parses as it stands.
 * @param bytes buffer with the line
 * @param start first byte of the line
 * @param end behind its last byte, newline excluded
 * @param isLastUnterminated whether this is the file's last line and no newline follows
 */
export function recoverLine(bytes: Uint8Array, start: number, end: number, isLastUnterminated: boolean, probe: ObjectProbe): RecoveredLine {
  const search = new Search(bytes, probe, (end - start) * REREADS);
  let hasNul = false;
  let segmentStart = start;
  for (let i = start; i <= end; i++) {
    if (i < end && bytes[i] !== 0) continue;
    if (i < end) hasNul = true;
    if (i > segmentStart) search.segment(segmentStart, i);
    segmentStart = i + 1;
  }
  return {
    kind: kindOf(search, hasNul, isLastUnterminated, bytes, start),
    pieces: search.pieces,
    lostBytes: search.lostBytes,
  };
}

function kindOf(search: Search, hasNul: boolean, isLastUnterminated: boolean, bytes: Uint8Array, start: number): LineProblemKind {
  if (hasNul) return 'nul';
  if (search.pieces.length === 0) return isLastUnterminated && bytes[start] === 0x7b ? 'torn' : 'unreadable';
  return search.lostBytes === 0 ? 'concatenated' : 'spliced';
}

class Search {
  readonly pieces: Piece[] = [];
  lostBytes = 0;
  private readonly bytes: Uint8Array;
  private readonly probe: ObjectProbe;
  private budget: number;

  constructor(bytes: Uint8Array, probe: ObjectProbe, budget: number) {
    this.bytes = bytes;
    this.probe = probe;
    this.budget = budget;
  }

  /** Finds the objects in bytes [start, end), which hold no NUL. */
  segment(start: number, end: number): void {
    let pos = start;
    while (pos < end) {
      pos = this.skipSpace(pos, end);
      if (pos >= end) return;
      const found = this.bytes[pos] === 0x7b ? this.tryObject(pos, end) : null;
      if (found !== null) {
        this.pieces.push({ start: pos, end: found });
        pos = found;
        continue;
      }
      const next = this.nextRecordToEnd(pos + 1, end);
      this.lose(pos, next ?? end);
      pos = next ?? end;
    }
  }

  private tryObject(start: number, end: number): number | null {
    const { result, end: stop } = this.probe(start, end);
    this.budget -= stop - start;
    return result === 'broken' ? null : stop;
  }

  /** The first place behind a cut-off record from which whole records reach the end of the segment. */
  private nextRecordToEnd(from: number, end: number): number | null {
    for (let pos = this.nextStart(from, end); pos !== -1 && this.budget > 0; pos = this.nextStart(pos + 1, end)) {
      if (this.reachesEnd(pos, end)) return pos;
    }
    return null;
  }

  private reachesEnd(start: number, end: number): boolean {
    let pos = start;
    while (pos < end && this.bytes[pos] === 0x7b && this.budget > 0) {
      const stop = this.tryObject(pos, end);
      if (stop === null) return false;
      pos = this.skipSpace(stop, end);
    }
    return pos === end;
  }

  private nextStart(from: number, end: number): number {
    for (let pos = this.bytes.indexOf(0x7b, from); pos !== -1 && pos < end; pos = this.bytes.indexOf(0x7b, pos + 1)) {
      if (RECORD_STARTS.some((text) => this.matches(text, pos, end))) return pos;
    }
    return -1;
  }

  private matches(text: Uint8Array, pos: number, end: number): boolean {
    if (pos + text.length > end) return false;
    for (let i = 0; i < text.length; i++) if (this.bytes[pos + i] !== text[i]) return false;
    return true;
  }

  private lose(start: number, end: number): void {
    this.lostBytes += end - start;
  }

  private skipSpace(from: number, end: number): number {
    let pos = from;
    while (pos < end && (this.bytes[pos] === 0x20 || this.bytes[pos] === 0x0d || this.bytes[pos] === 0x09)) pos++;
    return pos;
  }
}
