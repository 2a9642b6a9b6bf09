import type { Confidence, Finding, Proposal } from '../../findings/finding.ts';
import type { ResumeEffect } from '../../loaders/resume-figures.ts';
import type { RepairAction } from '../../graph/repairs.ts';
import type { RecordRow, RepairPlan } from '../analysis-types.ts';
import type { EndPlace, TriedEnd } from '../ends.ts';

/** What would come of giving a record another parent. */
export type TriedMove =
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'possible'; readonly finding: Finding; readonly proposal: Proposal; readonly effect: ResumeEffect };

/** A place that a session can go on from. */
export interface SessionEnd extends Pick<EndPlace, 'kind'> {
  /** The message that it then ends with. */
  readonly row: RecordRow;
  /** The last prompt up to it. */
  readonly prompt: RecordRow | null;
  /** Whether a resume goes on from here as the session is. */
  readonly isCurrent: boolean;
  /** Messages that a resume from here loads, by the primary loader. */
  readonly loads: number;
}

/** Tries repairs without making them. */
export interface SessionTrials {
  /** All repairs of at least this confidence, one per finding, with the effect of all together. */
  plan(minimum: Confidence): Promise<RepairPlan>;
  /** What a resume would load if these were applied on top of those in force. */
  simulate(actions: readonly RepairAction[]): Promise<ResumeEffect>;
  /** What would come of giving a record another parent; where it must not be done, why. */
  tryMove(uuid: string, parent: string): Promise<TriedMove>;
  /** Where the session can go on from: the ends of its branches and the places where they branch off; the newest first, at most 100. */
  ends(): Promise<readonly SessionEnd[]>;
  /** What would come of going on from a message; where that cannot be done, why. */
  tryEnd(uuid: string): Promise<TriedEnd>;
}
