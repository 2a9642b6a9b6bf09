import type { Confidence, Finding, Proposal } from '../../findings/finding.ts';
import type { ResumeEffect } from '../../loaders/resume-figures.ts';
import type { RepairAction } from '../../graph/repairs.ts';
import type { RepairPlan } from '../analysis-types.ts';

/** What would come of giving a record another parent. */
export type TriedMove =
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'possible'; readonly finding: Finding; readonly proposal: Proposal; readonly effect: ResumeEffect };

/** Tries repairs without making them. */
export interface SessionTrials {
  /** All repairs of at least this confidence, one per finding, with the effect of all together. */
  plan(minimum: Confidence): Promise<RepairPlan>;
  /** What a resume would load if these were applied on top of those in force. */
  simulate(actions: readonly RepairAction[]): Promise<ResumeEffect>;
  /** What would come of giving a record another parent; where it must not be done, why. */
  tryMove(uuid: string, parent: string): Promise<TriedMove>;
}
