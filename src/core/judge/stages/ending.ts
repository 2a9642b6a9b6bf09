import { mayTakeTurns } from '../../findings/branches/turns-to-come.ts';
import type { Diagnosis } from '../../findings/finding.ts';
import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import type { ToolPairs } from '../../graph/tool-pairs.ts';
import type { PlannedLink } from '../../repair/links.ts';
import type { Growth } from '../growth.ts';
import type { Ending, Subject } from '../judgement.ts';
import { lastTouched } from '../last-touched.ts';
import { TailOnce } from '../tail.ts';
import type { Trials } from '../trials.ts';

/** @param judged `all`: also those diagnoses that nobody wants to see; `single`: the graph that branches are compared in */
export function judgeEnding(
  { repairs }: Subject,
  judged: {
    readonly graph: ConversationGraph;
    readonly all: readonly Diagnosis[];
    readonly links: readonly PlannedLink[];
    readonly single: ConversationGraph;
    readonly pairs: ToolPairs;
  },
  trials: Trials,
): Ending {
  const leaves = trials.commonLeaves();
  const ends = leaves === null ? [] : [...leaves.values()];
  const isOpen = ends.some((end) => mayTakeTurns(judged.single, judged.pairs, end));
  const quietFrom = isOpen ? Infinity : lastTouched(judged.graph, judged.all, judged.links, repairs);
  return { tip: leaves === null ? null : { leaves, quietFrom }, tail: new TailOnce(null) };
}

export function growEnding({ tail }: Growth): Ending {
  return { tip: tail.tip, tail: new TailOnce(tail) };
}
