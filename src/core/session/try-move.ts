import type { ResumeEffect } from '../loaders/resume-figures.ts';
import { moveRefusal } from '../repair/move.ts';
import type { RepairAction } from '../graph/repairs.ts';
import type { TriedMove } from './trials/session-trials.ts';
import { proposalsOfFinding } from './proposals.ts';
import type { SessionState } from './state.ts';

/** A move by hand is a repair of the record's finding: without one there is nothing to mend. */
export function tryMove(
  state: SessionState,
  uuid: string,
  parentUuid: string,
  effectOf: (action: RepairAction) => ResumeEffect,
): TriedMove {
  const { graph, index } = state;
  const [record, parent] = [graph.recordNamed(uuid), graph.recordNamed(parentUuid)];
  if (record < 0 || parent < 0) return refused('The session has changed: one of the two records is gone.');
  const finding = state.findingsOfRecord.get(record)?.find((one) => one.repairable);
  if (finding === undefined) return refused('Nothing is wrong with where this record hangs: only records with a finding are moved.');
  const reason = moveRefusal(graph, record, parent);
  if (reason !== null) return refused(reason);
  const action: RepairAction = { kind: 'reparent', uuid, parent: parentUuid };
  const effect = effectOf(action);
  if (effect.after < effect.before) return refused(`A resume would load fewer messages: ${effect.before} → ${effect.after}.`);
  // What was weighed already is said with its reasons.
  const known = proposalsOfFinding(state, finding.id).find((one) => one.kind === 'reparent' && one.newParent === parentUuid);
  const byHand = {
    kind: 'reparent',
    action,
    newParent: parentUuid,
    newParentLine: index.columns.line[parent]!,
    score: 0,
    confidence: 'low',
    reasons: ['Chosen by hand.'],
  } as const;
  return { kind: 'possible', finding, proposal: known ?? byHand, effect };
}

function refused(reason: string): TriedMove {
  return { kind: 'refused', reason };
}
