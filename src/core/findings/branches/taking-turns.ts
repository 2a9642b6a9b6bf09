import type { Branches } from '../../graph/branches.ts';
import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import type { ToolPairs } from '../../graph/tool-pairs.ts';
import { wayDown, type Turn } from './turns.ts';

/** How sure it is that both sides of a fork were being written, and none was left. */
export type Proof =
  /** One went on, then the other, then the one again. */
  | 'took-turns'
  /** The one was still being answered when the other was asked. */
  | 'overlap';

/** Branches below one fork that were written by turns or at once. */
export interface Competition {
  readonly fork: number;
  readonly proof: Proof;
  /** All turns of these branches in order of time, each branch's in its own order. */
  readonly turns: readonly Turn[];
  /** The ends of the branches, in order of time. */
  readonly ends: readonly Turn[];
}

/** What is alive below a fork or a branch: what was left by going back is not. */
interface Alive {
  readonly turns: readonly Turn[];
  readonly ends: readonly Turn[];
  /** Of the branches that are alive; null where there is one. */
  readonly proof: Proof | null;
}

/**
 * Branches that took turns, as when two programs write to one session. The times of the turns tell them from a branch that was left by
 * going back and typing another prompt: that one is never gone on with. The order of lines tells nothing, since files are joined.
 */
export function findCompetitions(graph: ConversationGraph, pairs: ToolPairs, branches: Branches): Competition[] {
  const found: Competition[] = [];
  for (const root of rootsOfForks(graph, branches)) found.push(...new Search(graph, pairs, branches).below(root));
  return found;
}

/** The uppermost forks: none of another conversation is above them. */
function rootsOfForks({ index, childStart, parent }: ConversationGraph, branches: Branches): number[] {
  const isFork = (record: number): boolean =>
    childStart[record + 1]! - childStart[record]! > 1 && branches.conversationsBelow(record).length > 1;
  /** 1: a fork, or below one. */
  const below = new Int8Array(index.count).fill(-1);
  const roots: number[] = [];
  for (let i = 0; i < index.count; i++) {
    const path: number[] = [];
    let at = i;
    while (at >= 0 && below[at] === -1) {
      // Until the way up is known, and for good in a cycle.
      below[at] = 0;
      path.push(at);
      at = parent[at]!;
    }
    let inside = at >= 0 && below[at] === 1;
    for (const record of path.reverse()) {
      if (!inside && isFork(record)) {
        roots.push(record);
        inside = true;
      }
      below[record] = inside ? 1 : 0;
    }
  }
  return roots;
}

class Search {
  private readonly graph: ConversationGraph;
  private readonly pairs: ToolPairs;
  private readonly branches: Branches;

  constructor(graph: ConversationGraph, pairs: ToolPairs, branches: Branches) {
    this.graph = graph;
    this.pairs = pairs;
    this.branches = branches;
  }

  /** Forks first, each before those below it; then judged from the lowest up. */
  below(root: number): Competition[] {
    const order: { readonly fork: number; readonly ways: { readonly turns: readonly Turn[]; readonly fork: number }[] }[] = [];
    const open: { readonly fork: number; readonly before: Turn | null }[] = [{ fork: root, before: null }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { fork, before } = next;
      const ways = this.branches.conversationsBelow(fork).map(({ top }) => wayDown(this.graph, this.pairs, this.branches, top, before));
      order.push({ fork, ways });
      for (const way of ways) if (way.fork >= 0) open.push({ fork: way.fork, before: way.turns.at(-1) ?? null });
    }
    const aliveBelow = new Map<number, Alive>();
    const competitions = new Map<number, Competition>();
    for (const { fork, ways } of order.reverse()) {
      const sides = ways.map(({ turns, fork: next }) => continued(turns, aliveBelow.get(next)));
      const alive = aliveAmong(sides);
      aliveBelow.set(fork, alive);
      if (alive.proof === null) continue;
      // A competition takes those of its own branches in: all is put in order at once.
      for (const [inner, { turns }] of competitions) if (alive.turns.includes(turns[0]!)) competitions.delete(inner);
      competitions.set(fork, { fork, proof: alive.proof, turns: alive.turns, ends: alive.ends });
    }
    return [...competitions.values()];
  }
}

/** A branch down to a fork, with what is alive below that. */
function continued(turns: readonly Turn[], below: Alive | undefined): Alive {
  const last = turns.at(-1);
  if (below === undefined) return { turns, ends: last === undefined ? [] : [last], proof: null };
  return { turns: [...turns, ...below.turns], ends: below.ends, proof: null };
}

/** The side with the newest turn, and those that took turns with it or were answered at the same time. */
function aliveAmong(sides: readonly Alive[]): Alive {
  const [newest, ...others] = [...sides].sort((a, b) => newestOf(b) - newestOf(a));
  if (newest === undefined) return { turns: [], ends: [], proof: null };
  let alive = newest;
  let proof: Proof | null = null;
  for (const other of others) {
    const found = proofOf(alive.turns, other.turns);
    if (found === null) continue;
    proof = proof === 'overlap' ? 'overlap' : found;
    alive = { turns: merged(alive.turns, other.turns), ends: merged(alive.ends, other.ends), proof: null };
  }
  return { ...alive, proof };
}

function newestOf({ turns }: Alive): number {
  return turns.reduce((newest, { time }) => (time > newest ? time : newest), -Infinity);
}

function proofOf(one: readonly Turn[], other: readonly Turn[]): Proof | null {
  if ([...one, ...other].some(({ time }) => Number.isNaN(time))) return null;
  const [a, b] = [one, other].map((turns) => turns.filter(({ isAnswered }) => isAnswered));
  if (a === undefined || b === undefined || a.length === 0 || b.length === 0) return null;
  const isOfA = new Set(a);
  const sides = merged(a, b).map((turn) => isOfA.has(turn));
  const changes = sides.filter((side, i) => i > 0 && side !== sides[i - 1]).length;
  if (changes > 1) return 'took-turns';
  const [earlier, later] = sides[0] === true ? [a, b] : [b, a];
  // The end of a repaired copy has the time of the copy: it is newer than all that was said, and shows nothing.
  const [from, to] = [later[0]!.time, Math.max(...later.at(-1)!.answers)];
  return earlier.at(-1)!.answers.some((time) => time > from && time < to) ? 'overlap' : null;
}

/** By time, each one's turns in their own order. */
function merged(one: readonly Turn[], other: readonly Turn[]): Turn[] {
  const turns: Turn[] = [];
  let [i, j] = [0, 0];
  while (i < one.length && j < other.length) turns.push(one[i]!.time <= other[j]!.time ? one[i++]! : other[j++]!);
  return [...turns, ...one.slice(i), ...other.slice(j)];
}

/** A turn that gets another one before it. */
export interface TurnLink {
  readonly record: number;
  readonly parent: number;
}

/** As many links as it takes to put turns in a row. */
export function linksInOrder(turns: readonly Turn[]): TurnLink[] {
  const links: TurnLink[] = [];
  let previous: Turn | null = turns[0]?.before ?? null;
  for (const turn of turns) {
    if (previous !== null && turn.before !== previous) links.push({ record: turn.first, parent: previous.end });
    previous = turn;
  }
  return links;
}
