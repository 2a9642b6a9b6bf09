import type { ConversationGraph } from '../graph/conversation-graph.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';

/** A record that was appended below the end of a session; records of progress may stand between the two. */
export interface AppendedRecord {
  /** With all that was appended. */
  readonly graph: ConversationGraph;
  readonly record: number;
  /** The end of the session until now: the first record above that is none of progress. Nothing else hangs below it. */
  readonly above: number;
  /** Whether a record is a plain one of the conversation that no finding and no repair concerns. */
  readonly isQuiet: (record: number) => boolean;
}

/** What a record adds to the end of a chain. */
export interface ChainStep {
  /** What the loader continues from now. */
  readonly leaf: number;
  /** Records that the chain has gained, in its order. */
  readonly records: readonly number[];
  /** How many of them are messages. */
  readonly visible: number;
}

/**
 * How a loader's chain goes on when records are appended, so that it need not be made anew. Each answer has to be safe: where a rule
 * is not sure that the chain only becomes longer, it says no.
 */
export interface ChainGrowth {
  /** Whether both are read by the same rules, and the second only has more records at its end. */
  readsAlike(before: TranscriptIndex, after: TranscriptIndex): boolean;
  /**
   * Whether the chain of a session may go on at its end at all.
   * @param leaf what the loader continues from
   * @param turn records of the conversation from the end up to its last prompt, that one included
   */
  canContinue(graph: ConversationGraph, leaf: number, turn: readonly number[]): boolean;
  /** Whether an appended line without a uuid leaves the chain as it is. @param leaf what the loader continues from */
  allowsNote(graph: ConversationGraph, record: number, leaf: number): boolean;
  /** What the next record adds to the chain that ends with `leaf`; null when the chain has to be made anew. */
  step(appended: AppendedRecord, leaf: number): ChainStep | null;
}
