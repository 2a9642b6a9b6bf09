import { ORPHAN } from '../graph/conversation-graph.ts';
import { FLAG, KIND } from '../transcript/record-kinds.ts';
import type { Clues } from './clues.ts';
import type { Components } from './components.ts';
import type { Before } from './places.ts';

/** Where an orphan may belong, and why. */
export interface Proposal {
  readonly parent: number;
  /** 0 to 1; the higher one is the better place. */
  readonly score: number;
  readonly reason: string;
  readonly certainty: Certainty;
}

/** How much a rule is worth by itself, before anything speaks against its place. */
export type Certainty = 'sure' | 'likely' | 'guess';

/** Results that are written this close to one another come from calls made together. Milliseconds. */
const TOGETHER = 250;
/** The model needs longer than this for its next answer. Milliseconds. */
const ANSWERING = 1000;
/** A result this soon after its call was there before the model could make another call. Milliseconds. */
const AT_ONCE = 100;
/** A child written this much before a compaction was kept by it, not written after it. Milliseconds. */
const KEPT_BEFORE = 1000;
/** Progress records that are passed on the way up to the conversation, at most. */
const MOST_PASSED = 1000;
/** Lost calls side by side that are looked through, at most. */
const MOST_DEPTH = 8;

const PREVIOUS = 'It is the last record of the conversation before this one in the file.';
const OPEN_CALL = 'Its tool call has no result in the file; the lost record was probably that result.';
const SAME_LOST = 'It stands before the first record that hangs under the same lost record.';

/**
 * The rules that find where the lost parent of one orphan hung. They look at what was lost, not at the orphan alone: all records
 * that hung under the lost one came after it, so that its own parent is looked for before the first of them.
 */
export class LostParent {
  private readonly clues: Clues;
  private readonly components: Components;
  private readonly orphan: number;
  /** The record before which the lost one stood. */
  private readonly place: number;
  private readonly isCall: boolean;
  private readonly depth: number;

  /** @param depth how many lost records are being asked for each other */
  constructor(clues: Clues, components: Components, orphan: number, depth = 0) {
    this.depth = depth;
    this.clues = clues;
    this.components = components;
    this.orphan = orphan;
    const { columns } = clues.graph.index;
    const lost = this.isOfSubagent ? undefined : clues.lost.of(columns.parent[orphan]!);
    // A record behind a compaction does not share the place of one before it.
    const shared = lost !== undefined && lost.earliest <= orphan && lost.earliest > clues.places.boundary[orphan]!;
    this.place = shared ? lost.earliest : orphan;
    this.isCall = lost?.isCall ?? clues.pairs.namesLostCall(orphan);
  }

  /** What the rules say, best first. None where the lost record was a compaction boundary: nothing hangs above that. */
  proposals(): Proposal[] {
    const { graph, lost } = this.clues;
    if (lost.of(graph.index.columns.parent[this.orphan]!)?.isBoundary === true) return [];
    const inStretch = [...this.byToolCall(), ...this.byPlace()].filter((proposal) => this.isInStretch(proposal.parent));
    return [...inStretch, ...this.byKeptMessages()];
  }

  /** The nearest eligible record of a chain before a place, since the last compaction; -1. */
  nearest(chain: Before, place: number): number {
    const stop = this.clues.places.boundary[this.orphan]!;
    for (let at = chain[place]!; at >= 0 && at >= stop; at = chain[at]!) if (this.isEligible(at)) return at;
    return -1;
  }

  /** Whether what broke off goes on amid a turn: with an answer, or a result. A prompt may follow a step back. */
  get isAmidTurn(): boolean {
    const { index } = this.clues.graph;
    if (this.isOfSubagent) return false;
    return this.isCall || index.columns.kind[this.orphan] === KIND.assistant || index.isFlagged(this.orphan, FLAG.toolResult);
  }

  /** Whether a record is the last of the conversation before what was lost. */
  isLast(record: number): boolean {
    return this.nearest(this.clues.places.main, this.place) === record;
  }

  /** First records of the answers before and behind the place, for what they were asked with. */
  answersAround(parent: number): { readonly before: number; readonly after: number } {
    const { graph, places } = this.clues;
    const isAnswer = graph.index.columns.kind[parent] === KIND.assistant;
    return { before: isAnswer ? parent : this.since(places.assistant[parent]!), after: places.nextAssistant[this.place]! };
  }

  private get isOfSubagent(): boolean {
    return this.clues.graph.index.isFlagged(this.orphan, FLAG.sidechain);
  }

  /** A result whose tool call is in the file belongs under it. A progress record hangs under whatever was written last. */
  private byToolCall(): Proposal[] {
    const { graph, pairs } = this.clues;
    const isResult = graph.index.isFlagged(this.orphan, FLAG.toolResult);
    return pairs
      .callsOf(this.orphan)
      .filter((call) => this.isEligible(call))
      .map((parent) =>
        isResult
          ? { parent, score: 0.99, reason: 'It holds the result of the tool call in that record.', certainty: 'sure' }
          : { parent, score: 0.5, reason: 'It reports on the tool call in that record.', certainty: 'guess' },
      );
  }

  /** A compaction may keep messages: they were written before it, and what hangs under them stands behind it. */
  private byKeptMessages(): Proposal[] {
    const { graph, places } = this.clues;
    const { time } = graph.index.columns;
    const boundary = places.boundary[this.place]!;
    if (boundary < 0 || !(time[this.place]! < time[boundary]! - KEPT_BEFORE)) return [];
    const parent = this.clues.keptBy(boundary).findLast((record) => this.isEligible(record)) ?? -1;
    const reason = 'It is the last of the messages that the compaction kept; this record was written before the compaction.';
    return parent < 0 ? [] : [{ parent, score: 0.97, reason, certainty: 'likely' }];
  }

  private byPlace(): Proposal[] {
    const previous = this.nearest(this.clues.places.main, this.place);
    if (previous < 0) return [];
    const proposals = this.isCall ? this.ofLostCall(previous) : this.ofLostMessage(previous);
    const shares = this.place !== this.orphan;
    return shares ? proposals.map((proposal) => ({ ...proposal, reason: `${proposal.reason} ${SAME_LOST}` })) : proposals;
  }

  /** The lost record was no call: text, a prompt, a result, a message of a hook. */
  private ofLostMessage(previous: number): Proposal[] {
    const open = this.openCallBeside(previous);
    if (open !== null) {
      const openCall: Proposal = { parent: open.call, score: 0.96, reason: OPEN_CALL, certainty: open.certainty };
      const other = open.call === previous ? previousOf(previous, 0.94, open.certainty) : previousOf(previous, 0.7, 'guess');
      return [openCall, other];
    }
    const doubtful = this.isHookAfterTurn(previous) || this.mayHideLostCall(previous) || this.followsLostHook();
    return [...this.resumedAt(previous), ...this.sameAnswer(previous), previousOf(previous, 0.94, doubtful ? 'likely' : 'sure')];
  }

  /** Blocks of one answer of the model are chained one to the next. */
  private sameAnswer(previous: number): Proposal[] {
    const { kind, messageId } = this.clues.graph.index.columns;
    const answer = messageId[this.place]!;
    if (kind[this.place] !== KIND.assistant || answer < 0 || messageId[previous] !== answer) return [];
    const reason = 'Both are parts of the same answer of the model (equal message id).';
    return [{ parent: previous, score: 0.98, reason, certainty: 'sure' }];
  }

  /**
   * The open call of the answer that the previous record belongs to, or answers. Of several the one answered last is continued;
   * which that was is lost with the results, but a call that is still reported on was not answered yet.
   */
  private openCallBeside(previous: number): { readonly call: number; readonly certainty: Certainty } | null {
    const { graph, pairs, answers, places } = this.clues;
    const { index } = graph;
    if (index.isFlagged(this.place, FLAG.toolResult)) return null;
    const call = this.callBeside(previous);
    const answer = call < 0 ? -1 : index.columns.messageId[call]!;
    const reported = pairs.callsOf(this.place);
    const openBefore = (place: number): number => answers.openCallBefore(answer, place, pairs);
    const last = answer < 0 && call >= 0 && pairs.isOpenCall(call) ? call : openBefore(this.place);
    if (last < 0) return null;
    const other = openBefore(last);
    const chosen = other >= 0 && reported.includes(last) ? other : last;
    if (chosen < places.boundary[this.orphan]! || !this.isEligible(chosen)) return null;
    return { call: chosen, certainty: other >= 0 || reported.includes(chosen) ? 'likely' : 'sure' };
  }

  /**
   * Behind a result an answer begins with the lost record's child, so the lost record was none of that answer. It was a message
   * that goes with results, or the result of a call that is lost as well.
   */
  private mayHideLostCall(previous: number): boolean {
    const { graph, answers } = this.clues;
    const { kind, messageId } = graph.index.columns;
    if (!graph.index.isFlagged(previous, FLAG.toolResult)) return false;
    if (kind[this.place] === KIND.attachment) return true;
    const isFirst = kind[this.place] === KIND.assistant && answers.lastBefore(messageId[this.place]!, this.place) < 0;
    return isFirst && graph.index.isFlagged(this.place, FLAG.thinking);
  }

  /** The hook record before the place hangs under nothing that is known: what it hung under may be the place. */
  private followsLostHook(): boolean {
    const { places } = this.clues;
    const last = places.any[this.place]!;
    if (last < 0 || !this.isHook(last)) return false;
    return this.conversationAbove(last) < 0;
  }

  /** A progress record that is not about a tool call. */
  private isHook(record: number): boolean {
    const { graph, pairs } = this.clues;
    const isProgress = graph.index.columns.kind[record] === KIND.progress;
    return isProgress && pairs.callsOf(record).length === 0 && !pairs.namesLostCall(record);
  }

  /** The call that a record makes, answers, or stands under without being part of the conversation's thread; -1. */
  private callBeside(record: number): number {
    const { graph, pairs } = this.clues;
    const { kind } = graph.index.columns;
    let at = record;
    for (let i = 0; i < MOST_DEPTH && at >= 0 && (kind[at] === KIND.system || kind[at] === KIND.attachment); i++) {
      at = graph.parent[at]! < 0 ? -1 : this.conversationAbove(graph.parent[at]!);
    }
    if (at < 0) return -1;
    if (graph.index.isFlagged(at, FLAG.toolResult)) return at === record ? (pairs.callsOf(at)[0] ?? -1) : -1;
    return at === record || pairs.isOpenCall(at) ? at : -1;
  }

  /** Clients that resume go on below the last hook record, not below what their predecessor wrote after it. */
  private resumedAt(previous: number): Proposal[] {
    const { places } = this.clues;
    const last = places.any[this.place]!;
    if (last <= previous) return [];
    const parent = this.conversationAbove(last);
    if (parent < 0 || parent === previous || parent < places.boundary[this.orphan]! || !this.isEligible(parent)) return [];
    const reason = 'The progress record before this one in the file hangs under it, as after a resume.';
    return [{ parent, score: 0.95, reason, certainty: 'likely' }];
  }

  private conversationAbove(progress: number): number {
    const { graph } = this.clues;
    let at = progress;
    for (let i = 0; i < MOST_PASSED && at >= 0 && !graph.isMain(at); i++) at = graph.parent[at]!;
    return at >= 0 && graph.isMain(at) && graph.isCurrent(at) ? at : -1;
  }

  /** A hook behind the end of a turn, or behind the records of a local command, may hang higher up: under what came before. */
  private isHookAfterTurn(previous: number): boolean {
    const { graph } = this.clues;
    const { kind } = graph.index.columns;
    if (!this.isHook(this.place)) return false;
    const above = graph.parent[previous]!;
    const isCommand =
      kind[previous] === KIND.user && above >= 0 && kind[above] === KIND.user && !graph.index.isFlagged(above, FLAG.toolResult);
    return kind[previous] === KIND.system || isCommand;
  }

  /** The lost record made a tool call: it was part of the answer before it, or began the next one. */
  private ofLostCall(previous: number): Proposal[] {
    const { graph, pairs, answers } = this.clues;
    const { messageId, kind } = graph.index.columns;
    if (!graph.index.isFlagged(previous, FLAG.toolResult)) return this.inAnswer(previous);
    const call = pairs.callsOf(previous)[0] ?? -1;
    const answer = call < 0 ? -1 : messageId[call]!;
    const isNextAnswer = kind[this.place] === KIND.assistant && messageId[this.place] !== answer;
    const open = isNextAnswer ? this.openCallBeside(previous) : null;
    if (open !== null)
      return [{ parent: open.call, score: 0.9, reason: OPEN_CALL, certainty: 'likely' }, previousOf(previous, 0.7, 'guess')];
    if (kind[this.place] === KIND.assistant || answers.goesOnAfter(answer, this.place)) return [previousOf(previous, 0.94, 'sure')];
    const last = answer < 0 ? call : answers.lastBefore(answer, this.place);
    const isBeside = last >= 0 && last >= this.clues.places.boundary[this.orphan]! && this.isEligible(last);
    return isBeside ? this.besideAnswered(previous, last) : this.besideLostCall(previous);
  }

  /** @param last the last part of the answer whose call the previous record answers */
  private besideAnswered(previous: number, last: number): Proposal[] {
    const { graph, answers, places, pairs } = this.clues;
    const { time, kind, messageId } = graph.index.columns;
    const next = places.nextAssistant[this.place]!;
    const cache = answers.cacheBetween(last, next);
    const open = answers.openCallBefore(messageId[last]!, this.place, pairs);
    // The lost call may be one of the answer behind it, whose figures fit as well.
    if ((cache !== 'adjacent' || kind[this.place] === KIND.progress) && open >= 0 && this.isEligible(open)) {
      return [{ parent: open, score: 0.9, reason: OPEN_CALL, certainty: 'likely' }, previousOf(previous, 0.7, 'guess')];
    }
    if (cache === 'apart') return inTurn(previous, this.isAnswered(next) ? 'sure' : 'likely');
    if (cache === 'adjacent' && kind[this.place] === KIND.progress) return inTurn(previous, 'sure');
    const after = time[this.place]! - time[previous]!;
    const took = time[previous]! - time[last]!;
    const together = took >= AT_ONCE && (after < TOGETHER || (cache === 'adjacent' && after < took));
    const isLater = after >= ANSWERING || cache === 'adjacent';
    if (!together && !answers.isStillAnsweredAfter(messageId[last]!, this.place)) return inTurn(previous, isLater ? 'likely' : 'guess');
    return madeTogether(this.aboveGap(last) ?? last, previous);
  }

  /** The record before the lost call is part of an answer, a prompt, an attachment: the call was the next part of the answer. */
  private inAnswer(previous: number): Proposal[] {
    const { graph, pairs, answers } = this.clues;
    const above = this.aboveGap(previous);
    if (above !== null) {
      const reason = 'The answer that the lost tool call was part of lost another call: both probably stood in one place.';
      return [{ parent: above, score: 0.9, reason, certainty: 'likely' }, previousOf(previous, 0.6, 'guess')];
    }
    const { messageId } = graph.index.columns;
    const doubtful = pairs.isOpenCall(previous) && answers.openCallBefore(messageId[previous]!, previous, pairs) >= 0;
    return [previousOf(previous, 0.94, doubtful ? 'likely' : 'sure')];
  }

  /** Where the answer of a record lost another part before it: the place above that gap. */
  private aboveGap(part: number): number | null {
    const { graph, lost, places } = this.clues;
    const { columns } = graph.index;
    let top = part;
    for (let i = 0; i < MOST_PASSED; i++) {
      const above = graph.parent[top]!;
      if (above < 0 || columns.messageId[above] !== columns.messageId[part]) break;
      top = above;
    }
    const isOtherGap = graph.parent[top] === ORPHAN && columns.messageId[top]! >= 0 && columns.parent[top] !== columns.parent[this.orphan];
    const gap = isOtherGap ? lost.of(columns.parent[top]!) : undefined;
    if (gap === undefined || !gap.isCall || gap.earliest >= this.place) return null;
    const above = this.nearest(places.main, gap.earliest);
    return above < 0 ? null : above;
  }

  /** The result before this one lost its call as well: both calls may have stood at the same place. */
  private besideLostCall(previous: number): Proposal[] {
    const { graph, answers, lost, places } = this.clues;
    const { parent, time } = graph.index.columns;
    const other = lost.of(parent[previous]!);
    if (other === undefined || other.earliest >= this.place || this.depth >= MOST_DEPTH) return inTurn(previous, 'guess');
    const cache = answers.cacheBetween(this.since(places.assistant[previous]!), places.nextAssistant[this.place]!);
    const together = time[this.place]! - time[previous]! < TOGETHER || cache === 'adjacent';
    if (!together) return inTurn(previous, 'guess');
    const above = new LostParent(this.clues, this.components, previous, this.depth + 1).proposals()[0]?.parent ?? -1;
    return above < 0 || !this.isEligible(above) ? inTurn(previous, 'guess') : madeTogether(above, previous);
  }

  /** Whether the answer continues a result behind the place: no other answer can be lost between. */
  private isAnswered(assistant: number): boolean {
    const { graph } = this.clues;
    if (assistant < 0) return false;
    const above = graph.parent[assistant]! < 0 ? -1 : this.conversationAbove(graph.parent[assistant]!);
    return above >= this.place && graph.index.isFlagged(above, FLAG.toolResult);
  }

  private since(record: number): number {
    return record >= this.clues.places.boundary[this.orphan]! ? record : -1;
  }

  /** Whether no compaction lies between: the links of a file may lead anywhere. */
  private isInStretch(record: number): boolean {
    const { graph, places } = this.clues;
    const own = places.boundary[this.orphan]!;
    // A boundary opens the stretch behind it.
    return record === own || (places.boundary[record] === own && !graph.index.isFlagged(record, FLAG.compactBoundary));
  }

  private isEligible(record: number): boolean {
    const { graph } = this.clues;
    return graph.isMain(record) && graph.isSeen(record) && record !== this.orphan && this.components.find(record) !== this.orphan;
  }
}

function previousOf(parent: number, score: number, certainty: Certainty): Proposal {
  return { parent, score, reason: PREVIOUS, certainty };
}

function inTurn(previous: number, certainty: Certainty): Proposal[] {
  const why =
    certainty === 'guess'
      ? 'The tool call that hung here is lost, so the place is a guess.'
      : 'The lost tool call was made after its result.';
  return [{ parent: previous, score: certainty === 'guess' ? 0.6 : 0.93, reason: `${PREVIOUS} ${why}`, certainty }];
}

function madeTogether(parent: number, previous: number): Proposal[] {
  const reason = 'The lost tool call was probably made together with the calls of that answer: their results stand side by side.';
  return [{ parent, score: 0.9, reason, certainty: 'likely' }, previousOf(previous, 0.55, 'guess')];
}
