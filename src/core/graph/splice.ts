import type { PreservedMessages } from '../transcript/preserved.ts';
import type { ConversationGraph } from './conversation-graph.ts';

/**
 * Parents as a loader uses them: messages that a compaction kept hang below its anchor, one under the other. Where none of them
 * is in the transcript nothing changes. Does not touch links that a repair set.
 * @returns the graph's own array when no compaction kept anything
 */
export function splicedParents(graph: ConversationGraph): Int32Array {
  const { preserved } = graph.index;
  if (preserved.length === 0) return graph.parent;
  const parent = graph.parent.slice();
  for (const kept of preserved) splice(graph, parent, kept);
  return parent;
}

function splice(graph: ConversationGraph, parent: Int32Array, kept: PreservedMessages): void {
  const anchor = graph.recordNamed(kept.anchor);
  if (anchor < 0) return;
  let above = anchor;
  for (const record of keptRecords(graph, kept)) {
    if (graph.overridden[record] === 0) parent[record] = above;
    above = record;
  }
}

function keptRecords(graph: ConversationGraph, kept: PreservedMessages): number[] {
  if (kept.uuids.length > 0) return kept.uuids.map((uuid) => graph.recordNamed(uuid)).filter((record) => record >= 0);
  if (kept.head === null || kept.tail === null) return [];
  const head = graph.recordNamed(kept.head);
  const path: number[] = [];
  const seen = new Set<number>();
  for (let at = graph.recordNamed(kept.tail); at >= 0 && !seen.has(at); at = graph.parent[at]!) {
    seen.add(at);
    path.push(at);
    if (at === head) return path.reverse();
  }
  return [];
}
