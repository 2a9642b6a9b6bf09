import { actionsOf, type Diagnosis, type FindingCode, type ScoredAction } from '../../findings/finding.ts';
import type { RepairAction } from '../../graph/repairs.ts';
import type { ChainsByLoader, LoaderId } from '../../loaders/loader.ts';
import type { Trials } from '../trials.ts';

/** Findings whose repair decides which branch is loaded. */
const BRANCHES: readonly FindingCode[] = ['branches-compete', 'end-pinned'];

/**
 * Tries each choice between branches by every loader: one that changes nothing for any of them is no choice, and none is sure by which a
 * loader would not load all that it loads now, or with any other choice.
 * @param sure what is made in any case
 */
export function triedChoices(diagnoses: readonly Diagnosis[], sure: readonly RepairAction[], trials: Trials): readonly Diagnosis[] {
  if (!diagnoses.some(({ finding }) => BRANCHES.includes(finding.code))) return diagnoses;
  const now = trials.chains(trials.with(sure));
  return diagnoses.map((diagnosis) => {
    if (!BRANCHES.includes(diagnosis.finding.code)) return diagnosis;
    const tried = diagnosis.actions
      .map((scored) => ({ scored, chains: trials.chains(trials.with([...sure, ...actionsOf(scored)])) }))
      .filter(({ chains }) => !areSame(chains, now));
    const actions = tried.map(({ scored, chains }) => {
      const loadsAll = [now, ...tried.map((other) => other.chains)].every((others) => contains(chains, others));
      return scored.confidence !== 'high' || loadsAll ? scored : lowered(scored);
    });
    return { finding: { ...diagnosis.finding, repairable: actions.length > 0 }, actions };
  });
}

function lowered(scored: ScoredAction): ScoredAction {
  const reasons = [...scored.reasons, 'But some of what a resume loads now, or with another choice, is then not loaded.'];
  return { ...scored, confidence: 'medium', reasons };
}

function areSame(one: ChainsByLoader, other: ChainsByLoader): boolean {
  return [...one].every(([id, { visible }]) => {
    const others = visibleOf(other, id);
    return visible.length === others.length && visible.every((record, i) => record === others[i]);
  });
}

/** Whether each loader loads by the first all that it loads by the others. */
function contains(chains: ChainsByLoader, others: ChainsByLoader): boolean {
  return [...chains].every(([id, { visible }]) => {
    const loaded = new Set(visible);
    return visibleOf(others, id).every((record) => loaded.has(record));
  });
}

function visibleOf(chains: ChainsByLoader, id: LoaderId): readonly number[] {
  return chains.get(id)?.visible ?? [];
}
