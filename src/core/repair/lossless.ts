import type { ScoredAction } from '../findings/finding.ts';
import { replayRemovals } from '../findings/identity.ts';
import { findOrphans, type Elsewhere } from '../findings/orphans/orphans.ts';
import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { ON_DAMAGED_LINE } from '../graph/hidden-records.ts';
import type { RepairAction } from '../graph/repairs.ts';
import { inheritedPart, restoration } from './restore.ts';

/** Repairs by which nothing of a session is lost. */
export interface LosslessRepairs {
  /** Per record whose own parent can be put back: how. */
  readonly restorations: ReadonlyMap<number, ScoredAction>;
  /** Damaged lines taken apart. */
  readonly splits: readonly RepairAction[];
  /** What was written twice left out the second time. */
  readonly replays: readonly RepairAction[];
}

/**
 * What can be put back without loss.
 * @param graph with the repairs in force
 * @param sessionId of this session; null leaves the ids of records that are put back alone
 */
export function losslessRepairs(graph: ConversationGraph, elsewhere: Elsewhere, sessionId: string | null): LosslessRepairs {
  return { restorations: restorationsOf(graph, elsewhere, sessionId), splits: splitsOf(graph), replays: replayRemovals(graph) };
}

/** Per orphan record whose own parent can be put back: how. */
function restorationsOf(graph: ConversationGraph, elsewhere: Elsewhere, sessionId: string | null): Map<number, ScoredAction> {
  const restorations = new Map<number, ScoredAction>();
  if (elsewhere.size === 0) return restorations;
  for (const { record, cause, missing } of findOrphans(graph, elsewhere)) {
    if (cause !== 'lost' && cause !== 'other-session') continue;
    const restore = cause === 'lost' ? restoration : inheritedPart;
    const found = restore(graph, elsewhere, record, graph.index.names.text(missing), sessionId);
    if (found !== null) restorations.set(record, found);
  }
  return restorations;
}

/** Per damaged line that holds records and that no repair takes apart yet: the action that does. */
function splitsOf(graph: ConversationGraph): RepairAction[] {
  const { problems, hasBom, encoding, columns, fileCount } = graph.index;
  const isHidden = (record: number): boolean => graph.hidden[record] === ON_DAMAGED_LINE;
  const lines = problems.filter((problem) => problem.records.some(isHidden)).map((problem) => problem.line);
  if (hasBom && columns.line[0] === 1 && isHidden(0) && !lines.includes(1)) lines.push(1);
  if (encoding !== 'utf-8' && fileCount > 0 && isHidden(fileCount - 1) && !lines.includes(1)) lines.push(1);
  return lines.map((line) => ({ kind: 'split', line, uuid: null }));
}
