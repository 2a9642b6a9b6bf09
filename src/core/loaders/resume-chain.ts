import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { LEFT_OUT } from '../graph/hidden-records.ts';

/** What a loader loads of a session. */
export interface ResumeChain {
  /** The record the loader continues from; -1 when it would load nothing. */
  readonly leaf: number;
  /** Records from the root to the leaf, all kinds. */
  readonly records: readonly number[];
  /** Those of them that are messages of the conversation, in the order in which the loader gives them to the model. */
  readonly visible: readonly number[];
}

/** 1 for the records of a chain. @param count records of the graph that asks; those behind are of another one */
export function marksOf(chain: ResumeChain, count: number): Uint8Array {
  const marks = new Uint8Array(count);
  for (const record of chain.records) if (record < count) marks[record] = 1;
  return marks;
}

/** How many messages a resume would load if every message were on the chain. */
export function countMessages(graph: ConversationGraph): number {
  let count = 0;
  for (let i = 0; i < graph.index.count; i++) {
    if (graph.isVisible(i) && graph.isCurrent(i) && graph.hidden[i] !== LEFT_OUT) count++;
  }
  return count;
}
