import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { FLAG, KIND } from '../transcript/record-kinds.ts';
import type { ToolPairs } from '../graph/tool-pairs.ts';

/** What the records that name a lost record as their parent tell of it. */
export interface LostRecord {
  /** The first of its children in the file: the lost record stood before it. */
  readonly earliest: number;
  /** It made a tool call: a child answers, or reports on, a call that is in no record. */
  readonly isCall: boolean;
  /** It was a compaction boundary: its child is a summary. */
  readonly isBoundary: boolean;
}

/** The lost records of a transcript. What a child's repair changes in the graph does not change them. */
export class LostRecords {
  private readonly byName = new Map<number, LostRecord>();

  constructor(graph: ConversationGraph, pairs: ToolPairs) {
    const { index, recordOfName } = graph;
    const { kind, parent } = index.columns;
    for (let i = 0; i < index.count; i++) {
      const name = parent[i]!;
      if (kind[i] === KIND.meta || name < 0 || recordOfName[name]! >= 0 || index.isFlagged(i, FLAG.sidechain)) continue;
      const known = this.byName.get(name);
      this.byName.set(name, {
        earliest: known?.earliest ?? i,
        isCall: known?.isCall === true || pairs.namesLostCall(i),
        isBoundary: known?.isBoundary === true || index.isFlagged(i, FLAG.compactSummary),
      });
    }
  }

  /** @param name of a missing parent in the index; undefined when only subagents' records name it, or none */
  of(name: number): LostRecord | undefined {
    return this.byName.get(name);
  }
}
