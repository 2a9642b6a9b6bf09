import { counted } from '../../core/count-text.ts';
import type { ResumeEffect } from '../../core/loaders/resume-figures.ts';
import type { RevertConflict, RevertPlan } from '../../core/log/revert-plan.ts';
import { planFigures } from '../batch/plan-text.ts';
import { entryLabel } from './log-entries.ts';
import { plain } from './plain-text.ts';

/** More are in the log. */
const MOST_LISTED = 8;

/**
 * What is asked before several events, or one with conflicts, are taken back.
 * @param effect what a resume of a repaired copy loads before and after
 */
export function revertQuestion(
  { targets, conflicts }: RevertPlan,
  effect: ResumeEffect,
): { readonly title: string; readonly detail: string } {
  const seqOf = new Map(targets.map((target) => [target.event_id, target.seq]));
  const listed = targets.map((target) => `#${target.seq}  ${entryLabel(target, seqOf)} (${plain(target.operator)})`);
  const problems = conflicts.map(conflictSentence);
  const parts = [
    `A resume of a repaired copy loads ${planFigures({ effect })}.`,
    shortened(listed),
    ...(problems.length === 0 ? [] : [`Mind:\n${shortened(problems)}`]),
  ];
  return {
    title: `Take back ${counted(targets.length, 'event')}?`,
    detail: `${parts.join('\n\n')}\n\nEach is taken back by a new event. Nothing is removed from the log, and the file stays as it is.`,
  };
}

function conflictSentence({ target, later, reason }: RevertConflict): string {
  const why =
    reason === 'same-message'
      ? 'is about the same record and stays as it is'
      : 'hangs a record under one that goes away, which is left without a parent';
  return `Event ${later.seq} by ${plain(later.operator)}, later than event ${target.seq}, ${why}.`;
}

function shortened(lines: readonly string[]): string {
  const more = lines.length - MOST_LISTED;
  return [...lines.slice(0, MOST_LISTED), ...(more > 0 ? [`… and ${more} more`] : [])].join('\n');
}
