import type { ToolPairs } from './tool-pairs.ts';
import { KIND, isMessage } from '../transcript/record-kinds.ts';
import type { ConversationGraph } from './conversation-graph.ts';

/** What hangs under a record, itself included. */
export interface Branch {
  /** The record at its top. */
  readonly top: number;
  readonly prompts: number;
  /** Messages of the model. */
  readonly answers: number;
  readonly messages: number;
  /** First and last message of the conversation in it; -1 when there is none. */
  readonly first: number;
  readonly last: number;
}

/** Sums over everything below each record, in one pass from the ends up. Records on a cycle have no sums. */
export class Branches {
  private readonly graph: ConversationGraph;
  private readonly prompts: Uint32Array;
  private readonly answers: Uint32Array;
  private readonly messages: Uint32Array;
  private readonly first: Int32Array;
  private readonly last: Int32Array;

  constructor(graph: ConversationGraph, pairs: ToolPairs) {
    const { count } = graph.index;
    this.graph = graph;
    this.prompts = new Uint32Array(count);
    this.answers = new Uint32Array(count);
    this.messages = new Uint32Array(count);
    this.first = new Int32Array(count).fill(-1);
    this.last = new Int32Array(count).fill(-1);
    for (let i = 0; i < count; i++) {
      if (!isMessage(graph.index.columns.kind[i]!) || !graph.isSeen(i) || !graph.isMain(i)) continue;
      this.prompts[i] = pairs.isPrompt(i) ? 1 : 0;
      this.answers[i] = graph.index.columns.kind[i] === KIND.assistant ? 1 : 0;
      this.messages[i] = 1;
      this.first[i] = this.last[i] = i;
    }
    this.sumUp();
  }

  of(top: number): Branch {
    return {
      top,
      prompts: this.prompts[top]!,
      answers: this.answers[top]!,
      messages: this.messages[top]!,
      first: this.first[top]!,
      last: this.last[top]!,
    };
  }

  /**
   * The branches that start at a record's children, in file order, in which somebody asked and was answered: what a local command
   * leaves behind is no conversation.
   */
  conversationsBelow(record: number): Branch[] {
    const found: Branch[] = [];
    for (let at = this.graph.childStart[record]!; at < this.graph.childStart[record + 1]!; at++) {
      const child = this.graph.child[at]!;
      if (this.prompts[child]! > 0 && this.answers[child]! > 0) found.push(this.of(child));
    }
    return found;
  }

  private sumUp(): void {
    const { parent, childStart } = this.graph;
    const open = new Uint32Array(parent.length);
    const ready: number[] = [];
    for (let i = 0; i < parent.length; i++) {
      open[i] = childStart[i + 1]! - childStart[i]!;
      if (open[i] === 0) ready.push(i);
    }
    for (let record = ready.pop(); record !== undefined; record = ready.pop()) {
      const above = parent[record]!;
      if (above < 0) continue;
      this.add(record, above);
      if (--open[above]! === 0) ready.push(above);
    }
    // Only what hangs beside a cycle was added to its records; whoever followed that down would never arrive.
    for (let i = 0; i < parent.length; i++) if (open[i]! > 0) this.forget(i);
  }

  private forget(record: number): void {
    this.prompts[record] = this.answers[record] = this.messages[record] = 0;
    this.first[record] = this.last[record] = -1;
  }

  private add(from: number, to: number): void {
    this.prompts[to]! += this.prompts[from]!;
    this.answers[to]! += this.answers[from]!;
    this.messages[to]! += this.messages[from]!;
    if (this.first[from]! >= 0 && (this.first[to]! < 0 || this.first[from]! < this.first[to]!)) this.first[to] = this.first[from]!;
    if (this.last[from]! > this.last[to]!) this.last[to] = this.last[from]!;
  }
}
