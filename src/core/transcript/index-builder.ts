import type { Format } from '../formats/format.ts';
import { ByteInterner } from './json/byte-interner.ts';
import type { LineProblem } from './lines/line-problem.ts';
import { ProblemList } from './lines/problem-list.ts';
import { recoverLine, type Piece, type ProbedObject } from './lines/line-recovery.ts';
import { readLost } from './lines/lost-record.ts';
import { mend, rawPosition } from './lines/mend.ts';
import { OpenRecord } from './lines/open-record.ts';
import type { PhysicalLine } from './lines/physical-line.ts';
import { CompactionNotes } from './compactions.ts';
import { FLAG, KIND, isMessage, type Kind } from './record-kinds.ts';
import { RecordReader } from './reader/record-reader.ts';
import { type KindTree, type RecordTables, tablesOf } from './reader/record-tables.ts';
import { ClientNotes } from './notes/client-notes.ts';
import { errorIn } from './notes/record-notes.ts';
import type { PlacedRemark } from './notes/remarks.ts';
import type { Encoding } from './utf16-source.ts';
import { type RecordPlace, Rows } from './rows.ts';
import { suspectFlags } from './reader/suspect-strings.ts';
import { NO_WORD, wordOf } from './reader/words.ts';
import { type ErrorReport, type LeafPin, TranscriptIndex } from './transcript-index.ts';
import { skipSpace } from './lines/skip-space.ts';

/**
 * Builds the index of a transcript from its lines, in one pass. Feed it whole lines; it keeps no bytes.
 */
export class IndexBuilder {
  private readonly format: Format;
  private readonly tables: RecordTables;
  private readonly names: ByteInterner;
  private readonly words: ByteInterner;
  private readonly reader: RecordReader;
  private readonly problems = new ProblemList();
  private readonly compactions: CompactionNotes;
  private readonly pins: LeafPin[] = [];
  private readonly remarks: PlacedRemark[] = [];
  private readonly errorReports: ErrorReport[] = [];
  private readonly clientNotes: ClientNotes;
  private rows = new Rows();
  private toolIds: number[] = [];
  private toolNames: number[] = [];
  private toolIsResult: number[] = [];
  private toolRecords: number[] = [];
  private lines = 0;
  /** Lines that may be one record together. */
  private open: OpenRecord | null = null;
  /** Bytes of all lines, and of those that were gathered and were no record together. */
  private seen = 0;
  private givenUp = 0;
  /** Whether the file begins like one list, which is no session: its entries are not gathered. */
  private isList = false;
  /** Of the records that mark compactions: type, and subtype unless the type alone tells. */
  private readonly boundaryType: number;
  private readonly boundarySubtype: number;
  private readonly pinType: number;
  private readonly kindOfType: (Kind | KindTree)[] = [];
  /** Clients read the byte order mark as part of the first line, which then does not parse. */
  private isFirstLineSpoilt = false;
  private version = -1;
  private branch = -1;
  /** Programs that records say they were written by, in `words`. */
  private readonly writers = new Set<number>();
  /** uuid of the last record that takes part in the graph; -1. */
  private last = -1;

  /**
   * @param format of the transcript
   * @param names table of names to add to; @param words table of types
   */
  constructor(format: Format, names = new ByteInterner(), words = new ByteInterner()) {
    const { boundary, pinType } = format.records;
    this.format = format;
    this.tables = tablesOf(format.records);
    this.compactions = new CompactionNotes(format.records);
    this.names = names;
    this.words = words;
    this.reader = new RecordReader(format.records, names, words);
    this.boundaryType = wordOf(words, boundary?.type ?? null);
    this.boundarySubtype = wordOf(words, boundary?.subtype ?? null);
    this.pinType = wordOf(words, pinType);
    this.clientNotes = new ClientNotes(format.records, words);
  }

  /** Whether the buffers of lines that were taken are still needed. */
  get holdsLines(): boolean {
    return this.open !== null;
  }

  /** Says that a byte order mark stands before the first line. */
  noteByteOrderMark(): void {
    this.isFirstLineSpoilt = true;
  }

  /** Says which record comes before the next line, where records follow each other by order. @param uuid in `names`; -1 for none */
  continueFrom(uuid: number): void {
    this.last = uuid;
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
    this.seen += end - start;
    const textEnd = end > start && bytes[end - 1] === 0x0d ? end - 1 : end;
    if (this.open === null && this.addWhole(bytes, start, textEnd, offset, this.lines)) return;
    this.takeDamaged({ bytes, start, end: textEnd, offset, number: this.lines, isLastUnterminated });
  }

  /** Takes a line that is blank or exactly one record, as nearly all are. */
  private addWhole(bytes: Uint8Array, start: number, end: number, offset: number, line: number): boolean {
    const from = skipSpace(bytes, start, end);
    if (from === end) return true;
    if (this.reader.read(bytes, from, end) !== 'complete') return false;
    const flags = this.isFirstLineSpoilt && line === 1 ? FLAG.recovered : 0;
    this.addRecord(bytes, from, this.reader.end, { offset: offset + from - start, line, flags });
    return true;
  }

  /** Takes a line that is not one record, or comes behind one that is not. Lines that turn out to be of no record together come again. */
  private takeDamaged(damaged: PhysicalLine): void {
    const waiting = [damaged];
    for (let line = waiting.pop(); line !== undefined; line = waiting.pop()) {
      const { open } = this;
      if (open === null) {
        const isWhole = this.addWhole(line.bytes, line.start, line.end, line.offset, line.number);
        if (!isWhole) this.settle(line, true);
        continue;
      }
      const continuation = open.add(line);
      if (continuation === 'goes-on' || (continuation === 'may-end' && this.closeOpen(open))) continue;
      if (continuation === 'foreign') waiting.push(line);
      for (const again of this.giveUp(open)) waiting.push(again);
    }
  }

  /** @returns the lines behind its first, the last one first */
  private giveUp(open: OpenRecord): PhysicalLine[] {
    this.open = null;
    this.givenUp += open.bytes;
    const [first, ...others] = open.lines;
    this.settle(first!, open.isStrict && 'broken-strings');
    return others.reverse();
  }

  /** Takes a line that is no whole record: the first of an open one, or a damaged one by itself. @param tries what it may be the first of */
  private settle(line: PhysicalLine, tries: boolean | 'broken-strings'): void {
    const from = skipSpace(line.bytes, line.start, line.end);
    if (line.number === 1) this.isList = line.bytes[from] === OPEN_BRACKET;
    const mayOpen = tries !== false && !this.isList && line.bytes[from] === OPEN_BRACE && this.givenUp <= REREADS * this.seen + OPEN_BYTES;
    if (mayOpen && !line.isLastUnterminated) {
      this.open = (tries === true ? OpenRecord.of(line, true) : null) ?? OpenRecord.of(line, false);
      if (this.open !== null) return;
    }
    this.recover(line, from);
  }

  /** Adds the record whose lines were gathered, if together they are one. */
  private closeOpen(open: OpenRecord): boolean {
    const first = open.lines[0]!;
    const last = open.lines.at(-1)!;
    const from = skipSpace(first.bytes, first.start, first.end);
    const raw = open.raw(from);
    const { bytes, seams, isGuess } = mend(raw);
    const isJson = this.reader.read(raw, 0, raw.length) !== 'broken';
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
    this.problems.add({
      kind: isJson ? 'spread' : 'broken',
      line: first.number,
      lastLine: last.number,
      offset: first.offset,
      length: last.offset + last.end - last.start - first.offset,
      records: [record, ...rest.records],
      lostBytes: rest.lostBytes,
      lost: rest.lost,
      isGuess,
    });
    return true;
  }

  /** @param bytes size of the transcript */
  finish(bytes: number, hasBom: boolean, endsWithNewline: boolean, encoding: Encoding = 'utf-8'): TranscriptIndex {
    while (this.open !== null) for (const line of this.giveUp(this.open).reverse()) this.takeDamaged(line);
    return new TranscriptIndex({
      format: this.format,
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
      problems: this.problems.all,
      ...this.compactions.notes,
      pins: this.pins,
      remarks: this.remarks,
      encoding,
      errorReports: this.errorReports,
      ...this.clientNotes.notes,
      hasBom,
      endsWithNewline,
      version: this.version,
      branch: this.branch,
      writers: [...this.writers],
      insertions: [],
    });
  }

  private recover(line: PhysicalLine, from: number): void {
    const found = this.escapedRecord(line, from) ?? { ...this.piecesOf(line), isGuess: false };
    this.problems.add({
      line: line.number,
      lastLine: line.number,
      offset: line.offset,
      length: line.end - line.start,
      ...found,
    });
  }

  /** The record that a line is once its strings are escaped. */
  private escapedRecord(line: PhysicalLine, from: number): Omit<LineProblem, 'line' | 'lastLine' | 'offset' | 'length'> | null {
    const raw = line.bytes.subarray(from, line.end);
    if (raw[0] !== OPEN_BRACE || raw.includes(0)) return null;
    const { bytes, seams, isGuess } = mend(raw);
    if (seams.length === 0 || this.reader.read(bytes, 0, bytes.length) !== 'complete') return null;
    const record = this.addRecord(bytes, 0, this.reader.end, {
      offset: line.offset + from - line.start,
      line: line.number,
      flags: FLAG.recovered | FLAG.mended,
      length: rawPosition(seams, this.reader.end - 1) + 1,
    });
    return { kind: 'escapes', records: [record], lostBytes: 0, lost: [], isGuess };
  }

  private piecesOf(line: PhysicalLine): Pick<LineProblem, 'kind' | 'records' | 'lostBytes' | 'lost'> {
    const found = recoverLine(this.tables.starts, line, (...place) => this.probe(...place));
    return {
      kind: found.kind,
      records: found.pieces.map((piece) => this.addPiece(line, piece)),
      lostBytes: found.lost.reduce((sum, part) => sum + part.end - part.start, 0),
      lost: found.lost.map((part) => readLost(part, this.tables, this.reader, this.names)).filter((lost) => lost !== null),
    };
  }

  private probe(bytes: Uint8Array, start: number, end: number): ProbedObject {
    const { reader } = this;
    const result = reader.read(bytes, start, end);
    const isWhole = result !== 'broken';
    return { result, end: reader.end, isRecord: isWhole && this.isRecord(), hasWholeIds: isWhole && this.hasWholeIds() };
  }

  private hasWholeIds(): boolean {
    const { uuidLength } = this.format.records;
    return [this.reader.uuid, this.reader.parent].every((id) => id < 0 || uuidLength === null || this.names.text(id).length === uuidLength);
  }

  /** Whether the object just read is a record, not a content block or another part of one. */
  private isRecord(): boolean {
    const { reader } = this;
    if (reader.parent !== -2 || reader.session >= 0) return true;
    return reader.uuid < 0 && this.format.records.plainTypes.includes(this.words.text(reader.type));
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
      reader.flags |
      place.flags |
      this.derivedFlags(kind) |
      (reader.isSuspect ? suspectFlags(bytes.subarray(start, end), this.tables.contentPaths) : 0);
    rows.uuid[i] = reader.uuid;
    rows.parent[i] = reader.parent;
    if (this.format.records.links === 'order' && kind !== KIND.meta) this.linkByOrder(i, place.offset);
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
    rows.print[i] = reader.print;
    rows.toolStart[i] = this.toolRecords.length;
    for (const tool of reader.tools) {
      this.toolIds.push(tool.id);
      this.toolNames.push(tool.name);
      this.toolIsResult.push(tool.isResult ? 1 : 0);
      this.toolRecords.push(i);
    }
    for (const remark of reader.remarks) this.remarks.push({ ...remark, record: i });
    if ((rows.flags[i] & FLAG.apiError) !== 0) this.errorReports.push(...errorIn(this.format.records, i, bytes.subarray(start, end)));
    if ((rows.flags[i] & (FLAG.compactBoundary | FLAG.compactSummary)) !== 0) this.compactions.add(i, rows.flags[i], bytes, start, end);
    if (kind === KIND.meta) this.clientNotes.add(i, reader.type, bytes, start, end);
    if (reader.leaf >= 0 && reader.type === this.pinType) this.pins.push({ record: i, leaf: reader.leaf });
    if (reader.version >= 0) this.version = reader.version;
    if (reader.branch >= 0) this.branch = reader.branch;
    if (reader.writer >= 0) this.writers.add(reader.writer);
    return i;
  }

  /** Makes a record the child of the one before it; one without an id is named after its place in the transcript. */
  private linkByOrder(record: number, offset: number): void {
    const { rows } = this;
    if (rows.uuid[record]! < 0) rows.uuid[record] = this.names.internText(`@${offset}`);
    rows.parent[record] = this.last;
    this.last = rows.uuid[record]!;
  }

  private derivedFlags(kind: Kind): number {
    const { reader } = this;
    let flags = 0;
    if (kind !== KIND.meta && this.isBoundary()) flags |= FLAG.compactBoundary;
    if (kind === KIND.attachment && reader.isQueuedPrompt) flags |= FLAG.queuedPrompt;
    if (kind === KIND.attachment && !reader.hasAttachmentType) flags |= FLAG.badAttachment;
    if (kind === KIND.assistant && reader.hasForeignId) flags |= FLAG.foreignMessageId;
    if (isMessage(kind) && !reader.hasContent) flags |= FLAG.emptyContent;
    return flags;
  }

  private isBoundary(): boolean {
    const { type, subtype } = this.reader;
    return type === this.boundaryType && (subtype === this.boundarySubtype || this.boundarySubtype === NO_WORD);
  }

  private kind(): Kind {
    const { type, uuid } = this.reader;
    if (uuid < 0 && this.format.records.links === 'parent') return KIND.meta;
    const unlisted = uuid < 0 ? KIND.meta : KIND.unknown;
    const known = (this.kindOfType[type] ??= this.tables.kinds.get(this.words.text(type)) ?? UNLISTED);
    return typeof known === 'number' ? known : (this.kindBySubtype(known) ?? unlisted);
  }

  private kindBySubtype(kinds: KindTree): Kind | undefined {
    const { subtype, role } = this.reader;
    const bySubtype = kinds.get(this.words.text(subtype));
    if (bySubtype === undefined || typeof bySubtype === 'number') return bySubtype;
    const byRole = bySubtype.get(this.words.text(role));
    return typeof byRole === 'number' ? byRole : undefined;
  }
}

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
/** How often all bytes may be gathered in vain, and how many besides: keeps the search linear. */
const REREADS = 1;
const OPEN_BYTES = 6 * 1024 * 1024;
/** Kinds of a type that a format does not list. */
const UNLISTED: KindTree = new Map();
