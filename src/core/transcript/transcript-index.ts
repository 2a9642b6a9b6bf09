import type { ByteInterner } from './byte-interner.ts';
import type { LineProblem } from './line-problem.ts';
import type { PreservedMessages } from './preserved.ts';
import type { FLAG } from './record-kinds.ts';
import { KIND } from './record-kinds.ts';

/**
 * The columns of a transcript: one entry per record, in file order. Typed arrays, because 100,000 objects would cost more
 * memory than the budget and more time than the reading.
 */
export interface RecordColumns {
  /** First byte of the record's object. */
  readonly offset: Float64Array;
  /** Bytes of the object. */
  readonly length: Float64Array;
  /** 1-based physical line. */
  readonly line: Uint32Array;
  readonly kind: Uint8Array;
  readonly flags: Uint32Array;
  /** Ids of `names`; -1 null, -2 (parent only) key absent. */
  readonly uuid: Int32Array;
  readonly parent: Int32Array;
  readonly session: Int32Array;
  readonly messageId: Int32Array;
  readonly agent: Int32Array;
  /** Call that a progress record reports on: its `parentToolUseID`, else its `toolUseID`. */
  readonly toolUse: Int32Array;
  /** Ids of `words`: the record's `type`, and `subtype` of system records. */
  readonly type: Int32Array;
  readonly subtype: Int32Array;
  /** Milliseconds since 1970, NaN where absent. */
  readonly time: Float64Array;
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

/** A `last-prompt` line: the client notes in it where the conversation stood. */
export interface LeafPin {
  /** The line's record. */
  readonly record: number;
  /** uuid of where it stood, in `names`. */
  readonly leaf: number;
}

/** A transcript's records and what could not be read of it. */
export class TranscriptIndex {
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
  /** Records that today's client is told to continue from, in file order. */
  readonly pins: readonly LeafPin[];
  /** Whether the file starts with a UTF-8 byte order mark. */
  readonly hasBom: boolean;
  /** Whether the last byte is a newline. */
  readonly endsWithNewline: boolean;
  /** Interned, of the last record that has one; -1. */
  readonly version: number;
  readonly branch: number;

  constructor(parts: Omit<TranscriptIndex, 'recordOfUuid' | 'isFlagged' | 'uuidText' | 'graphRecords'>) {
    this.bytes = parts.bytes;
    this.lines = parts.lines;
    this.count = parts.count;
    this.columns = parts.columns;
    this.tools = parts.tools;
    this.names = parts.names;
    this.words = parts.words;
    this.problems = parts.problems;
    this.preserved = parts.preserved;
    this.pins = parts.pins;
    this.hasBom = parts.hasBom;
    this.endsWithNewline = parts.endsWithNewline;
    this.version = parts.version;
    this.branch = parts.branch;
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
    return rows.subarray(0, n);
  }
}
