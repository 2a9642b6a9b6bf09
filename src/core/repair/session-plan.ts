import type { Confidence, Diagnosis, Finding, ScoredAction } from '../findings/finding.ts';
import { findOrphans, type Elsewhere } from '../findings/orphans.ts';
import { ROOT, type ConversationGraph } from '../graph/conversation-graph.ts';
import { ON_DAMAGED_LINE } from '../graph/hidden-records.ts';
import type { Candidate } from './candidates.ts';
import type { PlannedLink } from './plan.ts';
import type { RepairAction } from '../graph/repairs.ts';
import { restoration } from './restore.ts';

/** A finding and the repair that was chosen for it. */
export interface PlannedAction {
  readonly finding: Finding;
  readonly chosen: ScoredAction;
}

const RANK: Readonly<Record<Confidence, number>> = { low: 0, medium: 1, high: 2 };

/** Whether one confidence is at least another. */
export function isAtLeast(confidence: Confidence, minimum: Confidence): boolean {
  return RANK[confidence] >= RANK[minimum];
}

/** Per orphan record whose own parent can be put back: how. */
export function restorationsOf(graph: ConversationGraph, elsewhere: Elsewhere, sessionId: string | null): Map<number, ScoredAction> {
  const restorations = new Map<number, ScoredAction>();
  if (elsewhere.size === 0) return restorations;
  for (const { record, cause, missing } of findOrphans(graph, elsewhere)) {
    if (cause !== 'lost') continue;
    const found = restoration(graph, elsewhere, record, graph.index.names.text(missing), sessionId);
    if (found !== null) restorations.set(record, found);
  }
  return restorations;
}

/** Per damaged line that holds records and that no repair takes apart yet: the action that does. */
export function splitsOf(graph: ConversationGraph): RepairAction[] {
  const { problems, hasBom, columns } = graph.index;
  const isHidden = (record: number): boolean => graph.hidden[record] === ON_DAMAGED_LINE;
  const lines = problems.filter((problem) => problem.records.some(isHidden)).map((problem) => problem.line);
  if (hasBom && columns.line[0] === 1 && isHidden(0) && !lines.includes(1)) lines.push(1);
  return lines.map((line) => ({ kind: 'split', line, uuid: null }));
}

/** So many actions are judged each by itself, more of them together: each judgement costs a graph. */
const MOST_JUDGED = 50;

/**
 * The same diagnoses, with what a resume would lose messages by as no more than a suggestion that asks.
 * @param sure what is made in any case: it was judged before
 */
export function withoutSureLosses(
  diagnoses: readonly Diagnosis[],
  sure: readonly RepairAction[],
  loses: (actions: readonly RepairAction[]) => boolean,
): Diagnosis[] {
  const known = new Set(sure.map((action) => JSON.stringify(action)));
  const judged = diagnoses
    .flatMap(({ actions }) => actions)
    .filter((scored) => scored.confidence === 'high' && isJudged(scored.action) && !known.has(JSON.stringify(scored.action)));
  const losing =
    judged.length <= MOST_JUDGED ? judged.filter(({ action }) => loses([action])) : loses(judged.map(({ action }) => action)) ? judged : [];
  if (losing.length === 0) return [...diagnoses];
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

/** A link as an action. */
export function linkAction(graph: ConversationGraph, record: number, candidate: Candidate): ScoredAction {
  const { index } = graph;
  return {
    action: { kind: 'reparent', uuid: index.uuidText(record), parent: candidate.parent === ROOT ? null : index.uuidText(candidate.parent) },
    score: candidate.score,
    confidence: candidate.confidence,
    reasons: candidate.reasons,
  };
}

/** Whether a link may be made in bulk: its place is sure, or no other one would load more. */
export function isSafeLink({ candidate }: PlannedLink): boolean {
  return candidate.confidence === 'high' || candidate.loadsMost;
}

/** A link as the plan takes it: what is safe for the resume is of high confidence there, although the place may be another. */
export function plannedLink(graph: ConversationGraph, link: PlannedLink): ScoredAction {
  const scored = linkAction(graph, link.record, link.candidate);
  if (scored.confidence === 'high' || !isSafeLink(link)) return scored;
  const reasons = [...scored.reasons, 'The exact place is not sure, but at no other possible one would a resume load more.'];
  return { ...scored, confidence: 'high', reasons };
}

/** The links of a plan as actions. */
export function linkActions(graph: ConversationGraph, links: readonly PlannedLink[]): RepairAction[] {
  return links.map(({ record, candidate }) => linkAction(graph, record, candidate).action);
}

/**
 * The best repair of each finding, in file order. A record that several orphans miss is put back once.
 * @param bestOf what was chosen for a finding; undefined when nothing repairs it
 */
export function planOf(diagnoses: readonly Diagnosis[], bestOf: (diagnosis: Diagnosis) => ScoredAction | undefined): PlannedAction[] {
  const plan: PlannedAction[] = [];
  const restored = new Set<string>();
  const linked = new Set<string>();
  for (const diagnosis of [...diagnoses].sort((a, b) => a.finding.line - b.finding.line)) {
    const chosen = bestOf(diagnosis);
    if (chosen === undefined) continue;
    if (chosen.action.kind === 'restore') {
      if (restored.has(chosen.action.uuid)) continue;
      restored.add(chosen.action.uuid);
    }
    if (chosen.action.kind === 'reparent') {
      // One record may have two findings; it gets one parent.
      if (linked.has(chosen.action.uuid)) continue;
      linked.add(chosen.action.uuid);
    }
    plan.push({ finding: diagnosis.finding, chosen });
  }
  return plan;
}
