import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { FLAG } from '../transcript/record-kinds.ts';

/** Why a record cannot be hung under another one, in plain words; null when it can. What it brings is another question. */
export function moveRefusal(graph: ConversationGraph, record: number, parent: number): string | null {
  if (record === parent) return 'A record cannot be its own parent.';
  if (hangsUnder(graph, parent, record)) return 'That record hangs under this one: the links would close a circle.';
  if (!graph.isSeen(parent)) return 'No client reads that record, so nothing can hang under it.';
  const isSide = (one: number): boolean => graph.index.isFlagged(one, FLAG.sidechain);
  if (isSide(parent) && !isSide(record)) return 'That record belongs to a subagent: the conversation cannot go on from it.';
  if (!isSide(parent) && isSide(record) && graph.parent[record]! >= 0) return 'This record belongs to a subagent and has its place there.';
  return null;
}

/** Whether `record` is below `top`. Links of damaged files may run in circles: each record is looked at once. */
function hangsUnder(graph: ConversationGraph, record: number, top: number): boolean {
  const seen = new Set<number>();
  for (let at = record; at >= 0 && !seen.has(at); at = graph.parent[at]!) {
    if (at === top) return true;
    seen.add(at);
  }
  return false;
}
