import { actionsOf, isAtLeast, type Confidence } from '../../findings/finding.ts';
import type { ResumeEffect } from '../../loaders/resume-figures.ts';
import type { RepairAction } from '../../graph/repairs.ts';
import type { RepairPlan } from '../analysis-types.ts';
import type { CurrentSession } from '../current-session.ts';
import { proposedRepairs } from '../proposals.ts';
import { tryMove } from '../try-move.ts';
import type { SessionTrials, TriedMove } from './session-trials.ts';
import { effectOf } from './simulation.ts';

/** Tries repairs on the current state. */
export class AnalysedTrials implements SessionTrials {
  private readonly session: CurrentSession;

  constructor(session: CurrentSession) {
    this.session = session;
  }

  async plan(minimum: Confidence): Promise<RepairPlan> {
    const { state } = this.session;
    const repairs = proposedRepairs(state).filter(({ suggestion }) => isAtLeast(suggestion.confidence, minimum));
    const effect = effectOf(
      state,
      repairs.flatMap(({ suggestion }) => actionsOf(suggestion)),
    );
    return Promise.resolve({ repairs, effect });
  }

  async simulate(actions: readonly RepairAction[]): Promise<ResumeEffect> {
    return Promise.resolve(effectOf(this.session.state, actions));
  }

  async tryMove(uuid: string, parent: string): Promise<TriedMove> {
    const { state } = this.session;
    return Promise.resolve(tryMove(state, uuid, parent, (action) => effectOf(state, [action])));
  }
}
