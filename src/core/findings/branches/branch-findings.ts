import { Branches } from '../../graph/branches.ts';
import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { marksOf, type ResumeChain } from '../../loaders/resume-chain.ts';
import type { ToolPairs } from '../../graph/tool-pairs.ts';
import { KIND, isMessage } from '../../transcript/record-kinds.ts';
import type { Diagnosis, ScoredAction } from '../finding.ts';
import { competition } from './competing-branches.ts';
import { findPassedAnswers } from './passed-answers.ts';
import { pinnedEnd } from './pinned-end.ts';
import { recordDiagnosis } from '../record-finding.ts';
import { findCompetitions } from './taking-turns.ts';

/**
 * Branches that a person would miss: those that took turns, an old place that something continued late or that a note of the client
 * names, and an answer beside which the talk went on. A branch that was left by going back and typing another prompt is no finding, and
 * neither are the forks of parallel tools.
 * @param graph with the repairs in force
 * @param chains what each loader loads of it, the primary one first
 */
export function findBranchProblems(graph: ConversationGraph, pairs: ToolPairs, chains: readonly ResumeChain[]): Diagnosis[] {
  const [chain] = chains;
  if (chain === undefined) return [];
  const onChain = marksOf(chain, graph.index.count);
  const found: Diagnosis[] = graph.chosenLeaf >= 0 ? [] : staleGrafts(graph, pairs, chains);
  if (hasForks(graph)) {
    const branches = new Branches(graph, pairs);
    found.push(...findCompetitions(graph, pairs, branches).map((one) => competition(graph, one, onChain)));
    found.push(...findPassedAnswers(graph, branches, onChain));
  }
  const pinned = found.length > 0 ? null : pinnedEnd(graph, pairs, chain, onChain);
  return pinned === null ? found : [...found, pinned];
}

function hasForks(graph: ConversationGraph): boolean {
  const { childStart } = graph;
  for (let i = 0; i < graph.index.count; i++) if (childStart[i + 1]! - childStart[i]! > 1) return true;
  return false;
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
    if (start !== undefined && !pairs.isPrompt(start) && !isChosenEnd(graph, start, records.at(-1)!))
      return graftDiagnosis(graph, top, start, left);
  }
  return null;
}

/** A repaired copy has the answer that it goes on from as its last line. */
function isChosenEnd({ index }: ConversationGraph, start: number, last: number): boolean {
  if (start !== last || index.columns.kind[start] !== KIND.assistant) return false;
  for (let i = start + 1; i < index.fileCount; i++) if (index.columns.kind[i] !== KIND.meta) return false;
  return true;
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
