import { END_CODES } from '../findings/content-findings.ts';
import { actionsOf, type Diagnosis } from '../findings/finding.ts';
import type { ConversationGraph } from '../graph/conversation-graph.ts';
import type { PlannedLink } from '../repair/links.ts';
import type { Repairs } from '../graph/repairs.ts';

/**
 * The last line that a finding, a repair in force or a repair to come concerns; how the session ends is left out, since that is another
 * matter with each record. Infinite where a finding may change with whatever is appended.
 * @param diagnoses all that were made, also those that nobody wants to see
 */
export function lastTouched(
  graph: ConversationGraph,
  diagnoses: readonly Diagnosis[],
  links: readonly PlannedLink[],
  repairs: Repairs,
): number {
  let last = 0;
  const touch = (line: number): void => void (last = Math.max(last, line));
  const touchRecord = (record: number): void => touch(record < 0 ? 0 : graph.index.columns.line[record]!);
  const touchNamed = (uuid: string | null): void => touchRecord(uuid === null ? -1 : graph.recordNamed(uuid));

  for (const { finding, actions } of diagnoses) {
    // Which branch goes on, and to where, is a part of what it says.
    if (finding.code === 'branches-compete' || finding.code === 'end-pinned') return Infinity;
    if (END_CODES.includes(finding.code)) continue;
    touch(finding.line);
    for (const action of actions.flatMap(actionsOf)) {
      if (action.kind === 'quarantine') action.lines.forEach(([, end]) => touch(end));
      if (action.kind === 'reparent') touchNamed(action.parent);
      if (action.kind === 'choose-leaf') touchNamed(action.uuid);
    }
  }
  for (const { lastLine } of graph.index.problems) touch(lastLine);
  for (const { record, candidate } of links) {
    touchRecord(record);
    // What a repair would put in is not in this graph.
    if (candidate.parent < graph.index.count) touchRecord(candidate.parent);
  }
  // What a repair took off the chain gave its children another parent.
  touchRecord(graph.overridden.lastIndexOf(1));
  for (const [uuid, parent] of Object.entries(repairs.parents)) [uuid, parent].forEach(touchNamed);
  for (const { uuid, after, adopts } of repairs.inserted) [uuid, after, ...adopts].forEach(touchNamed);
  repairs.bypassed.forEach(touchNamed);
  repairs.split.forEach(touch);
  repairs.quarantined.forEach(([, end]) => touch(end));
  return last;
}
