import { END_CODES, findBadEnds } from '../../findings/content-findings.ts';
import { diagnose } from '../../findings/detect.ts';
import { couldBeRefused } from '../../loaders/api-rules/suspects.ts';
import { actionsOf, bySeverity, type Diagnosis, type Finding } from '../../findings/finding.ts';
import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import type { RepairAction } from '../../graph/repairs.ts';
import type { ToolPairs } from '../../graph/tool-pairs.ts';
import type { Growth } from '../growth.ts';
import type { JudgedFindings, Subject } from '../judgement.ts';
import { withSeverities } from '../severities.ts';
import { hasWaiting } from '../../findings/unsent-prompts.ts';
import type { Mended } from './sure-plan.ts';
import { triedChoices } from './tried-choices.ts';
import type { Trials } from '../trials.ts';

/** What findings are looked for in. */
export interface Examined extends Mended {
  /** With the repairs in force. */
  readonly graph: ConversationGraph;
  readonly replays: readonly RepairAction[];
  readonly pairs: ToolPairs;
  readonly sureActions: readonly RepairAction[];
}

/** @returns besides what is kept all diagnoses, also those that nobody wants to see, and the graph that branches are compared in */
export function judgeFindings(
  subject: Subject,
  { graph, replays, pairs, sureActions, sure, mended }: Examined,
  trials: Trials,
): JudgedFindings & { readonly all: readonly Diagnosis[]; readonly single: ConversationGraph } {
  // Branches are judged without what was written twice: a second writing is no branch.
  const single = replays.length === 0 ? sure : trials.with([...sureActions, ...replays]);
  const all = diagnose({
    graph,
    sure: single.graph,
    sureChains: [...trials.chains(single).values()],
    mended: mended.graph,
    mendedChain: mended.chain,
    mendedChains: [...trials.chains(mended).values()],
    pairs,
    elsewhere: subject.elsewhere,
    loaders: subject.loaders,
  });
  const wanted = wantedOf(all, subject);
  const choices = triedChoices(wanted, sureActions, trials);
  const diagnoses = withoutSureLosses(choices, sureActions, (actions) => !trials.losesNothing(sureActions, actions));
  return { all, single: single.graph, ...listed(graph, diagnoses) };
}

/** How a session ends is a finding of its own, and another one with each message; no other one changes. */
export function growFindings({ before, grown, tail }: Growth): Partial<JudgedFindings> | null {
  if (couldBeRefused(grown.index, before.index.count) || hasWaiting(grown.index)) return null;
  const isEnd = ({ finding }: Diagnosis): boolean => END_CODES.includes(finding.code);
  const { leaves } = tail.tip;
  const isSameEnd = [...leaves].every(([loader, leaf]) => leaf === before.tip?.leaves.get(loader));
  const end = isSameEnd ? before.diagnoses.filter(isEnd) : wantedOf(findBadEnds(grown.graph, [...leaves.values()], grown.loaders), grown);
  if (end.length === 0 && !before.diagnoses.some(isEnd)) return {};
  const others = before.diagnoses.filter((diagnosis) => !isEnd(diagnosis));
  return listed(grown.graph, [...others, ...end].sort(bySeverity));
}

function listed(graph: ConversationGraph, diagnoses: readonly Diagnosis[]): JudgedFindings {
  const findings = diagnoses.map(({ finding }) => finding);
  return { diagnoses, findings, findingsOfRecord: byRecord(graph, findings) };
}

/** What the user wants to see of the diagnoses. */
function wantedOf(all: readonly Diagnosis[], { repairs, severities }: Subject): readonly Diagnosis[] {
  return withSeverities(
    all.filter(({ finding }) => !repairs.ignored.includes(finding.id)),
    severities,
  );
}

function byRecord(graph: ConversationGraph, findings: readonly Finding[]): Map<number, Finding[]> {
  const map = new Map<number, Finding[]>();
  for (const finding of findings) {
    const record = finding.uuid === null ? -1 : graph.recordNamed(finding.uuid);
    if (record < 0) continue;
    const list = map.get(record);
    if (list === undefined) map.set(record, [finding]);
    else list.push(finding);
  }
  return map;
}

/** So many actions are judged each by itself, more of them together: each judgement costs a graph. */
const MOST_JUDGED = 50;

/**
 * The same diagnoses, with what a resume would lose messages by as no more than a suggestion that asks.
 * @param sure what is made in any case: it was judged before
 */
function withoutSureLosses(
  diagnoses: readonly Diagnosis[],
  sure: readonly RepairAction[],
  loses: (actions: readonly RepairAction[]) => boolean,
): readonly Diagnosis[] {
  const known = new Set(sure.map((action) => JSON.stringify(action)));
  const judged = diagnoses
    .flatMap(({ actions }) => actions)
    .filter((scored) => scored.confidence === 'high' && isJudged(scored.action) && !known.has(JSON.stringify(scored.action)));
  const losing =
    judged.length <= MOST_JUDGED ? judged.filter((scored) => loses(actionsOf(scored))) : loses(judged.flatMap(actionsOf)) ? judged : [];
  if (losing.length === 0) return diagnoses;
  const lowered = new Set(losing);
  return diagnoses.map(({ finding, actions }) => ({
    finding,
    actions: actions.map((scored) => {
      if (!lowered.has(scored)) return scored;
      const reasons = [...scored.reasons, 'But a resume would then load fewer messages than now.'];
      return { ...scored, confidence: 'medium' as const, reasons };
    }),
  }));
}

/** What is left out or put in by itself is judged by what it is; these change which branch is loaded. */
function isJudged({ kind }: RepairAction): boolean {
  return kind === 'reparent' || kind === 'quarantine' || kind === 'choose-leaf';
}
