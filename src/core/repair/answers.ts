import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { KIND } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { ToolPairs } from '../graph/tool-pairs.ts';

/** What the prompt cache says of the two answers around a place in the file. */
export type CacheEvidence =
  /** The second answer's prompt continues the first one's: no answer was asked for in between. */
  | 'adjacent'
  /** More was cached than the first answer left: an answer in between is lost. */
  | 'apart'
  | 'unknown';

/** In so many of a session's neighbouring answers the cache figures must fit to be evidence. */
const LEAST_FITTING = 0.6;
const LEAST_PAIRS = 3;

/**
 * The answers of the model: the records that share a `message.id`, and what each of them was asked with.
 *
 * A request finds in the cache what the request before it read and wrote. In 91 % of neighbouring answers of real sessions the
 * figures fit to the token; between an answer and the one after the next in 0.1 %.
 */
export class Answers {
  private readonly index: TranscriptIndex;
  /** Records of name n's answer are member[start[n]] … member[start[n + 1] - 1], in file order. */
  private readonly start: Uint32Array;
  private readonly member: Uint32Array;
  /** Per name: the last record that holds a result of the answer's calls, and that call's record; -1. */
  private readonly lastResult: Int32Array;
  private readonly callOfLastResult: Int32Array;
  private readonly isCacheTold: boolean;

  constructor(graph: ConversationGraph, pairs: ToolPairs) {
    const { index } = graph;
    this.index = index;
    const { messageId } = index.columns;
    const parts: number[] = [];
    for (let i = 0; i < index.count; i++) if (isPart(graph, i)) parts.push(i);
    this.start = new Uint32Array(index.names.size + 1);
    for (let p = 0; p < parts.length; p++) this.start[messageId[parts[p]!]! + 1]!++;
    for (let n = 0; n < index.names.size; n++) this.start[n + 1]! += this.start[n]!;
    this.member = new Uint32Array(parts.length);
    const next = this.start.slice();
    for (let p = 0; p < parts.length; p++) this.member[next[messageId[parts[p]!]!]!++] = parts[p]!;
    this.lastResult = new Int32Array(index.names.size).fill(-1);
    this.callOfLastResult = new Int32Array(index.names.size).fill(-1);
    this.noteResults(pairs);
    const fit = new CacheFit();
    for (let p = 0; p < parts.length; p++) fit.add(graph, parts[p]!);
    this.isCacheTold = fit.isTold;
  }

  /** The last record of an answer that stands before a place; -1. */
  lastBefore(answer: number, place: number): number {
    if (answer < 0) return -1;
    let low = this.start[answer]!;
    let high = this.start[answer + 1]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.member[middle]! < place) low = middle + 1;
      else high = middle;
    }
    return low > this.start[answer]! ? this.member[low - 1]! : -1;
  }

  /** The last call of an answer before a place that nothing answers; -1. A few of its last records are looked at. */
  openCallBefore(answer: number, place: number, pairs: ToolPairs): number {
    const MOST = 64;
    let at = this.lastBefore(answer, place);
    for (let i = 0; i < MOST && at >= 0; i++) {
      if (pairs.isOpenCall(at)) return at;
      at = this.lastBefore(answer, at);
    }
    return -1;
  }

  /** Whether a result behind a place answers a call of the answer that was made before it. */
  isStillAnsweredAfter(answer: number, place: number): boolean {
    return answer >= 0 && this.lastResult[answer]! > place && this.callOfLastResult[answer]! < place;
  }

  /** Whether a record of the answer itself stands behind a place. */
  goesOnAfter(answer: number, place: number): boolean {
    if (answer < 0 || this.start[answer] === this.start[answer + 1]) return false;
    return this.member[this.start[answer + 1]! - 1]! > place;
  }

  /** What the cache says of two answers, each named by one of its records. */
  cacheBetween(first: number, second: number): CacheEvidence {
    if (!this.isCacheTold || first < 0 || second < 0) return 'unknown';
    const { cacheRead, cacheWritten } = this.index.columns;
    const left = cacheRead[first]! + cacheWritten[first]!;
    const found = cacheRead[second]!;
    if (cacheRead[first]! < 0 || cacheWritten[first]! < 0 || found < 0 || left === 0) return 'unknown';
    return found === left ? 'adjacent' : found > left ? 'apart' : 'unknown';
  }

  /** Whether the second answer was asked with less than half of what the first one was. */
  isContextGone(first: number, second: number): boolean {
    if (first < 0 || second < 0) return false;
    const before = this.contextOf(first);
    const after = this.contextOf(second);
    return before > 0 && after > 0 && after < before / 2;
  }

  private contextOf(record: number): number {
    const { cacheRead, cacheWritten } = this.index.columns;
    return cacheRead[record]! < 0 || cacheWritten[record]! < 0 ? -1 : cacheRead[record]! + cacheWritten[record]!;
  }

  private noteResults(pairs: ToolPairs): void {
    const { tools, columns } = this.index;
    for (let t = 0; t < tools.id.length; t++) {
      const call = tools.isResult[t] === 1 ? pairs.recordOfCall(tools.id[t]!) : -1;
      const answer = call < 0 ? -1 : columns.messageId[call]!;
      if (answer < 0) continue;
      this.lastResult[answer] = tools.record[t]!;
      this.callOfLastResult[answer] = call;
    }
  }
}

/** In how many of a session's neighbouring answers the cache figures fit. */
export class CacheFit {
  private pairs = 0;
  private fitting = 0;
  private last = -1;

  static of(graph: ConversationGraph): CacheFit {
    const fit = new CacheFit();
    const { cacheRead } = graph.index.columns;
    for (let i = 0; i < cacheRead.length; i++) if (cacheRead[i]! >= 0 && isPart(graph, i)) fit.add(graph, i);
    return fit;
  }

  /** Whether they are evidence. */
  get isTold(): boolean {
    return this.pairs >= LEAST_PAIRS && this.fitting >= this.pairs * LEAST_FITTING;
  }

  /** Takes the next record of an answer. */
  add(graph: ConversationGraph, record: number): void {
    const { cacheRead, cacheWritten, messageId } = graph.index.columns;
    if (cacheRead[record]! < 0) return;
    const { last } = this;
    if (last >= 0 && messageId[last] !== messageId[record]) {
      this.pairs++;
      if (cacheRead[record] === cacheRead[last]! + cacheWritten[last]!) this.fitting++;
    }
    this.last = record;
  }
}

function isPart(graph: ConversationGraph, record: number): boolean {
  const { kind, messageId } = graph.index.columns;
  return kind[record] === KIND.assistant && messageId[record]! >= 0 && graph.isMain(record) && graph.isCurrent(record);
}
