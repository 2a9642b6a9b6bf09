import type { FindingCode, Finding, Proposal } from '../findings/finding.ts';
import { wayDown, type Turn, type Way } from '../findings/branches/turns.ts';
import { Branches } from '../graph/branches.ts';
import type { RepairAction } from '../graph/repairs.ts';
import { isPrompt } from '../graph/tool-pairs.ts';
import type { ResumeEffect } from '../loaders/resume-figures.ts';
import { FLAG, isMessage } from '../transcript/record-kinds.ts';
import { effectOf, repairedWith } from './trials/simulation.ts';
import type { SessionState } from './state.ts';

/** Why a repair is made where no finding asks for it: the user chose it. */
export interface ChosenByUser extends Omit<Finding, 'code'> {
  readonly code: 'chosen';
}

/** What would come of going on from a message. */
export type TriedEnd =
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'possible';
      readonly finding: ChosenByUser;
      readonly proposal: Proposal;
      readonly effect: ResumeEffect;
    };

/** A place that a session can go on from. */
export interface EndPlace {
  readonly record: number;
  /** The last prompt up to it; -1. */
  readonly prompt: number;
  /** Whether it is the end of a branch, or the last message before one branches off. */
  readonly kind: 'end' | 'fork';
}

/** So many places are told, the newest first: each is simulated. */
const MOST_PLACES = 100;

/** Findings about which branch goes on: who chooses an end has decided that. */
export const DECIDED_BY_END: readonly (FindingCode | 'chosen')[] = ['branches-compete', 'stale-graft', 'end-pinned'];

/** The ends of all branches of the conversation, and where they branch off; the newest first. */
export function endPlaces({ graph, pairs, index }: SessionState): EndPlace[] {
  const branches = new Branches(graph, pairs);
  const places = new Map<number, EndPlace>();
  const add = (record: number, kind: EndPlace['kind']): void => {
    if (record >= 0 && !places.has(record)) places.set(record, { record, prompt: promptUpTo(graph, index, record), kind });
  };
  const open: Way[] = [];
  for (let i = 0; i < index.count; i++) {
    if (graph.parent[i] === -1 || graph.parent[i] === -2) {
      if (graph.isSeen(i) && branches.of(i).prompts > 0) open.push(wayDown(graph, pairs, branches, i, null));
    }
  }
  for (let way = open.pop(); way !== undefined; way = open.pop()) {
    if (way.fork < 0) {
      add(lastMessage(way.turns), 'end');
      continue;
    }
    add(messageUpTo(graph, way.fork), 'fork');
    for (const { top } of branches.conversationsBelow(way.fork)) open.push(wayDown(graph, pairs, branches, top, null));
  }
  const { time } = index.columns;
  return [...places.values()].sort((a, b) => (time[b.record]! || 0) - (time[a.record]! || 0) || b.record - a.record).slice(0, MOST_PLACES);
}

function lastMessage(turns: readonly Turn[]): number {
  return turns.findLast(({ messages }) => messages.length > 0)?.messages.at(-1) ?? -1;
}

type Graph = SessionState['graph'];

/** The record itself, or the message that it stands behind; -1. */
function messageUpTo(graph: Graph, from: number): number {
  return upTo(graph, from, (record) => isMessage(graph.index.columns.kind[record]!));
}

function promptUpTo(graph: Graph, index: SessionState['index'], from: number): number {
  return upTo(graph, from, (record) => isPrompt(index, record));
}

function upTo({ parent }: Graph, from: number, isWanted: (record: number) => boolean): number {
  const visited = new Set<number>();
  for (let at = from; at >= 0 && !visited.has(at); at = parent[at]!) {
    if (isWanted(at)) return at;
    visited.add(at);
  }
  return -1;
}

/** Tries to go on from a message, or from the one that a note of the client stands behind. @param uuid untrusted */
export function tryEnd(state: SessionState, uuid: string): TriedEnd {
  const { graph, index } = state;
  const named = graph.recordNamed(uuid);
  const found = named < 0 || !graph.isSeen(named) ? -1 : messageUpTo(graph, named);
  if (found < 0) return refused('There is no such message in the session.');
  if (index.isFlagged(found, FLAG.sidechain)) return refused('This message is a subagent’s: a session goes on from a message of its own.');
  const record = endOfAnswer(graph, found);
  const line = index.columns.line[record]!;
  const [action, ...further] = endActions(state, record);
  const { chain } = repairedWith(state, []);
  if (action === undefined || chain.visible.at(-1) === record) return refused('A resume goes on from this message already.');
  const proposal: Proposal = {
    kind: action.kind,
    action,
    ...(further.length > 0 ? { further } : {}),
    newParent: null,
    newParentLine: null,
    score: 1,
    confidence: 'medium',
    reasons: [`Chosen by the user: the session goes on from line ${line}.`],
  };
  const name = index.uuidText(record);
  const finding: ChosenByUser = {
    id: `chosen:${name}`,
    code: 'chosen',
    severity: 'info',
    line,
    uuid: name,
    parentUuid: null,
    message: `The session goes on from line ${line}.`,
    repairable: true,
  };
  return { kind: 'possible', finding, proposal, effect: effectOf(state, [action, ...further]) };
}

/** The last record of an answer: clients put an answer together again wherever a session goes on in it. */
function endOfAnswer(graph: Graph, record: number): number {
  const { messageId } = graph.index.columns;
  const visited = new Set<number>();
  for (let at = record; !visited.has(at);) {
    visited.add(at);
    const id = messageId[at]!;
    const next = id < 0 ? undefined : graph.childrenOf(at).find((child) => graph.isSeen(child) && messageId[child] === id);
    if (next === undefined) return at;
    at = next;
  }
  return record;
}

/** The end is chosen; what was said below it becomes a conversation of its own, since clients go on at the end of what hangs below. */
function endActions({ graph, pairs, index }: SessionState, record: number): RepairAction[] {
  const branches = new Branches(graph, pairs);
  const below = [...graph.childrenOf(record)].filter((child) => graph.isMain(child) && branches.of(child).messages > 0);
  return [
    { kind: 'choose-leaf', uuid: index.uuidText(record) },
    ...below.map((child): RepairAction => ({ kind: 'reparent', uuid: index.uuidText(child), parent: null })),
  ];
}

function refused(reason: string): TriedEnd {
  return { kind: 'refused', reason };
}
