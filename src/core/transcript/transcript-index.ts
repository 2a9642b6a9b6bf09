import type { Format } from '../formats/format.ts';
import type { ByteInterner } from './json/byte-interner.ts';
import type { LineProblem } from './lines/line-problem.ts';
import type { Compaction, Summary } from './compactions.ts';
import type { PreservedMessages } from './notes/preserved.ts';
import type { PlacedQueueNote } from './notes/queue.ts';
import type { PlacedRemark } from './notes/remarks.ts';
import type { Encoding } from './utf16-source.ts';
import type { FLAG } from './record-kinds.ts';
import { KIND } from './record-kinds.ts';

/**
 * The columns of a transcript: one entry per record, in file order. Typed arrays, because 100,000 objects would cost more
 * memory than the budget and more time than the reading.
 */
export interface RecordColumns {
  /** First byte of the record's object. */
  readonly offset: Float64Array;
  /** Bytes of the object in the file. */
  readonly length: Float64Array;
  /** 1-based physical line, the first where there are several. */
  readonly line: Uint32Array;
  readonly kind: Uint8Array;
  readonly flags: Uint32Array;
  /** Ids of `names`; -1 null, -2 (parent only) key absent. */
  readonly uuid: Int32Array;
  readonly parent: Int32Array;
  readonly session: Int32Array;
  readonly messageId: Int32Array;
  readonly agent: Int32Array;
  /** Call that a progress record reports on. */
  readonly toolUse: Int32Array;
  /** Ids of `words`. */
  readonly type: Int32Array;
  readonly subtype: Int32Array;
  /** Milliseconds since 1970, NaN where absent. */
  readonly time: Float64Array;
  /** Tokens of an answer's prompt that the model's cache did not hold, and of the answer; -1 where not said. */
  readonly input: Int32Array;
  readonly output: Int32Array;
  /** Tokens of an answer's prompt that the model's cache held, and that were written to it; -1 where not said. */
  readonly cacheRead: Int32Array;
  readonly cacheWritten: Int32Array;
  /** Made of all bytes of the message's content; 0 where there is none. */
  readonly print: Int32Array;
  /** Blocks of record i are toolStart[i] … toolStart[i + 1] - 1 of the three tool columns. */
  readonly toolStart: Uint32Array;
}

/** Tool calls and results, in file order. */
export interface ToolColumns {
  /** Id of the call in `names`. */
  readonly id: Int32Array;
  /** Tool name in `names`; -1 for a result. */
  readonly name: Int32Array;
  readonly isResult: Uint8Array;
  /** The record it is in. */
  readonly record: Uint32Array;
}

/** A record put into a transcript by a repair: its bytes, and the record behind whose line it stands; -1 before all. */
export interface Insertion {
  readonly bytes: Uint8Array;
  readonly after: number;
}

/** A line in which the client notes where the conversation stood. */
export interface LeafPin {
  /** The line's record. */
  readonly record: number;
  /** uuid of where it stood, in `names`. */
  readonly leaf: number;
}

/** What a client noted of a failed request. */
export interface ErrorReport {
  readonly record: number;
  readonly text: string;
}

/** A transcript's records and what could not be read of it. */
export class TranscriptIndex {
  /** How its records are written. */
  readonly format: Format;
  /** Bytes that were indexed. */
  readonly bytes: number;
  /** Physical lines, a last one without newline included. */
  readonly lines: number;
  readonly count: number;
  readonly columns: RecordColumns;
  readonly tools: ToolColumns;
  readonly names: ByteInterner;
  readonly words: ByteInterner;
  readonly problems: readonly LineProblem[];
  /** Of compaction boundaries, in file order. */
  readonly preserved: readonly PreservedMessages[];
  /** In file order. */
  readonly compactions: readonly Compaction[];
  /** In file order. */
  readonly summaries: readonly Summary[];
  /** Records that clients are told to continue from, in file order. */
  readonly pins: readonly LeafPin[];
  /** What the client said of failed requests, in file order. */
  readonly errorReports: readonly ErrorReport[];
  /** What the client said of prompts that wait, in file order. */
  readonly queue: readonly PlacedQueueNote[];
  /** The person's last words, where the last note of where the conversation stood repeats them. */
  readonly lastPrompt: string | null;
  /** What an API may refuse of single blocks, by record. */
  readonly remarks: readonly PlacedRemark[];
  /** How the file's bytes are text; places and lengths are those of its text in UTF-8. */
  readonly encoding: Encoding;
  /** Whether the file starts with a UTF-8 byte order mark. */
  readonly hasBom: boolean;
  /** Whether the last byte is a newline. */
  readonly endsWithNewline: boolean;
  /** Interned, of the last record that has one; -1. */
  readonly version: number;
  readonly branch: number;
  /** Programs that records say they were written by, in `words`, each once. */
  readonly writers: readonly number[];
  /** Records that repairs put in, behind those of the file: the last `insertions.length` of `count`. */
  readonly insertions: readonly Insertion[];

  constructor(parts: Omit<TranscriptIndex, 'fileCount' | 'position' | 'recordOfUuid' | 'isFlagged' | 'uuidText' | 'graphRecords'>) {
    this.format = parts.format;
    this.bytes = parts.bytes;
    this.lines = parts.lines;
    this.count = parts.count;
    this.columns = parts.columns;
    this.tools = parts.tools;
    this.names = parts.names;
    this.words = parts.words;
    this.problems = parts.problems;
    this.preserved = parts.preserved;
    this.compactions = parts.compactions;
    this.summaries = parts.summaries;
    this.pins = parts.pins;
    this.errorReports = parts.errorReports;
    this.queue = parts.queue;
    this.lastPrompt = parts.lastPrompt;
    this.remarks = parts.remarks;
    this.encoding = parts.encoding;
    this.hasBom = parts.hasBom;
    this.endsWithNewline = parts.endsWithNewline;
    this.version = parts.version;
    this.branch = parts.branch;
    this.writers = parts.writers;
    this.insertions = parts.insertions;
  }

  /** Records that are in the file: 0 to fileCount - 1. */
  get fileCount(): number {
    return this.count - this.insertions.length;
  }

  /** Where a record stands among all: its number, or for an inserted one just behind the record that it follows. */
  position(record: number): number {
    const inserted = record - this.fileCount;
    return inserted < 0 ? record : this.insertions[inserted]!.after + 0.5;
  }

  isFlagged(record: number, flag: (typeof FLAG)[keyof typeof FLAG]): boolean {
    return (this.columns.flags[record]! & flag) !== 0;
  }

  uuidText(record: number): string {
    return this.names.text(this.columns.uuid[record]!);
  }

  /** The record with this uuid; the last one where several have it, as loaders do. -1 when there is none. */
  recordOfUuid(uuid: string): number {
    const name = this.names.find(uuid);
    if (name < 0) return -1;
    const { uuid: uuids } = this.columns;
    for (let i = this.count - 1; i >= 0; i--) if (uuids[i] === name) return i;
    return -1;
  }

  /** Records that carry a uuid, in file order: the rows of the graph. */
  graphRecords(): Uint32Array {
    const rows = new Uint32Array(this.count);
    let n = 0;
    for (let i = 0; i < this.count; i++) if (this.columns.kind[i] !== KIND.meta) rows[n++] = i;
    const used = rows.subarray(0, n);
    return this.insertions.length === 0 ? used : used.sort((a, b) => this.position(a) - this.position(b) || a - b);
  }
}
