import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import { growChains, judgeChains } from './stages/chains.ts';
import { growEnding, judgeEnding } from './stages/ending.ts';
import { figuresOf, growFigures } from './stages/figures.ts';
import { growFindings, judgeFindings } from './stages/findings.ts';
import { growGraph, judgeGraph } from './stages/graph.ts';
import type { Grow } from './growth.ts';
import type { Judgement, Subject } from './judgement.ts';
import { judgeLinks } from './stages/links.ts';
import { growOutcome, judgeOutcome } from './stages/outcome.ts';
import { growPlan, judgePlan } from './stages/plan.ts';
import { judgeRestores } from './stages/restores.ts';
import { growSurePlan, judgeSurePlan } from './stages/sure-plan.ts';
import { Tail } from './tail.ts';
import { Trials } from './trials.ts';

/**
 * Judges a session, stage by stage: each takes results of those before it. What only later stages need (trials and what was weighed)
 * is passed on to them and not kept.
 */
export function judge(subject: Subject): Judgement {
  const { asItStands, graph, index } = judgeGraph(subject);
  const trials = new Trials(subject, asItStands, graph);
  const { now, inForce, onChain } = judgeChains(trials);
  const { restorations, splits, replays } = judgeRestores(subject, graph);
  const weighed = judgeLinks({ restorations, splits, replays }, subject.elsewhere, trials);
  const { whole, pairs, links, sureActions, sure, mended } = judgeSurePlan(weighed, trials);
  const { all, single, ...findings } = judgeFindings(subject, { graph, replays, pairs, sureActions, sure, mended }, trials);
  const { plan, repaired } = judgePlan({ ...findings, whole, links, restorations }, trials);
  const { resume, compaction, loaded, refusals } = judgeOutcome(subject, { graph, now, inForce, repaired }, trials);
  const figures = figuresOf(subject.file, index);
  const { tip, tail } = judgeEnding(subject, { graph, single, all, links, pairs }, trials);
  return {
    ...subject,
    ...{ graph, index },
    onChain,
    ...{ restorations, splits, replays },
    ...{ whole, pairs, links, sureActions },
    ...findings,
    plan,
    ...{ resume, compaction, loaded, refusals },
    figures,
    ...{ tip, tail },
  };
}

/** In the order of the stages. What can be put back stays as it is: no record that is appended in the ordinary way was lost before. */
const STAGES: readonly Grow[] = [growGraph, growChains, growSurePlan, growFindings, growPlan, growOutcome, growFigures, growEnding];

/**
 * Judges a session whose file has grown by records that continue it in the ordinary way. The result is the one that `judge` would give,
 * and shares with the old one what did not change.
 * @param file all that the old one's file is, and the records that were appended
 * @returns null when the session has to be judged anew
 */
export function judgeGrown(before: Judgement, file: TranscriptIndex): Judgement | null {
  const tail = Tail.of(before, file.count);
  if (tail === null) return null;
  let grown: Judgement = { ...before, file };
  for (const grow of STAGES) {
    const results = grow({ before, grown, tail });
    if (results === null) return null;
    grown = { ...grown, ...results };
  }
  grown = { ...grown, ...askedLater(subjectOf(grown)) };
  tail.settle(grown);
  return grown;
}

/** Of its own, so that it holds what it needs of the longer session alone, not the one before. */
function askedLater(subject: Subject): Pick<Judgement, 'loaded' | 'refusals'> {
  return { loaded: () => judge(subject).loaded(), refusals: () => judge(subject).refusals() };
}

function subjectOf({ file, repairs, elsewhere, sessionId, loaders, severities }: Subject): Subject {
  return { file, repairs, elsewhere, sessionId, loaders, severities };
}
