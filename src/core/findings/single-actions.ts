import type { RepairAction } from '../graph/repairs.ts';
import type { Proposal } from './finding.ts';

/** What a proposal does, one action each: what events of the log are about. */
export function singleActions(proposed: Proposal): Proposal[] {
  const { further = [], ...first } = proposed;
  // Where further records hang is said by their own uuids: lines are for people, who are told of all links as one.
  return [first, ...further.map((action) => ({ ...first, kind: action.kind, action, newParent: parentOf(action), newParentLine: null }))];
}

/** The record that a repair hangs its finding's record, or what it puts in, under; null where there is none. */
export function parentOf(action: RepairAction): string | null {
  switch (action.kind) {
    case 'reparent':
      return action.parent;
    case 'restore':
      return action.uuid;
    case 'synthesise':
      return action.call;
    default:
      return null;
  }
}
