import { actionsOf } from '../../core/findings/finding.ts';
import type { RepairPlan } from '../../core/session/analysis-types.ts';
import type { SessionJudgement } from '../../core/session/judgement/session-judgement.ts';
import type { SessionTrials } from '../../core/session/trials/session-trials.ts';
import type { ProposedRepair } from '../../core/session/analysis-types.ts';

/**
 * All repairs of high confidence, once other sessions were searched: what is lost here and stands there is put back, not bridged over.
 * @param session with the repairs in force laid over it
 */
export async function planSafeRepairs({ judgement, trials }: SafelyRepairedSession): Promise<RepairPlan> {
  await judgement.searchElsewhere();
  return trials.plan('high');
}

/** A session as the plan of its safe repairs asks for it. */
export interface SafelyRepairedSession {
  readonly judgement: Pick<SessionJudgement, 'searchElsewhere'>;
  readonly trials: Pick<SessionTrials, 'plan'>;
}

/** Whether two plans do the same to the same findings. A plan is carried out only when it still is what the user agreed to. */
export function isSamePlan(one: readonly ProposedRepair[], other: readonly ProposedRepair[]): boolean {
  const told = (repairs: readonly ProposedRepair[]): string =>
    JSON.stringify(repairs.map(({ finding, suggestion }) => [finding.id, ...actionsOf(suggestion)]));
  return told(one) === told(other);
}
