import { actionsOf } from '../../core/findings/finding.ts';
import type { ResumeEffect } from '../../core/loaders/resume-figures.ts';
import { recordedEffect } from '../../core/loaders/recorded-effect.ts';
import type { ProposedRepair } from '../../core/session/analysis-types.ts';
import type { Run } from '../operation.ts';
import { appendRepairs, type RecordLookup } from './append-repairs.ts';
import type { SessionFile } from '../log-access/session-file.ts';
import type { Appended, WritableLog } from '../log-access/writable-log.ts';

/** Repairs that were planned together, and what a resume loads before and after all of them. */
export interface PlanToLog {
  readonly repairs: readonly ProposedRepair[];
  readonly effect: ResumeEffect;
  /** `user:NAME`, `agent:NAME` or `system:NAME`. */
  readonly operator: string;
}

/**
 * Logs repairs that were planned together: first a checkpoint, to go back to, then one event for each.
 * @param run told of each repair; the checkpoint is not counted
 * @returns the checkpoint is the first event
 */
export async function appendPlan(
  log: WritableLog,
  session: { readonly records: RecordLookup; readonly sync: Pick<SessionFile['sync'], 'fingerprint'> },
  { repairs, effect, operator }: PlanToLog,
  run: Run = {},
): Promise<Appended> {
  const context = { sessionId: log.sessionId, operator, transcript: await session.sync.fingerprint() };
  const simulated = { plan: { ...recordedEffect(effect), repairs: repairs.length } };
  const steps = repairs.reduce((sum, { suggestion }) => sum + actionsOf(suggestion).length, 0);
  const checkpoint = `before repairing ${repairs.length} finding${repairs.length === 1 ? '' : 's'}`;
  return appendRepairs(
    log,
    session.records,
    { repairs, context, reason: null, simulated, checkpoint },
    { ...run, onProgress: (events) => (events > 1 ? run.onProgress?.(events - 1, steps) : undefined) },
  );
}
