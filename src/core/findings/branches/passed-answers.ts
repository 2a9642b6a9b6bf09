import { counted } from '../../count-text.ts';
import type { Branch, Branches } from '../../graph/branches.ts';
import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { FLAG, isMessage, KIND } from '../../transcript/record-kinds.ts';
import type { Diagnosis } from '../finding.ts';
import { recordDiagnosis } from '../record-finding.ts';

/**
 * Answers beside which the talk went on: a record of the client (what a hook said, how long the turn took) was hung under what the answer
 * stands under, not under the answer, and all that follows hangs under that record. The user has read the answer; a resume leaves it out.
 * @param onChain 1 for what a resume loads
 */
export function findPassedAnswers(graph: ConversationGraph, branches: Branches, onChain: Uint8Array): Diagnosis[] {
  const { kind } = graph.index.columns;
  const found: Diagnosis[] = [];
  for (let record = 0; record < graph.index.count; record++) {
    const parent = graph.parent[record]!;
    const isNote = kind[record] === KIND.system || kind[record] === KIND.attachment;
    if (!isNote || parent < 0 || onChain[record] === 0 || graph.childStart[parent + 1]! - graph.childStart[parent]! < 2) continue;
    const answer = passedAnswer(graph, branches, { parent, record }, onChain);
    if (answer !== null) found.push(passed(graph, branches, record, answer));
  }
  return found;
}

/** The latest answer beside a record that nobody asked anything below. */
function passedAnswer(
  graph: ConversationGraph,
  branches: Branches,
  { parent, record }: { readonly parent: number; readonly record: number },
  onChain: Uint8Array,
): Branch | null {
  let latest: Branch | null = null;
  for (const child of graph.childrenOf(parent)) {
    const branch = branches.of(child);
    const isAnswer = branch.prompts === 0 && branch.answers > 0 && graph.isSeen(child) && graph.isMain(child);
    if (!isAnswer || child === record || onChain[branch.last] === 1 || !saysSomething(graph, branch, onChain)) continue;
    if (latest === null || branch.last > latest.last) latest = branch;
  }
  return latest;
}

/** Whether the model says something below, or calls a tool, that a resume does not load. What the client says by itself is nothing. */
function saysSomething(graph: ConversationGraph, { top }: Branch, onChain: Uint8Array): boolean {
  const { kind, flags } = graph.index.columns;
  const open = [top];
  const visited = new Set<number>();
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (visited.has(at)) continue;
    visited.add(at);
    const substance = (flags[at]! & (FLAG.text | FLAG.toolUse)) !== 0 && (flags[at]! & (FLAG.apiError | FLAG.synthetic)) === 0;
    if (kind[at] === KIND.assistant && substance && onChain[at] === 0) return true;
    open.push(...graph.childrenOf(at));
  }
  return false;
}

function passed(graph: ConversationGraph, branches: Branches, record: number, answer: Branch): Diagnosis {
  const { index } = graph;
  const { line, time } = index.columns;
  const next = nextMessage(graph, record, branches);
  // The talk went on when the answer was there.
  const isBefore = next < 0 || time[answer.last]! <= time[next]!;
  const message =
    `The answer of line ${line[answer.last]!} is not loaded by a resume` +
    `${answer.messages > 1 ? `, nor what led to it (${counted(answer.messages, 'message')} in all)` : ''}: ` +
    'the talk goes on under this record of the client, which hangs beside the answer and not under it.';
  return recordDiagnosis(index, record, { code: 'answer-passed-by', severity: 'error', message }, [
    {
      action: { kind: 'reparent', uuid: index.uuidText(record), parent: index.uuidText(answer.last) },
      score: isBefore ? 0.97 : 0.6,
      confidence: isBefore ? 'high' : 'medium',
      reasons: [
        isBefore
          ? `It then continues the answer (line ${line[answer.last]!}), which was there before the talk went on; nothing is left behind.`
          : `It then continues the answer (line ${line[answer.last]!}). But by its time the answer came when the talk had gone on.`,
      ],
    },
  ]);
}

/** The message that the talk goes on with; -1. */
function nextMessage(graph: ConversationGraph, record: number, branches: Branches): number {
  const visited = new Set<number>();
  for (let at = record; at >= 0 && !visited.has(at);) {
    visited.add(at);
    if (isMessage(graph.index.columns.kind[at]!)) return at;
    at = [...graph.childrenOf(at)].find((child) => branches.of(child).messages > 0) ?? -1;
  }
  return -1;
}
