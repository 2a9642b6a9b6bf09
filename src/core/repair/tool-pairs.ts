import { FLAG, KIND } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';

/** Which tool call belongs to which result, over the whole transcript. */
export class ToolPairs {
  private readonly index: TranscriptIndex;
  /** Per name: the record that makes this call, -1. */
  private readonly callRecord: Int32Array;
  /** Per name: whether a result answers this call. */
  private readonly answered: Uint8Array;

  constructor(index: TranscriptIndex) {
    this.index = index;
    this.callRecord = new Int32Array(index.names.size).fill(-1);
    this.answered = new Uint8Array(index.names.size);
    const { id, isResult, record } = index.tools;
    for (let t = 0; t < id.length; t++) {
      if (id[t]! < 0) continue;
      if (isResult[t] === 1) this.answered[id[t]!] = 1;
      else this.callRecord[id[t]!] = record[t]!;
    }
  }

  /** The record that makes a call, by the name of its id; -1. */
  recordOfCall(id: number): number {
    return id < 0 ? -1 : this.callRecord[id]!;
  }

  /** Records that make the calls this record answers, or reports on when it is a progress record. */
  callsOf(record: number): number[] {
    const records = this.callIds(record)
      .map((id) => this.recordOfCall(id))
      .filter((call) => call >= 0);
    return [...new Set(records)];
  }

  /** Whether the record answers, or reports on, a call that is in no record although a result answers it. */
  namesLostCall(record: number): boolean {
    return this.callIds(record).some((id) => id >= 0 && this.callRecord[id]! < 0 && this.answered[id] === 1);
  }

  /** Whether the record makes a call that no result answers. */
  isOpenCall(record: number): boolean {
    const { columns, tools } = this.index;
    for (let t = columns.toolStart[record]!; t < columns.toolStart[record + 1]!; t++) {
      if (tools.isResult[t] === 0 && tools.id[t]! >= 0 && this.answered[tools.id[t]!] === 0) return true;
    }
    return false;
  }

  /** What a person typed: a user record with text and without results, not injected. */
  isPrompt(record: number): boolean {
    const { kind, flags } = this.index.columns;
    const excluded = FLAG.toolResult | FLAG.injected | FLAG.sidechain | FLAG.compactSummary;
    return kind[record] === KIND.user && (flags[record]! & FLAG.text) !== 0 && (flags[record]! & excluded) === 0;
  }

  private callIds(record: number): number[] {
    const { columns, tools } = this.index;
    const ids: number[] = [];
    for (let t = columns.toolStart[record]!; t < columns.toolStart[record + 1]!; t++) if (tools.isResult[t] === 1) ids.push(tools.id[t]!);
    if (columns.kind[record] === KIND.progress) ids.push(columns.toolUse[record]!);
    return ids;
  }
}
