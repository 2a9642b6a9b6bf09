import type { Elsewhere } from '../../findings/orphans/orphans.ts';
import type { RepairAction } from '../../graph/repairs.ts';
import { ToolPairs } from '../../graph/tool-pairs.ts';
import { planLinks, type PlannedLink } from '../../repair/links.ts';
import type { Restores } from '../judgement.ts';
import type { Trial, Trials } from '../trials.ts';

/** Where broken records may hang once something was put back; nothing is lost by what is laid over for it. */
export interface Linking {
  /** Records put back, lines taken apart, what was written twice left out. */
  readonly lossless: readonly RepairAction[];
  /** With these laid over. */
  readonly whole: Trial;
  readonly pairs: ToolPairs;
  /** The best link for each broken record, of any confidence. */
  readonly links: readonly PlannedLink[];
}

/**
 * The fourth stage: the new links that broken records need. What was written twice is left out where a resume then loads no less.
 * Where it loads less, that may be because links are missing: the links are then also looked for without the second writing.
 * @returns one linking, or two of which the next stage takes one. Nothing is kept of the stage itself
 */
export function judgeLinks({ restorations, splits, replays }: Restores, elsewhere: Elsewhere, trials: Trials): readonly Linking[] {
  const restored = [...splits, ...[...restorations.values()].map(({ action }) => action)];
  const withoutReplays = [...restored, ...replays];
  if (trials.losesNothing(restored, replays)) return [linkingOf(withoutReplays, elsewhere, trials)];
  return [linkingOf(restored, elsewhere, trials), linkingOf(withoutReplays, elsewhere, trials)];
}

function linkingOf(lossless: readonly RepairAction[], elsewhere: Elsewhere, trials: Trials): Linking {
  const whole = trials.with(lossless);
  const pairs = new ToolPairs(whole.graph.index);
  return { lossless, whole, pairs, links: planLinks(whole.graph, pairs, elsewhere) };
}
