import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { LEFT_OUT } from '../graph/hidden-records.ts';
import { FLAG } from '../transcript/record-kinds.ts';
import type { ResumeChain } from './resume-chain.ts';

/** What compactions keep out of a resume. */
export interface CompactionFigures {
  readonly compactions: number;
  /** Messages above the last compaction that no chain loads; 0 when the repaired chain does not reach up to that compaction. */
  readonly before: number;
}

/**
 * @param repaired after repair: what is lost by damage is then not taken for what a compaction left behind
 * @param others what is on one of these is not left behind either
 */
export function compactionFigures(graph: ConversationGraph, repaired: ResumeChain, others: readonly ResumeChain[]): CompactionFigures {
  const { index } = graph;
  let compactions = 0;
  let last = -1;
  for (let i = 0; i < index.count; i++) {
    if (!index.isFlagged(i, FLAG.compactBoundary) || !graph.isCurrent(i) || graph.hidden[i] === LEFT_OUT) continue;
    compactions++;
    if (!index.isFlagged(i, FLAG.sidechain)) last = i;
  }
  if (!repaired.records.includes(last)) return { compactions, before: 0 };
  const loaded = new Uint8Array(last);
  for (const chain of [repaired, ...others]) for (const record of chain.records) if (record < last) loaded[record] = 1;
  let before = 0;
  for (let i = 0; i < last; i++) if (graph.isVisible(i) && graph.isCurrent(i) && loaded[i] === 0) before++;
  return { compactions, before };
}
