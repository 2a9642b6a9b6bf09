import { ByteInterner } from './byte-interner.ts';
import type { LineProblem } from './line-problem.ts';
import { recoverLine, type Piece, type ProbedObject } from './line-recovery.ts';
import { readLost } from './lost-record.ts';
import { mend, rawPosition } from './mend.ts';
import { OpenRecord, startsObject } from './open-record.ts';
import type { PhysicalLine } from './physical-line.ts';
import { preservedBy, type PreservedMessages } from './preserved.ts';
import { FLAG, KIND, isMessage, kindOf, type Kind } from './record-kinds.ts';
import { RecordReader } from './record-reader.ts';
import { suspectFlags } from './suspect-strings.ts';
import { type LeafPin, TranscriptIndex } from './transcript-index.ts';

/**
 * Builds the index of a transcript from its lines, in one pass. Feed it whole lines; it keeps no bytes.
 */
export class IndexBuilder {
  private readonly names: ByteInterner;
  private readonly words: ByteInterner;
  private readonly reader: RecordReader;
  private readonly problems: LineProblem[] = [];
  private readonly preserved: PreservedMessages[] = [];
  private readonly pins: LeafPin[] = [];
  private rows = new Rows();
  private toolIds: number[] = [];
  private toolNames: number[] = [];
  private toolIsResult: number[] = [];
  private toolRecords: number[] = [];
  private lines = 0;
  /** Lines that may be one record together. */
  private open: OpenRecord | null = null;
  private readonly boundaryWord: number;
  private readonly kindOfWord: Kind[] = [];
  /** Clients read the byte order mark as part of the first line, which then does not parse. */
  private firstLineSpoilt = false;
  private version = -1;
  private branch = -1;

  /** @param names table of names to add to; @param words table of types */
  constructor(names = new ByteInterner(), words = new ByteInterner()) {
    this.names = names;
    this.words = words;
    this.reader = new RecordReader(names, words);
    this.boundaryWord = words.internText('compact_boundary');
  }

  /** Whether the buffers of lines that were taken are still needed. */
  get holdsLines(): boolean {
    return this.open !== null;
  }

  /** Says that a byte order mark stands before the first line. */
  noteByteOrderMark(): void {
    this.firstLineSpoilt = true;
  }

  /**
   * Takes one physical line.
   * @param bytes buffer that holds the line; must not change while `holdsLines`
   * @param start first byte of the line in the buffer
   * @param end behind its last byte, newline excluded
   * @param offset of the line's first byte in the transcript
   * @param isLastUnterminated the transcript ends here without a newline
   */
  addLine(bytes: Uint8Array, start: number, end: number, offset: number, isLastUnterminated: boolean): void {
    this.lines++;
    const textEnd = end > start && bytes[end - 1] === 0x0d ? end - 1 : end;
    if (this.open === null && this.addWhole(bytes, start, textEnd, offset)) return;
    this.takeDamaged({ bytes, start, end: textEnd, offset, number: this.lines, isLastUnterminated });
  }

  /** Takes a line that is blank or exactly one record, as nearly all are. */
  private addWhole(bytes: Uint8Array, start: number, end: number, offset: number): boolean {
    const from = skipSpace(bytes, start, end);
    if (from === end) return true;
    if (this.reader.read(bytes, from, end) !== 'complete') return false;
    const flags = this.firstLineSpoilt && this.lines === 1 ? FLAG.recovered : 0;
    this.addRecord(bytes, from, this.reader.end, { offset: offset + from - start, line: this.lines, flags });
    return true;
  }

  private takeDamaged(line: PhysicalLine): void {
    if (this.open !== null) {
      const continuation = this.open.add(line);
      if (continuation === 'goes-on' || (continuation === 'may-end' && this.closeOpen(this.open))) return;
      this.giveUpOpen(this.open);
      if (continuation === 'may-end' || this.addWhole(line.bytes, line.start, line.end, line.offset)) return;
    }
    this.reader.read(line.bytes, skipSpace(line.bytes, line.start, line.end), line.end);
    if (this.reader.endedInString && !line.isLastUnterminated && startsObject(line.bytes.subarray(line.start, line.end))) {
      this.open = new OpenRecord(line);
    } else {
      this.recover(line);
    }
  }

  /** Adds the record whose lines were gathered, if together they are one. */
  private closeOpen(open: OpenRecord): boolean {
    const first = open.lines[0]!;
    const last = open.lines.at(-1)!;
    const from = skipSpace(first.bytes, first.start, first.end);
    const raw = open.raw(from);
    const { bytes, seams } = mend(raw);
    const result = this.reader.read(bytes, 0, bytes.length);
    if (result === 'broken' || this.reader.end <= seams.at(-1)!.at) return false;
    this.open = null;
    const offset = first.offset + from - first.start;
    const end = rawPosition(seams, this.reader.end - 1) + 1;
    const record = this.addRecord(bytes, 0, this.reader.end, {
      offset,
      line: first.number,
      flags: FLAG.recovered | FLAG.mended,
      length: end,
    });
    // More records may stand behind it on its last line.
    const rest = this.piecesOf({ ...last, number: first.number, bytes: raw, start: end, end: raw.length, offset: offset + end });
    this.problems.push({
      kind: 'broken',
      line: first.number,
      lastLine: last.number,
      offset: first.offset,
      length: last.offset + last.end - last.start - first.offset,
      records: [record, ...rest.records],
      lostBytes: rest.lostBytes,
      lost: rest.lost,
    });
    return true;
  }

  /** The lines were no record together: each is damaged by itself, or blank. */
  private giveUpOpen(open: OpenRecord): void {
    this.open = null;
    for (const line of open.lines) {
      if (skipSpace(line.bytes, line.start, line.end) < line.end) this.recover(line);
    }
  }

  /** @param bytes size of the transcript */
  finish(bytes: number, hasBom: boolean, endsWithNewline: boolean): TranscriptIndex {
    if (this.open !== null) this.giveUpOpen(this.open);
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
      insertions: [],
    });
  }

  private recover(line: PhysicalLine): void {
    const found = this.piecesOf(line);
    this.problems.push({
      kind: found.kind,
      line: line.number,
      lastLine: line.number,
      offset: line.offset,
      length: line.end - line.start,
      records: found.records,
      lostBytes: found.lostBytes,
      lost: found.lost,
    });
  }

  private piecesOf(line: PhysicalLine): Pick<LineProblem, 'kind' | 'records' | 'lostBytes' | 'lost'> {
    const { bytes, start, end, isLastUnterminated } = line;
    const found = recoverLine(bytes, start, end, isLastUnterminated, (...place) => this.probe(...place));
    return {
      kind: found.kind,
      records: found.pieces.map((piece) => this.addPiece(line, piece)),
      lostBytes: found.lost.reduce((sum, part) => sum + part.end - part.start, 0),
      lost: found.lost.map((part) => readLost(part, this.reader, this.names)).filter((lost) => lost !== null),
    };
  }

  private probe(bytes: Uint8Array, start: number, end: number): ProbedObject {
    const { reader } = this;
    const result = reader.read(bytes, start, end);
    const isWhole = result !== 'broken';
    return { result, end: reader.end, isRecord: isWhole && this.isRecord(), hasWholeIds: isWhole && this.hasWholeIds() };
  }

  private hasWholeIds(): boolean {
    return [this.reader.uuid, this.reader.parent].every((id) => id < 0 || this.names.text(id).length === UUID_LENGTH);
  }

  /** Whether the object just read is a record, not a content block or another part of one. */
  private isRecord(): boolean {
    const { reader } = this;
    if (reader.parent !== -2 || reader.session >= 0) return true;
    return reader.uuid < 0 && PLAIN_RECORDS.has(this.words.text(reader.type));
  }

  private addPiece(line: PhysicalLine, piece: Piece): number {
    const raw = line.bytes.subarray(piece.start, piece.end);
    const bytes = piece.isMended ? mend(raw).bytes : raw;
    this.reader.read(bytes, 0, bytes.length);
    return this.addRecord(bytes, 0, bytes.length, {
      offset: line.offset + piece.start - line.start,
      line: line.number,
      flags: piece.isMended ? FLAG.recovered | FLAG.mended : FLAG.recovered,
      length: raw.length,
    });
  }

  /**
   * Adds the record just read.
   * @param bytes hold its JSON at [start, end)
   * @param place where its raw bytes are; their length is that of its JSON unless given
   */
  private addRecord(bytes: Uint8Array, start: number, end: number, place: RecordPlace): number {
    const { reader, rows } = this;
    const i = rows.add();
    const kind = this.kind();
    rows.offset[i] = place.offset;
    rows.length[i] = place.length ?? end - start;
    rows.line[i] = place.line;
    rows.kind[i] = kind;
    rows.flags[i] =
      reader.flags | place.flags | this.derivedFlags(kind) | (reader.isSuspect ? suspectFlags(bytes.subarray(start, end)) : 0);
    rows.uuid[i] = reader.uuid;
    rows.parent[i] = reader.parent;
    rows.session[i] = reader.session;
    rows.messageId[i] = reader.messageId;
    rows.agent[i] = reader.agent;
    rows.toolUse[i] = reader.toolUse;
    rows.type[i] = reader.type;
    rows.subtype[i] = reader.subtype;
    rows.time[i] = reader.time;
    rows.input[i] = reader.input;
    rows.output[i] = reader.output;
    rows.cacheRead[i] = reader.cacheRead;
    rows.cacheWritten[i] = reader.cacheWritten;
    rows.toolStart[i] = this.toolRecords.length;
    for (const tool of reader.tools) {
      this.toolIds.push(tool.id);
      this.toolNames.push(tool.name);
      this.toolIsResult.push(tool.isResult ? 1 : 0);
      this.toolRecords.push(i);
    }
    if ((rows.flags[i] & FLAG.compactBoundary) !== 0) this.notePreserved(i, bytes.subarray(start, end));
    if (reader.leaf >= 0 && this.words.text(reader.type) === 'last-prompt') this.pins.push({ record: i, leaf: reader.leaf });
    if (reader.version >= 0) this.version = reader.version;
    if (reader.branch >= 0) this.branch = reader.branch;
    return i;
  }

  private notePreserved(boundary: number, bytes: Uint8Array): void {
    const preserved = preservedBy(boundary, new TextDecoder().decode(bytes));
    if (preserved !== null) this.preserved.push(preserved);
  }

  private derivedFlags(kind: Kind): number {
    const { reader } = this;
    let flags = 0;
    if (kind === KIND.system && reader.subtype === this.boundaryWord) flags |= FLAG.compactBoundary;
    if (kind === KIND.attachment && reader.isQueuedPrompt) flags |= FLAG.queuedPrompt;
    if (kind === KIND.attachment && !reader.hasAttachmentType) flags |= FLAG.badAttachment;
    if (kind === KIND.assistant && reader.hasForeignId) flags |= FLAG.foreignMessageId;
    if (isMessage(kind) && !reader.hasContent) flags |= FLAG.emptyContent;
    return flags;
  }

  private kind(): Kind {
    const { type, uuid } = this.reader;
    if (uuid < 0) return KIND.meta;
    return (this.kindOfWord[type] ??= kindOf(this.words.text(type), true));
  }
}

interface RecordPlace {
  readonly offset: number;
  readonly line: number;
  readonly flags: number;
  readonly length?: number;
}

const UUID_LENGTH = 36;

/** Types of records that carry neither a parent nor a session id. */
const PLAIN_RECORDS: ReadonlySet<string> = new Set([
  'summary',
  'file-history-snapshot',
  'queue-operation',
  'last-prompt',
  'content-replacement',
]);

function skipSpace(bytes: Uint8Array, start: number, end: number): number {
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
  input: Int32Array,
  output: Int32Array,
  cacheRead: Int32Array,
  cacheWritten: Int32Array,
  toolStart: Uint32Array,
} as const;

/** What is read is a whole transcript, or the line that was appended to one. */
const FIRST_ROWS = 64;

/** The columns while they grow. */
class Rows {
  count = 0;
  offset = new Float64Array(FIRST_ROWS);
  length = new Float64Array(FIRST_ROWS);
  line = new Uint32Array(FIRST_ROWS);
  kind = new Uint8Array(FIRST_ROWS);
  flags = new Uint32Array(FIRST_ROWS);
  uuid = new Int32Array(FIRST_ROWS);
  parent = new Int32Array(FIRST_ROWS);
  session = new Int32Array(FIRST_ROWS);
  messageId = new Int32Array(FIRST_ROWS);
  agent = new Int32Array(FIRST_ROWS);
  toolUse = new Int32Array(FIRST_ROWS);
  type = new Int32Array(FIRST_ROWS);
  subtype = new Int32Array(FIRST_ROWS);
  time = new Float64Array(FIRST_ROWS);
  input = new Int32Array(FIRST_ROWS);
  output = new Int32Array(FIRST_ROWS);
  cacheRead = new Int32Array(FIRST_ROWS);
  cacheWritten = new Int32Array(FIRST_ROWS);
  toolStart = new Uint32Array(FIRST_ROWS);

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
