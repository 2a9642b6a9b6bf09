import { isMessage } from '../../transcript/record-kinds.ts';
import type { ChainGrowth } from '../chain-growth.ts';

/** The chain ends with the message that stands last in the file; what hangs between two messages becomes part of it with the second. */
export const SDK_GROWTH: ChainGrowth = {
  readsAlike: () => true,

  /** No message stands behind the last one of the chain: on another branch it would be newer. */
  canContinue({ index }, leaf) {
    for (let i = index.count - 1; i > leaf; i--) if (isMessage(index.columns.kind[i]!)) return false;
    return true;
  },

  allowsNote: () => true,

  step({ graph, record, isQuiet }, leaf) {
    const { kind } = graph.index.columns;
    if (!isMessage(kind[record]!)) return { leaf, records: [], visible: 0 };
    const path: number[] = [];
    for (let at = graph.parent[record]!; at !== leaf; at = graph.parent[at]!) {
      if (at < leaf || !isQuiet(at) || isMessage(kind[at]!)) return null;
      path.push(at);
    }
    return { leaf: record, records: [...path.reverse(), record], visible: 1 };
  },
};
