import type { Compacted, RecordFormat, SummaryText } from '../formats/format.ts';
import { isObject, type JsonValue } from '../json.ts';
import type { PreservedMessages } from './notes/preserved.ts';
import { FLAG } from './record-kinds.ts';

/** A compaction of a transcript, by its boundary. */
export interface Compaction extends Compacted {
  /** Record of the boundary. */
  readonly boundary: number;
}

/** What a compaction put in place of a conversation. */
export interface Summary extends SummaryText {
  readonly record: number;
}

/** What an index says of compactions. */
export interface CompactionIndex {
  readonly preserved: readonly PreservedMessages[];
  readonly compactions: readonly Compaction[];
  readonly summaries: readonly Summary[];
}

/** Collects what boundaries and summaries say, in file order. */
export class CompactionNotes {
  private readonly format: RecordFormat;
  private readonly preserved: PreservedMessages[] = [];
  private readonly compactions: Compaction[] = [];
  private readonly summaries: Summary[] = [];

  constructor(format: RecordFormat) {
    this.format = format;
  }

  get notes(): CompactionIndex {
    const { preserved, compactions, summaries } = this;
    return { preserved, compactions, summaries };
  }

  /** @param flags of the record; @param bytes that hold its object, from `start` to `end` */
  add(record: number, flags: number, bytes: Uint8Array, start: number, end: number): void {
    const value = JSON.parse(new TextDecoder().decode(bytes.subarray(start, end))) as JsonValue;
    if (!isObject(value)) return;
    if ((flags & FLAG.compactSummary) !== 0) this.summaries.push({ record, ...this.format.summaryBy(value) });
    if ((flags & FLAG.compactBoundary) === 0) return;
    this.compactions.push({ boundary: record, ...this.format.compactedBy(value) });
    const kept = this.format.keptBy(value);
    if (kept !== null) this.preserved.push({ boundary: record, ...kept });
  }
}
