import { counted } from '../../count-text.ts';
import { ROOT, type ConversationGraph } from '../../graph/conversation-graph.ts';
import type { ToolPairs } from '../../graph/tool-pairs.ts';
import type { ResumeChain } from '../../loaders/resume-chain.ts';
import { KIND } from '../../transcript/record-kinds.ts';
import type { Diagnosis } from '../finding.ts';
import { recordDiagnosis } from '../record-finding.ts';

/**
 * A note of the client says where the conversation stood, and a resume continues there, although a conversation went on elsewhere after
 * it: what was asked and answered since is not loaded.
 * @param chain what a resume loads
 */
export function pinnedEnd(graph: ConversationGraph, pairs: ToolPairs, chain: ResumeChain, onChain: Uint8Array): Diagnosis | null {
  const { index } = graph;
  const pin = index.pins.at(-1);
  if (pin === undefined || graph.chosenLeaf >= 0 || chain.leaf < 0 || graph.recordOfName[pin.leaf] !== chain.leaf) return null;
  const newest = newestMessage(graph);
  if (newest < 0 || onChain[newest] === 1) return null;
  const left = wayUp(graph, newest, onChain);
  const prompts = left.filter((record) => pairs.isPrompt(record)).length;
  if (prompts === 0 || !left.some((record) => index.columns.kind[record] === KIND.assistant)) return null;
  const { line } = index.columns;
  const messages = left.filter((record) => graph.isVisible(record));
  const top = left.at(-1)!;
  const beyond = graph.parent[top] === ROOT ? 'behind a compaction, or a beginning of its own' : 'on another branch, or behind a gap';
  const message =
    `The last ${counted(prompts, 'prompt')} and what came of them (${counted(messages.length, 'message')}, lines ${line[messages.at(-1)!]!} to ` +
    `${line[newest]!}) are not loaded: the client noted line ${line[chain.leaf]!} as where the conversation stood (line ${line[pin.record]!}), ` +
    `and they stand ${beyond}.`;
  return recordDiagnosis(index, newest, { code: 'end-pinned', severity: 'error', message }, [
    {
      action: { kind: 'choose-leaf', uuid: index.uuidText(newest) },
      score: 0.85,
      confidence: 'high',
      reasons: [`A resume then continues from line ${line[newest]!}, the last message of the session, and the note names it.`],
    },
  ]);
}

function newestMessage(graph: ConversationGraph): number {
  for (let i = graph.index.fileCount - 1; i >= 0; i--) if (graph.isSeen(i) && graph.isVisible(i)) return i;
  return -1;
}

/** From a record up to what is loaded, or as far as it goes. */
function wayUp({ parent }: ConversationGraph, from: number, onChain: Uint8Array): number[] {
  const way: number[] = [];
  const visited = new Set<number>();
  for (let at = from; at >= 0 && onChain[at] === 0 && !visited.has(at); at = parent[at]!) {
    visited.add(at);
    way.push(at);
  }
  return way;
}
