import { ByteInterner } from './byte-interner.ts';
import type { LineProblem } from './line-problem.ts';
import { recoverLine, type Piece } from './line-recovery.ts';
import { preservedBy, type PreservedMessages } from './preserved.ts';
import { FLAG, KIND, kindOf } from './record-kinds.ts';
import { RecordReader } from './record-reader.ts';
import { type LeafPin, TranscriptIndex } from './transcript-index.ts';

/**
 * Builds the index of a transcript from its lines, in one pass. Feed it whole lines; it keeps no bytes.
 */
export class IndexBuilder {
  private readonly names = new ByteInterner();
  private readonly words = new ByteInterner();
  private readonly reader = new RecordReader(this.names, this.words);
  private readonly problems: LineProblem[] = [];
  private readonly preserved: PreservedMessages[] = [];
  private readonly pins: LeafPin[] = [];
  private rows = new Rows();
  private toolIds: number[] = [];
  private toolNames: number[] = [];
  private toolIsResult: number[] = [];
  private toolRecords: number[] = [];
  private lines = 0;
  /** Clients read the byte order mark as part of the first line, which then does not parse. */
  private firstLineSpoilt = false;
  private version = -1;
  private branch = -1;

  /** Says that a byte order mark stands before the first line. */
  noteByteOrderMark(): void {
    this.firstLineSpoilt = true;
  }

  /**
   * Takes one physical line.
   * @param bytes buffer that holds the line
   * @param start first byte of the line in the buffer
   * @param end behind its last byte, newline excluded
   * @param offset of the line's first byte in the transcript
   * @param isLastUnterminated the transcript ends here without a newline
   */
  addLine(bytes: Uint8Array, start: number, end: number, offset: number, isLastUnterminated: boolean): void {
    this.lines++;
    const from = skipLeadingSpace(bytes, start, end);
    if (from === end) return;
    if (this.reader.read(bytes, from, end) === 'complete') {
      this.addRecord(
        bytes.subarray(from, this.reader.end),
        offset + from - start,
        this.firstLineSpoilt && this.lines === 1 ? FLAG.recovered : 0,
      );
      return;
    }
    this.recover(bytes, start, end, offset, isLastUnterminated);
  }

  /** @param bytes size of the transcript */
  finish(bytes: number, hasBom: boolean, endsWithNewline: boolean): TranscriptIndex {
    return new TranscriptIndex({
      bytes,
      lines: this.lines,
      count: this.rows.count,
      columns: this.rows.columns(this.toolRecords.length),
      tools: {
        id: Int32Array.from(this.toolIds),
        name: Int32Array.from(this.toolNames),
        isResult: Uint8Array.from(this.toolIsResult),
        record: Uint32Array.from(this.toolRecords),
      },
      names: this.names,
      words: this.words,
      problems: this.problems,
      preserved: this.preserved,
      pins: this.pins,
      hasBom,
      endsWithNewline,
      version: this.version,
      branch: this.branch,
    });
  }

  private recover(bytes: Uint8Array, start: number, end: number, offset: number, isLastUnterminated: boolean): void {
    const probe = (from: number, to: number) => ({ result: this.reader.read(bytes, from, to), end: this.reader.end });
    const found = recoverLine(bytes, start, end, isLastUnterminated, probe);
    const records = found.pieces.map((piece) => this.addPiece(bytes, piece, offset - start));
    this.problems.push({
      kind: found.kind,
      line: this.lines,
      offset,
      length: end - start,
      records,
      lostBytes: found.lostBytes,
    });
  }

  private addPiece(bytes: Uint8Array, piece: Piece, shift: number): number {
    this.reader.read(bytes, piece.start, piece.end);
    return this.addRecord(bytes.subarray(piece.start, piece.end), piece.start + shift, FLAG.recovered);
  }

  private addRecord(bytes: Uint8Array, offset: number, extraFlags: number): number {
    const { reader, rows } = this;
    const i = rows.add();
    const kind = kindOf(this.words.text(reader.type), reader.uuid >= 0);
    rows.offset[i] = offset;
    rows.length[i] = bytes.length;
    rows.line[i] = this.lines;
    rows.kind[i] = kind;
    rows.flags[i] = reader.flags | extraFlags | this.derivedFlags(kind);
    rows.uuid[i] = reader.uuid;
    rows.parent[i] = reader.parent;
    rows.session[i] = reader.session;
    rows.messageId[i] = reader.messageId;
    rows.agent[i] = reader.agent;
    rows.toolUse[i] = reader.toolUse;
    rows.type[i] = reader.type;
    rows.subtype[i] = reader.subtype;
    rows.time[i] = reader.time;
    rows.toolStart[i] = this.toolRecords.length;
    for (const tool of reader.tools) {
      this.toolIds.push(tool.id);
      this.toolNames.push(tool.name);
      this.toolIsResult.push(tool.isResult ? 1 : 0);
      this.toolRecords.push(i);
    }
    if ((rows.flags[i] & FLAG.compactBoundary) !== 0) this.notePreserved(i, bytes);
    if (reader.leaf >= 0 && this.words.text(reader.type) === 'last-prompt') this.pins.push({ record: i, leaf: reader.leaf });
    if (reader.version >= 0) this.version = reader.version;
    if (reader.branch >= 0) this.branch = reader.branch;
    return i;
  }

  private notePreserved(boundary: number, bytes: Uint8Array): void {
    const preserved = preservedBy(boundary, new TextDecoder().decode(bytes));
    if (preserved !== null) this.preserved.push(preserved);
  }

  private derivedFlags(kind: number): number {
    return kind === KIND.system && this.words.text(this.reader.subtype) === 'compact_boundary' ? FLAG.compactBoundary : 0;
  }
}

function skipLeadingSpace(bytes: Uint8Array, start: number, end: number): number {
  let pos = start;
  while (pos < end && (bytes[pos] === 0x20 || bytes[pos] === 0x0d || bytes[pos] === 0x09)) pos++;
  return pos;
}

const COLUMN_TYPES = {
  offset: Float64Array,
  length: Float64Array,
  line: Uint32Array,
  kind: Uint8Array,
  flags: Uint32Array,
  uuid: Int32Array,
  parent: Int32Array,
  session: Int32Array,
  messageId: Int32Array,
  agent: Int32Array,
  toolUse: Int32Array,
  type: Int32Array,
  subtype: Int32Array,
  time: Float64Array,
  toolStart: Uint32Array,
} as const;

/** The columns while they grow. */
class Rows {
  count = 0;
  offset = new Float64Array(1024);
  length = new Float64Array(1024);
  line = new Uint32Array(1024);
  kind = new Uint8Array(1024);
  flags = new Uint32Array(1024);
  uuid = new Int32Array(1024);
  parent = new Int32Array(1024);
  session = new Int32Array(1024);
  messageId = new Int32Array(1024);
  agent = new Int32Array(1024);
  toolUse = new Int32Array(1024);
  type = new Int32Array(1024);
  subtype = new Int32Array(1024);
  time = new Float64Array(1024);
  toolStart = new Uint32Array(1024);

  add(): number {
    // One more than needed: toolStart has an entry behind the last record.
    if (this.count + 1 >= this.offset.length) this.resize(this.offset.length * 2);
    return this.count++;
  }

  columns(toolCount: number): this {
    this.toolStart[this.count] = toolCount;
    this.resize(this.count, this.count + 1);
    return this;
  }

  private resize(length: number, toolStarts = length): void {
    for (const name of Object.keys(COLUMN_TYPES) as (keyof typeof COLUMN_TYPES)[]) {
      const resized = new COLUMN_TYPES[name](name === 'toolStart' ? toolStarts : length);
      resized.set(this[name].subarray(0, resized.length));
      Object.assign(this, { [name]: resized });
    }
  }
}
