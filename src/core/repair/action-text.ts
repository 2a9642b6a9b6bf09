import { counted } from '../count-text.ts';
import { actionsOf, type ScoredAction } from '../findings/finding.ts';
import type { RepairAction } from '../graph/repairs.ts';

/**
 * What a suggestion does, as a title in the imperative.
 * @param parentLine 1-based line of the record that something is hung under; null where it is not in the file
 */
export function repairTitle(repair: Pick<ScoredAction, 'action' | 'further'>, parentLine: number | null): string {
  const { length } = actionsOf(repair);
  // What was said below a chosen end is only put aside.
  return length === 1 || repair.action.kind === 'choose-leaf'
    ? actionTitle(repair.action, parentLine)
    : `Put all turns in order of time (${counted(length, 'link')})`;
}

/**
 * What one action does, as a title in the imperative.
 * @param parentLine 1-based line of the record that something is hung under; null where it is not in the file
 */
export function actionTitle(action: RepairAction, parentLine: number | null): string {
  switch (action.kind) {
    case 'reparent':
      if (action.parent === null) return 'Make it the start of the conversation';
      return parentLine === null ? `Continue from ${action.parent.slice(0, 8)}` : `Continue from line ${parentLine}`;
    case 'restore':
      return action.inserted.some(({ isBefore }) => isBefore)
        ? `Put what was said before in front, from ${action.file}, up to line ${action.line}`
        : `Put the lost record back from ${action.file}, line ${action.line}`;
    case 'synthesise':
      return 'Answer the call with a result that says it was lost';
    case 'bypass':
      return 'Leave this record out';
    case 'split':
      return 'Give each whole record of this line a line of its own';
    case 'quarantine':
      return `Leave out ${linesText(action.lines)}`;
    case 'choose-leaf':
      return `Continue the session from this branch (${action.uuid.slice(0, 8)})`;
  }
}

function linesText(lines: readonly (readonly [number, number])[]): string {
  const count = lines.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  const [range] = lines;
  if (range === undefined) return 'no line';
  if (count === 1) return `line ${range[0]}`;
  return lines.length === 1 ? `lines ${range[0]} to ${range[1]}` : `${count} lines from line ${range[0]} on`;
}
