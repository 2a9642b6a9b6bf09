import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { isMessage } from '../../transcript/record-kinds.ts';
import type { ChainGrowth } from '../chain-growth.ts';
import { LARGE_BYTES } from './kept-records.ts';

/** The chain ends with the record that stands last in the file, whether it is a message or not. */
export const CLIENT_GROWTH: ChainGrowth = {
  readsAlike: (before, after) => before.bytes > LARGE_BYTES === after.bytes > LARGE_BYTES,

  /** What follows a compaction hangs elsewhere when messages were kept. */
  canContinue(graph, _leaf, turn) {
    const kept = keptMessages(graph);
    return turn.every((record) => !kept.has(graph.parent[record]!));
  },

  /** A note of where the conversation stands says nothing new when it stands there. */
  allowsNote({ index, recordOfName }, record, leaf) {
    const pin = index.pins.findLast((one) => one.record === record);
    return pin === undefined || recordOfName[pin.leaf] === leaf;
  },

  step({ graph, record, above }, leaf) {
    if (above !== leaf) return null;
    return { leaf: record, records: [record], visible: isMessage(graph.index.columns.kind[record]!) ? 1 : 0 };
  },
};

function keptMessages(graph: ConversationGraph): Set<number> {
  const uuids = graph.index.preserved.flatMap((kept) => [kept.anchor, ...kept.uuids, kept.head, kept.tail]);
  return new Set(uuids.filter((uuid) => uuid !== null).map((uuid) => graph.recordNamed(uuid)));
}
