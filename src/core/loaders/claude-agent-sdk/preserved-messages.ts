import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { LEFT_OUT } from '../../graph/hidden-records.ts';
import type { PreservedMessages } from '../../transcript/notes/preserved.ts';
import { FLAG, isLinked } from '../../transcript/record-kinds.ts';

/**
 * Parents as a loader uses them: messages that the last compaction kept hang below its anchor, one under the other. Where one of
 * them is not in the transcript nothing changes. Does not touch links that a repair set.
 * @returns the graph's own array when no compaction kept anything
 */
export function splicedParents(graph: ConversationGraph): Int32Array {
  const kept = keptByLastCompaction(graph);
  if (kept === null) return graph.parent;
  const parent = graph.parent.slice();
  let above = graph.recordNamed(kept.anchor);
  for (const record of keptRecords(graph, kept)) {
    if (graph.overridden[record] === 0) parent[record] = above;
    above = record;
  }
  return parent;
}

/** Null when the last compaction kept nothing, or not all of it is in the transcript. */
function keptByLastCompaction(graph: ConversationGraph): PreservedMessages | null {
  const { index } = graph;
  const kept = index.preserved.findLast(({ boundary }) => graph.hidden[boundary] !== LEFT_OUT);
  if (kept === undefined || !isLinkedRecord(graph, graph.recordNamed(kept.anchor))) return null;
  for (let i = kept.boundary + 1; i < index.count; i++) {
    if (index.isFlagged(i, FLAG.compactBoundary) && graph.hidden[i] !== LEFT_OUT) return null;
  }
  return kept;
}

function keptRecords(graph: ConversationGraph, kept: PreservedMessages): number[] {
  const listed = kept.uuids.map((uuid) => graph.recordNamed(uuid));
  if (listed.length > 0) return listed.every((record) => isLinkedRecord(graph, record)) ? listed : [];
  if (kept.head === null || kept.tail === null) return [];
  const head = graph.recordNamed(kept.head);
  const path: number[] = [];
  const seen = new Set<number>();
  for (let at = graph.recordNamed(kept.tail); isLinkedRecord(graph, at) && !seen.has(at); at = graph.parent[at]!) {
    seen.add(at);
    path.push(at);
    if (at === head) return path.reverse();
  }
  return [];
}

function isLinkedRecord(graph: ConversationGraph, record: number): boolean {
  return record >= 0 && isLinked(graph.index.columns.kind[record]!);
}
