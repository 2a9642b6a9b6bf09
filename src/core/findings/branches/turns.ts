import type { Branches } from '../../graph/branches.ts';
import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import type { ToolPairs } from '../../graph/tool-pairs.ts';
import { FLAG, KIND, isMessage } from '../../transcript/record-kinds.ts';

/** What a person asked and all that came of it, on the way of one branch; also the rest of a turn amid which the branch begins. */
export interface Turn {
  /** Hangs under what came before. */
  readonly first: number;
  /** What the next turn of the branch hangs under; of its last turn the last record of the way. */
  readonly end: number;
  /** The turn before on the same branch; null where that is the fork, or what stands above it. */
  readonly before: Turn | null;
  /** Of the prompt, else of the first record. */
  readonly time: number;
  /** Whether somebody asked and was answered. */
  readonly isAnswered: boolean;
  /** Of the answers. */
  readonly answers: readonly number[];
  /** Messages on the way. */
  readonly messages: readonly number[];
}

/** The way down a branch: its turns, and the fork with further conversations that it ends at; -1 where it ends at none. */
export interface Way {
  readonly turns: readonly Turn[];
  readonly fork: number;
}

/**
 * Follows a branch to the next fork below which several conversations begin, or to its end. Where something small lies beside the way
 * (parallel calls, notes of the client), the conversation counts.
 * @param before the turn that the branch begins amid or behind
 */
export function wayDown(graph: ConversationGraph, pairs: ToolPairs, branches: Branches, top: number, before: Turn | null): Way {
  const turns: Turn[] = [];
  let open = new OpenTurn(graph, top);
  let last: Turn | null = before;
  for (let at = top; ;) {
    if (open.add(at, pairs.isPrompt(at))) {
      last = open.closed(last);
      turns.push(last);
      open = new OpenTurn(graph, at);
      open.add(at, true);
    }
    const isFork = branches.conversationsBelow(at).length > 1;
    const next = isFork ? -1 : nextOnWay(graph, branches, at);
    if (next < 0 && !isFork) open.endsAt(lastNote(graph, at));
    if (next < 0) return { turns: [...turns, open.closed(last)], fork: isFork ? at : -1 };
    at = next;
  }
}

/** The child that a conversation goes on under; -1 at the end. */
function nextOnWay(graph: ConversationGraph, branches: Branches, record: number): number {
  let best = -1;
  let rank = -1;
  for (const child of graph.childrenOf(record)) {
    const { prompts, answers, last } = branches.of(child);
    if (last < 0) continue;
    const own = prompts > 0 && answers > 0 ? 2 : prompts > 0 ? 1 : 0;
    if (own > rank || (own === rank && last > branches.of(best).last)) [best, rank] = [child, own];
  }
  return best;
}

/** What the client notes behind the last message of a branch: how long the turn took, what a hook said. */
function lastNote(graph: ConversationGraph, from: number): number {
  let at = from;
  for (;;) {
    const below = graph.childrenOf(at).filter((child) => child > at && graph.isSeen(child) && graph.isMain(child));
    const last = below.at(-1);
    if (last === undefined) return at;
    at = last;
  }
}

class OpenTurn {
  private readonly graph: ConversationGraph;
  private readonly first: number;
  private end: number;
  private prompt = -1;
  private readonly answers: number[] = [];
  private readonly messages: number[] = [];

  constructor(graph: ConversationGraph, first: number) {
    this.graph = graph;
    this.first = first;
    this.end = first;
  }

  /** @returns whether the record belongs to the next turn, and was not added */
  add(record: number, isPrompt: boolean): boolean {
    // What stands before the first prompt of a branch belongs to that prompt, unless it is the rest of an answered turn.
    if (isPrompt && (this.prompt >= 0 || this.messages.length > 0)) return true;
    const { kind, time } = this.graph.index.columns;
    if (isPrompt) this.prompt = record;
    this.end = record;
    if (!isMessage(kind[record]!)) return false;
    this.messages.push(record);
    if (kind[record] !== KIND.assistant || this.isOwnReport(record)) return false;
    this.answers.push(time[record]!);
    return false;
  }

  endsAt(record: number): void {
    this.end = record;
  }

  closed(before: Turn | null): Turn {
    const { first, end, prompt, answers, messages } = this;
    const time = this.graph.index.columns.time[prompt < 0 ? first : prompt]!;
    const isAnswered = prompt >= 0 && answers.length > 0;
    return { first, end, before, time, isAnswered, answers, messages };
  }

  /** What the client says by itself is no answer. */
  private isOwnReport(record: number): boolean {
    return this.graph.index.isFlagged(record, FLAG.apiError) || this.graph.index.isFlagged(record, FLAG.synthetic);
  }
}
