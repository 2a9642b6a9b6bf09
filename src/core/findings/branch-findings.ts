import { Branches, type Branch } from '../graph/branches.ts';
import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { marksOf, type ResumeChain } from '../loaders/resume-chain.ts';
import type { ToolPairs } from '../graph/tool-pairs.ts';
import { KIND, isMessage } from '../transcript/record-kinds.ts';
import type { Diagnosis, ScoredAction } from './finding.ts';
import { recordDiagnosis } from './record-finding.ts';

/**
 * Branches that a person would miss: two that grew at the same time, and an old place that something continued late. A branch
 * that was left by going back and typing another prompt is no finding, and neither are the forks of parallel tools.
 * @param graph with the repairs in force
 * @param chains what each loader loads of it, the primary one first
 */
export function findBranchProblems(graph: ConversationGraph, pairs: ToolPairs, chains: readonly ResumeChain[]): Diagnosis[] {
  const [primary] = chains;
  if (primary === undefined) return [];
  const grafts = graph.chosenLeaf >= 0 ? [] : staleGrafts(graph, pairs, chains);
  const compete = hasForks(graph) ? competing(graph, new Branches(graph, pairs), marksOf(primary, graph.index.count)) : [];
  return [...grafts, ...compete];
}

function hasForks(graph: ConversationGraph): boolean {
  const { childStart } = graph;
  for (let i = 0; i < graph.index.count; i++) if (childStart[i + 1]! - childStart[i]! > 1) return true;
  return false;
}

/** Branches of one fork, both with prompts, that were written at the same time: each has a message before the other's last. */
function competing(graph: ConversationGraph, branches: Branches, onChain: Uint8Array): Diagnosis[] {
  const found: Diagnosis[] = [];
  for (let fork = 0; fork < graph.index.count; fork++) {
    if (graph.childStart[fork + 1]! - graph.childStart[fork]! < 2) continue;
    const live = branches.conversationsBelow(fork);
    if (live.length < 2) continue;
    const [older, newer] = live.sort((a, b) => a.first - b.first);
    if (older === undefined || newer === undefined || newer.first > older.last) continue;
    found.push(competition(graph, older, newer, onChain));
  }
  return found;
}

function competition(graph: ConversationGraph, older: Branch, newer: Branch, onChain: Uint8Array): Diagnosis {
  const { line } = graph.index.columns;
  const loadsNewer = onChain[newer.last] === 1;
  const left = loadsNewer ? older : newer;
  const message =
    `Two branches grew at the same time from here, as when two processes write to one session: ${left.messages} messages ` +
    `(lines ${line[left.first]!} to ${line[left.last]!}) are on the one that a resume does not load. Which one to go on with is yours to say.`;
  const actions: ScoredAction[] = [
    {
      action: { kind: 'choose-leaf', uuid: graph.index.uuidText(left.last) },
      score: 0.5,
      confidence: 'medium',
      reasons: [`A resume then continues from line ${line[left.last]!}, the end of the branch that is not loaded now.`],
    },
  ];
  // After a choice the same two branches stand there still, but they were decided on.
  if (graph.chosenLeaf >= 0)
    return recordDiagnosis(graph.index, newer.top, { code: 'branches-compete', severity: 'info', message }, actions);
  actions.unshift({
    action: { kind: 'reparent', uuid: graph.index.uuidText(newer.top), parent: graph.index.uuidText(older.last) },
    score: 0.55,
    confidence: 'medium',
    reasons: [`Both branches are then loaded, the newer one behind the end of the older one (line ${line[older.last]!}).`],
  });
  return recordDiagnosis(graph.index, newer.top, { code: 'branches-compete', severity: 'warning', message }, actions);
}

/** Those of all loaders: one that a loader does not follow is lost for another one. */
function staleGrafts(graph: ConversationGraph, pairs: ToolPairs, chains: readonly ResumeChain[]): Diagnosis[] {
  const grafts = new Map<string, Diagnosis>();
  for (const chain of chains) {
    const graft = staleGraft(graph, pairs, chain, marksOf(chain, graph.index.count));
    if (graft !== null && !grafts.has(graft.finding.id)) grafts.set(graft.finding.id, graft);
  }
  return [...grafts.values()];
}

/** The chain turns off to something late that no person typed, past a conversation that was written in between. */
function staleGraft(graph: ConversationGraph, pairs: ToolPairs, chain: ResumeChain, onChain: Uint8Array): Diagnosis | null {
  const { records } = chain;
  const passed = new PassedBy(graph, pairs, onChain);
  for (let at = records.length - 1; at > 0; at--) {
    const top = records[at]!;
    const fork = graph.parent[top]!;
    const left = fork < 0 ? null : passed.between(fork, top);
    if (left === null) continue;
    const start = records.slice(at).find((record) => isMessage(graph.index.columns.kind[record]!));
    if (start !== undefined && !pairs.isPrompt(start)) return graftDiagnosis(graph, top, start, left);
  }
  return null;
}

/** Messages beside the chain that stand between two places of the file. */
interface Left {
  readonly messages: number;
  readonly last: number;
}

/** Counts, over the file, what a chain passes by. */
class PassedBy {
  private readonly graph: ConversationGraph;
  /** Before record i: prompts, answers and messages that are not on the chain, and the last of these. */
  private readonly prompts: Uint32Array;
  private readonly answers: Uint32Array;
  private readonly messages: Uint32Array;
  private readonly last: Int32Array;

  constructor(graph: ConversationGraph, pairs: ToolPairs, onChain: Uint8Array) {
    const { count, columns } = graph.index;
    this.graph = graph;
    this.prompts = new Uint32Array(count + 1);
    this.answers = new Uint32Array(count + 1);
    this.messages = new Uint32Array(count + 1);
    this.last = new Int32Array(count + 1).fill(-1);
    for (let i = 0; i < count; i++) {
      const isLeft = onChain[i] === 0 && graph.isVisible(i) && graph.isSeen(i);
      this.prompts[i + 1] = this.prompts[i]! + (isLeft && pairs.isPrompt(i) ? 1 : 0);
      this.answers[i + 1] = this.answers[i]! + (isLeft && columns.kind[i] === KIND.assistant ? 1 : 0);
      this.messages[i + 1] = this.messages[i]! + (isLeft ? 1 : 0);
      this.last[i + 1] = isLeft ? i : this.last[i]!;
    }
  }

  /** Null when no conversation was passed by. */
  between(from: number, to: number): Left | null {
    if (to <= from || to > this.graph.index.fileCount) return null;
    if (this.prompts[to] === this.prompts[from + 1] || this.answers[to] === this.answers[from + 1]) return null;
    return { messages: this.messages[to]! - this.messages[from + 1]!, last: this.last[to]! };
  }
}

function graftDiagnosis(graph: ConversationGraph, top: number, start: number, left: Left): Diagnosis {
  const { index } = graph;
  const { line } = index.columns;
  const tip = index.uuidText(left.last);
  const isResult = index.columns.toolStart[start] !== index.columns.toolStart[start + 1];
  const continueTip: ScoredAction = {
    action: { kind: 'reparent', uuid: index.uuidText(top), parent: tip },
    score: isResult ? 0.5 : 0.95,
    confidence: isResult ? 'low' : 'high',
    reasons: [`Line ${line[left.last]!} is the last message before it; it then continues that one, and nothing is left behind.`],
  };
  const chooseTip: ScoredAction = {
    action: { kind: 'choose-leaf', uuid: tip },
    score: isResult ? 0.8 : 0.6,
    confidence: 'medium',
    reasons: [`A resume then continues from line ${line[left.last]!}, the end of the conversation before this record came.`],
  };
  const message =
    `This record continues an old place (line ${line[graph.parent[top]!]!}), and a resume follows it: ${left.messages} messages ` +
    `written in between (to line ${line[left.last]!}) are not loaded. Nobody typed it: a client wrote it with a parent that was out of date.`;
  return recordDiagnosis(
    graph.index,
    top,
    { code: 'stale-graft', severity: 'error', message },
    isResult ? [chooseTip, continueTip] : [continueTip, chooseTip],
  );
}
