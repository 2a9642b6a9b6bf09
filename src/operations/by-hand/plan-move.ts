import type { ResumeEffect } from '../../core/loaders/resume-figures.ts';
import type { SessionTrials, TriedMove } from '../../core/session/trials/session-trials.ts';
import { decisionDigest } from '../session/decision-digest.ts';
import type { Offered } from './offered-suggestion.ts';

/** What comes of giving a record another parent by hand. */
export type PlannedMove =
  | Extract<TriedMove, { kind: 'refused' }>
  | { readonly kind: 'possible'; readonly offered: Offered; readonly effect: ResumeEffect; readonly fingerprint: string };

/** Tries to give a record another parent. Changes nothing. */
export async function planMove(trials: Pick<SessionTrials, 'tryMove'>, uuid: string, parent: string): Promise<PlannedMove> {
  const tried = await trials.tryMove(uuid, parent);
  if (tried.kind === 'refused') return tried;
  const { finding, proposal, effect } = tried;
  return {
    kind: 'possible',
    offered: { finding, suggestion: { ...proposal, effect, afterAll: effect.after } },
    effect,
    fingerprint: await decisionDigest([finding.id, proposal.action, effect]),
  };
}

/** The same move once more; null when it is refused, or no longer what the user agreed to. */
export async function agreedMove(
  trials: Pick<SessionTrials, 'tryMove'>,
  { uuid, parent, fingerprint }: { readonly uuid: string; readonly parent: string; readonly fingerprint: string },
): Promise<Offered | null> {
  const move = await planMove(trials, uuid, parent);
  return move.kind === 'possible' && move.fingerprint === fingerprint ? move.offered : null;
}
