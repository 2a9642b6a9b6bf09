import { ToolPairs } from '../../graph/tool-pairs.ts';
import { isSafeLink, linkActions, type PlannedLink } from '../../repair/links.ts';
import type { Growth } from '../growth.ts';
import type { SurePlan } from '../judgement.ts';
import type { Linking } from './links.ts';
import type { Trial, Trials } from '../trials.ts';

/** What findings are looked for in. */
export interface Mended {
  /** With what is sure. */
  readonly sure: Trial;
  /** With all that can be put back, taken apart and linked. */
  readonly mended: Trial;
}

/** @param linkings the second one is taken where a resume with its sure links loads no less */
export function judgeSurePlan([first, second]: readonly Linking[], trials: Trials): SurePlan & Mended {
  if (first === undefined) throw new RangeError('There is always one linking.');
  let chosen = withSureLinks(first, trials);
  if (second !== undefined) {
    const other = withSureLinks(second, trials);
    if (trials.loadsNoLess(other.sure, chosen.sure)) chosen = other;
  }
  const { linking, sureLinks, sure } = chosen;
  const { lossless, whole, pairs, links } = linking;
  return {
    whole: whole.graph,
    pairs,
    links,
    sureActions: [...lossless, ...linkActions(whole.graph, sureLinks)],
    sure,
    mended: links.length === sureLinks.length ? sure : trials.linked(whole, lossless, links),
  };
}

interface Sure {
  readonly linking: Linking;
  readonly sureLinks: readonly PlannedLink[];
  readonly sure: Trial;
}

function withSureLinks(linking: Linking, trials: Trials): Sure {
  const sureLinks = linking.links.filter(isSafeLink);
  return { linking, sureLinks, sure: trials.linked(linking.whole, linking.lossless, sureLinks) };
}

/** The links stay: no broken record has a better place further down. */
export function growSurePlan({ before, grown: { graph, file } }: Growth): Pick<SurePlan, 'whole' | 'pairs'> {
  return {
    whole: before.whole === before.graph ? graph : before.whole.grownTo(file),
    pairs: new ToolPairs(file, before.pairs),
  };
}
