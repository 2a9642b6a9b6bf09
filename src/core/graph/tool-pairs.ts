import { FLAG, KIND } from '../transcript/record-kinds.ts';
import { joined } from '../transcript/join-columns.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';

/** Which tool call belongs to which result, over the whole transcript. */
export class ToolPairs {
  private readonly index: TranscriptIndex;
  /** Per name: the record that makes this call, -1. */
  private readonly callRecord: Int32Array;
  /** Per name: whether a result answers this call. */
  private readonly answered: Uint8Array;

  /** @param before pairs of the same file when it ended earlier: only what was added is looked at */
  constructor(index: TranscriptIndex, before: ToolPairs | null = null) {
    this.index = index;
    const from = before?.index.tools.id.length ?? 0;
    const more = index.names.size - (before?.callRecord.length ?? 0);
    this.callRecord = joined(before?.callRecord ?? new Int32Array(0), new Int32Array(more).fill(-1));
    this.answered = joined(before?.answered ?? new Uint8Array(0), new Uint8Array(more));
    const { id, isResult, record } = index.tools;
    for (let t = from; t < id.length; t++) {
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

  /** Whether some record holds a result of a call, by the name of its id. */
  isAnswered(id: number): boolean {
    return id >= 0 && this.answered[id] === 1;
  }

  /** Whether the record makes a call that no result answers. */
  isOpenCall(record: number): boolean {
    const { columns, tools } = this.index;
    for (let t = columns.toolStart[record]!; t < columns.toolStart[record + 1]!; t++) {
      if (tools.isResult[t] === 0 && tools.id[t]! >= 0 && this.answered[tools.id[t]!] === 0) return true;
    }
    return false;
  }

  /** What a person typed. */
  isPrompt(record: number): boolean {
    return isPrompt(this.index, record);
  }

  private callIds(record: number): number[] {
    const { columns, tools } = this.index;
    const ids: number[] = [];
    for (let t = columns.toolStart[record]!; t < columns.toolStart[record + 1]!; t++) if (tools.isResult[t] === 1) ids.push(tools.id[t]!);
    if (columns.kind[record] === KIND.progress) ids.push(columns.toolUse[record]!);
    return ids;
  }
}

/** What a person typed: a user record with text and without results, not injected. */
export function isPrompt(index: TranscriptIndex, record: number): boolean {
  const { kind, flags } = index.columns;
  const excluded = FLAG.toolResult | FLAG.injected | FLAG.sidechain | FLAG.compactSummary;
  return kind[record] === KIND.user && (flags[record]! & FLAG.text) !== 0 && (flags[record]! & excluded) === 0;
}
