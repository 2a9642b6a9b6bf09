import { OVERSIZE } from '../findings/line-findings.ts';
import type { Elsewhere } from '../findings/orphans/orphans.ts';
import { ORPHAN, type ConversationGraph } from '../graph/conversation-graph.ts';
import type { Repairs } from '../graph/repairs.ts';
import { isPrompt, type ToolPairs } from '../graph/tool-pairs.ts';
import type { LoaderId, Loaders } from '../loaders/loader.ts';
import { CacheFit } from '../repair/answers.ts';
import type { PlannedLink } from '../repair/links.ts';
import { FLAG, KIND, isMessage } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';

/** Where a session goes on. */
export interface Tip {
  /** The record that each loader continues from, by loader: with and without repairs the same. */
  readonly leaves: ReadonlyMap<LoaderId, number>;
  /** No finding, and no repair in force or to come, concerns a line behind this one; only how the session ends. */
  readonly quietFrom: number;
}

/** A judged session of which the end is read. */
export interface Continued {
  readonly file: TranscriptIndex;
  readonly index: TranscriptIndex;
  readonly repairs: Repairs;
  readonly elsewhere: Elsewhere;
  readonly loaders: Loaders;
  readonly graph: ConversationGraph;
  readonly whole: ConversationGraph;
  readonly pairs: ToolPairs;
  readonly links: readonly PlannedLink[];
  readonly tip: Tip | null;
  readonly tail: TailOnce;
}

/** Nothing else may be known of a record that is appended in the ordinary way, nor of those that it continues. */
const PLAIN = FLAG.text | FLAG.thinking | FLAG.toolUse | FLAG.toolResult | FLAG.hollowThinking;

/**
 * The end of a session that is being written, and the rule of what continues it in the ordinary way: a record that only makes the chain
 * of a resume longer, by every loader and with or without repairs, and that changes no finding, suggestion or figure of anything before
 * it. What is not sure to be of that kind is refused; the session is then looked at as a whole.
 *
 * Ordinary are, under the record that the session ends with and that nothing else follows: a prompt when no tool call is open,
 * parts of an answer, the results of its calls, plain system records and attachments; beside the chain progress records and lines
 * without a uuid.
 */
export class Tail {
  /** Records that a resume loads since then: messages, and what hangs between them. */
  readonly loaded: number[] = [];
  /** Messages among what was appended. */
  messages = 0;
  private session: Continued;
  /** Messages among them, by loader. */
  private readonly visible = new Map<LoaderId, number>();
  private readonly quietFrom: number;
  /** What resumes continue from, by loader. */
  private readonly leaves: Map<LoaderId, number>;
  /** The record that the session ends with; what continues it hangs below. */
  private end: number;
  /** Per record: how many follow it, progress records passed through; counted to 2. */
  private followers: Uint8Array;
  /** Message id of the answer that the chain ends with, when nothing was said after it; -1. */
  private answer = -1;
  /** Calls of this turn that nothing answers yet, with the message ids of their answers; names. */
  private readonly openCalls = new Map<number, number>();
  /** Answers and calls that were appended. */
  private readonly newNames = new Set<number>();
  /** What repairs, compactions and lost records name: their uuids stand in it. */
  private readonly named: string;
  /** Needed where suggestions for broken links look at it. */
  private readonly cache: CacheFit | null;

  private constructor(session: Continued, tip: Tip, count: number) {
    const { graph, index, repairs, elsewhere, links, whole } = session;
    this.session = session;
    this.quietFrom = tip.quietFrom;
    this.leaves = new Map(tip.leaves);
    this.end = Math.max(...tip.leaves.values());
    this.followers = followersOf(graph, count);
    const lost = [...elsewhere.values()].flatMap(({ uuid, parentUuid }) => [uuid, parentUuid]);
    this.named = JSON.stringify([index.preserved, repairs, lost]);
    this.cache = links.length === 0 ? null : CacheFit.of(whole);
  }

  /**
   * The one that has read the session up to here goes on; only where there is none the end is read anew.
   * @param count records that there are now; @returns null when the end of the session is not one that can be continued so
   */
  static of(session: Continued, count: number): Tail | null {
    const known = session.tail.take();
    return known === null ? Tail.read(session, count) : known.widened(count);
  }

  private static read(session: Continued, count: number): Tail | null {
    const { file, index, whole, repairs, tip } = session;
    // Records that repairs put in are numbered behind those of the file.
    if (tip === null || index !== file || whole.index !== file || repairs.leaf !== null) return null;
    if (tip.quietFrom === Infinity || [...tip.leaves.values()].some((leaf) => leaf < 0)) return null;
    const tail = new Tail(session, tip, count);
    return !tail.endsBesideOthers() && tail.readTurn() && tail.leavesLinksAlone() ? tail : null;
  }

  /** Where the session goes on from now. */
  get tip(): Tip {
    return { leaves: new Map(this.leaves), quietFrom: this.quietFrom };
  }

  /** Messages among what was appended that a loader loads. */
  visibleTo(loader: LoaderId): number {
    return this.visible.get(loader) ?? 0;
  }

  /** All that was appended is part of a state now: what comes next continues that. */
  settle(session: Continued): void {
    this.session = session;
    this.loaded.length = 0;
    this.visible.clear();
    this.messages = 0;
    this.newNames.clear();
  }

  private widened(count: number): this {
    if (count > this.followers.length) {
      const wider = new Uint8Array(count + ROOM);
      wider.set(this.followers);
      this.followers = wider;
    }
    return this;
  }

  /** Takes the next record of the file, when it is an ordinary one. @param graph with all that was appended */
  take(graph: ConversationGraph, record: number): boolean {
    const { kind, flags, length } = graph.index.columns;
    if ((flags[record]! & ~PLAIN) !== 0 || length[record]! > OVERSIZE) return false;
    if (kind[record] === KIND.meta) return this.takeMeta(graph, record);
    const parent = graph.parent[record]!;
    if (parent < 0 || parent >= record || !graph.isSeen(record) || !graph.isSeen(parent)) return false;
    // Under a record that has lost its own parent a hook's record may stand that nothing hung under.
    if (graph.parent[parent] === ORPHAN || this.isNamed(graph, record) || this.isNamed(graph, parent)) return false;
    if (kind[record] === KIND.progress) return true;
    if (this.conversationAbove(graph, parent) !== this.end || this.followers[parent]! > 0 || this.followers[this.end]! > 0) return false;
    if (isMessage(kind[record]!) && !this.takeMessage(graph, record)) return false;
    if (!this.continueChains(graph, record)) return false;
    this.end = record;
    countFollower(graph.parent, kind, record, this.followers);
    return true;
  }

  private takeMeta(graph: ConversationGraph, record: number): boolean {
    return this.session.loaders.list.every(({ id, growth }) => growth?.allowsNote(graph, record, this.leaves.get(id) ?? -1) === true);
  }

  /** @returns false where some loader's chain does not just become longer */
  private continueChains(graph: ConversationGraph, record: number): boolean {
    const { list, primary } = this.session.loaders;
    const appended = { graph, record, above: this.end, isQuiet: (one: number) => this.isQuiet(graph, one) };
    for (const { id, growth } of list) {
      const leaf = this.leaves.get(id);
      const step = leaf === undefined ? null : (growth?.step(appended, leaf) ?? null);
      if (step === null) return false;
      this.leaves.set(id, step.leaf);
      this.visible.set(id, (this.visible.get(id) ?? 0) + step.visible);
      if (id === primary) this.loaded.push(...step.records);
    }
    return true;
  }

  private takeMessage(graph: ConversationGraph, record: number): boolean {
    const { index } = graph;
    const isOrdinary =
      index.columns.kind[record] === KIND.assistant
        ? this.takeAnswer(graph, record)
        : index.isFlagged(record, FLAG.toolResult)
          ? this.takeResults(graph, record)
          : this.takePrompt(graph, record);
    if (isOrdinary) this.messages++;
    return isOrdinary;
  }

  private takePrompt(graph: ConversationGraph, record: number): boolean {
    const { kind } = graph.index.columns;
    if (!isPrompt(graph.index, record) || this.openCalls.size > 0) return false;
    if (kind[graph.parent[record]!] === KIND.progress) return false;
    if (!this.isUnforkedTo(graph, record, (at) => isPrompt(graph.index, at))) return false;
    this.answer = -1;
    return true;
  }

  private takeAnswer(graph: ConversationGraph, record: number): boolean {
    const { columns, tools } = graph.index;
    const answer = columns.messageId[record]!;
    if (answer < 0) return false;
    if (answer !== this.answer && (!this.isNew(answer) || this.openCalls.size > 0)) return false;
    if (!this.isUnforkedTo(graph, record, (at) => columns.kind[at] === KIND.assistant)) return false;
    for (let tool = columns.toolStart[record]!; tool < columns.toolStart[record + 1]!; tool++) {
      const call = tools.id[tool]!;
      if (tools.isResult[tool] === 1 || call < 0 || !this.isNew(call)) return false;
      this.openCalls.set(call, answer);
    }
    this.answer = answer;
    return this.leavesCacheAlone(graph, record);
  }

  private takeResults(graph: ConversationGraph, record: number): boolean {
    const { columns, tools } = graph.index;
    for (let tool = columns.toolStart[record]!; tool < columns.toolStart[record + 1]!; tool++) {
      const call = tools.id[tool]!;
      if (tools.isResult[tool] === 0 || this.answer < 0 || this.openCalls.get(call) !== this.answer) return false;
      this.openCalls.delete(call);
    }
    return true;
  }

  /** Whether the way up to the nearest record of a kind has no fork: then no branch becomes a conversation by what is appended. */
  private isUnforkedTo(graph: ConversationGraph, record: number, isEnd: (record: number) => boolean): boolean {
    for (let at = graph.parent[record]!; at >= 0; at = graph.parent[at]!) {
      if (!this.isQuiet(graph, at) || this.followers[at]! > 1) return false;
      if (isEnd(at)) return true;
    }
    return true;
  }

  /** The turn that the session ends in: its answer and its open calls. @returns false when it is not one that can be continued */
  private readTurn(): boolean {
    const { graph, index } = this.session;
    const { kind, messageId } = index.columns;
    const turn: number[] = [];
    const answers = new Set<number>();
    for (let at = this.end; at >= 0; at = this.conversationAbove(graph, graph.parent[at]!)) {
      turn.push(at);
      const isAnswer = kind[at] === KIND.assistant;
      const says = index.isFlagged(at, FLAG.queuedPrompt) || (kind[at] === KIND.user && !index.isFlagged(at, FLAG.toolResult));
      if (says) break;
      if (!this.isQuiet(graph, at) || (isAnswer && messageId[at]! < 0)) return false;
      if (!isAnswer) continue;
      if (answers.size === 0) this.answer = messageId[at]!;
      answers.add(messageId[at]!);
    }
    if (!this.canContinue(turn)) return false;
    this.noteOpenCalls(answers);
    // Whether a loader sends open calls of earlier answers depends on what follows, and a result that it does not take is one all the same.
    return [...this.openCalls].every(([call, answer]) => answer === this.answer && !this.session.pairs.isAnswered(call));
  }

  /** An answer that passes by other messages is the end of a repaired copy; once more follows it, it is an old place that was continued. */
  private endsBesideOthers(): boolean {
    const { graph, index } = this.session;
    const { kind } = index.columns;
    if (kind[this.end] !== KIND.assistant) return false;
    let above = graph.parent[this.end]!;
    while (above >= 0 && !isMessage(kind[above]!)) above = graph.parent[above]!;
    for (let i = this.end - 1; i > above; i--) if (isMessage(kind[i]!)) return true;
    return false;
  }

  private canContinue(turn: readonly number[]): boolean {
    const { graph, loaders } = this.session;
    return loaders.list.every(({ id, growth }) => growth?.canContinue(graph, this.leaves.get(id) ?? -1, turn) === true);
  }

  private noteOpenCalls(answers: ReadonlySet<number>): void {
    const { graph, index } = this.session;
    const { tools, columns } = index;
    const isOfTurn = new Uint8Array(index.names.size);
    for (const answer of answers) isOfTurn[answer] = 1;
    for (let tool = 0; tool < tools.id.length; tool++) {
      const record = tools.record[tool]!;
      const answer = columns.messageId[record]!;
      if (tools.isResult[tool] === 0 && answer >= 0 && isOfTurn[answer] === 1) this.openCalls.set(tools.id[tool]!, answer);
      else if (this.openCalls.size > 0 && tools.isResult[tool] === 1 && columns.kind[record] === KIND.user && graph.isSeen(record)) {
        this.openCalls.delete(tools.id[tool]!);
      }
    }
  }

  /**
   * The best places of lost records are looked for around them, up to the next answer: what comes behind that one and belongs to
   * another answer says nothing of them.
   */
  private leavesLinksAlone(): boolean {
    const { graph, index, links } = this.session;
    if (links.length === 0) return true;
    const { line, kind, messageId } = index.columns;
    let isClosed = false;
    for (let i = index.count - 1; i >= 0; i--) {
      if (line[i]! > this.quietFrom) isClosed ||= kind[i] === KIND.assistant && graph.isMain(i) && graph.isSeen(i);
      else if (this.answer >= 0 && messageId[i] === this.answer) return false;
    }
    return isClosed;
  }

  private leavesCacheAlone(graph: ConversationGraph, record: number): boolean {
    if (this.cache === null) return true;
    const before = this.cache.isTold;
    this.cache.add(graph, record);
    return this.cache.isTold === before;
  }

  /** The first record at or above one that is no progress record; -1 for none, NOWHERE where loaders may not find it. */
  private conversationAbove(graph: ConversationGraph, record: number): number {
    let at = record;
    while (at >= 0 && graph.index.columns.kind[at] === KIND.progress) {
      const above = graph.parent[at]!;
      // Where a loader reads in one pass, a progress record before its parent leads nowhere.
      if (above >= at || !this.isQuiet(graph, at)) return NOWHERE;
      at = above;
    }
    return at === ORPHAN ? NOWHERE : at;
  }

  /** A plain record of the conversation that no finding and no repair concerns. */
  private isQuiet(graph: ConversationGraph, record: number): boolean {
    const { line, flags } = graph.index.columns;
    return record >= 0 && line[record]! > this.quietFrom && (flags[record]! & ~PLAIN) === 0 && graph.isSeen(record);
  }

  private isNamed(graph: ConversationGraph, record: number): boolean {
    return this.named.includes(JSON.stringify(graph.index.uuidText(record)).slice(1, -1));
  }

  /** Whether a name stands here for the first time; asked once for each place. */
  private isNew(name: number): boolean {
    if (name < this.session.graph.recordOfName.length || this.newNames.has(name)) return false;
    this.newNames.add(name);
    return true;
  }
}

/** No record. */
const NOWHERE = -9;

/** Records that may be appended before the counts move. */
const ROOM = 4096;

/** Who has read a session up to its end; handed out once, because reading on changes it. */
export class TailOnce {
  private tail: Tail | null;

  constructor(tail: Tail | null) {
    this.tail = tail;
  }

  take(): Tail | null {
    const { tail } = this;
    this.tail = null;
    return tail;
  }
}

function followersOf(graph: ConversationGraph, count: number): Uint8Array {
  const { parent, index } = graph;
  const { kind } = index.columns;
  const followers = new Uint8Array(count + ROOM);
  for (let i = 0; i < parent.length; i++) if (parent[i]! >= 0 && kind[i] !== KIND.progress) countFollower(parent, kind, i, followers);
  return followers;
}

function countFollower(parent: Int32Array, kind: Uint8Array, record: number, followers: Uint8Array): void {
  for (let at = parent[record]!; at >= 0; at = parent[at]!) {
    const known = followers[at]!;
    if (known < 2) followers[at] = known + 1;
    // Further up it was counted with the first that came through here.
    if (kind[at] !== KIND.progress || known > 0) return;
  }
}
