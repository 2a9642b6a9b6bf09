import type { ResumeEffect } from '../../core/loaders/resume-figures.ts';
import { actionsOf } from '../../core/findings/finding.ts';
import type { ProposedRepair } from '../../core/session/analysis-types.ts';
import type { SessionTrials } from '../../core/session/trials/session-trials.ts';
import { decisionDigest } from '../session/decision-digest.ts';

/** The plan's repair of each marked record that has one, and all of them simulated together. */
export interface MarkedRepairs {
  readonly repairs: readonly ProposedRepair[];
  readonly effect: ResumeEffect;
  /** Marked records without a repair. */
  readonly without: number;
  /** Names this plan. */
  readonly fingerprint: string;
}

/** Plans repairs of the records that the user marked, whatever their confidence. */
export async function planMarked(trials: Pick<SessionTrials, 'plan' | 'simulate'>, uuids: readonly string[]): Promise<MarkedRepairs> {
  const wanted = new Set(uuids);
  const { repairs: all } = await trials.plan('low');
  const repairs = all.filter(({ finding }) => finding.uuid !== null && wanted.has(finding.uuid));
  const effect = await trials.simulate(repairs.flatMap(({ suggestion }) => actionsOf(suggestion)));
  const repaired = new Set(repairs.map(({ finding }) => finding.uuid));
  return {
    repairs,
    effect,
    without: uuids.filter((uuid) => !repaired.has(uuid)).length,
    fingerprint: await decisionDigest([repairs.map(({ finding, suggestion }) => [finding.id, ...actionsOf(suggestion)]), effect]),
  };
}

/** The same plan once more; null when it is no longer what the user agreed to, or empty. */
export async function agreedMarked(
  trials: Pick<SessionTrials, 'plan' | 'simulate'>,
  uuids: readonly string[],
  fingerprint: string,
): Promise<MarkedRepairs | null> {
  const marked = await planMarked(trials, uuids);
  return marked.fingerprint === fingerprint && marked.repairs.length > 0 ? marked : null;
}
