import type { ScoredAction } from '../findings/finding.ts';
import { findCycles } from '../findings/cycles.ts';
import { findUnlinkedParents, withoutParents } from '../findings/identity.ts';
import { findOrphans, type Elsewhere } from '../findings/orphans/orphans.ts';
import { ROOT, type ConversationGraph } from '../graph/conversation-graph.ts';
import type { RepairAction } from '../graph/repairs.ts';
import type { ToolPairs } from '../graph/tool-pairs.ts';
import { FLAG } from '../transcript/record-kinds.ts';
import { bestCandidate, candidatesFor, type Candidate } from './candidates.ts';
import { Clues } from './clues.ts';
import { Components } from './components.ts';

/** One new link of a plan. */
export interface PlannedLink {
  readonly record: number;
  readonly candidate: Candidate;
}

/** The best link for every record that needs one, of any confidence, in file order, each checked against those before it. */
export function planLinks(graph: ConversationGraph, pairs: ToolPairs, elsewhere: Elsewhere): PlannedLink[] {
  const links: PlannedLink[] = [];
  const broken = brokenRecords(graph, elsewhere);
  if (broken.length === 0) return links;
  const cut = withoutCycles(graph);
  const components = new Components(cut);
  const clues = new Clues(cut, pairs);
  for (const record of broken) {
    const best = bestCandidate(cut, pairs, components, record, clues) ?? rootCandidate(cut, clues, record);
    if (best === undefined) continue;
    if (best.parent !== ROOT) components.join(record, best.parent);
    links.push({ record, candidate: best });
  }
  return links;
}

/** Records that a repair can give a new parent, in file order. */
export function brokenRecords(graph: ConversationGraph, elsewhere: Elsewhere): number[] {
  const orphans = findOrphans(graph, elsewhere).filter((orphan) => orphan.cause === 'lost');
  return [...orphans.map((orphan) => orphan.record), ...cutsOf(graph)].sort((a, b) => a - b);
}

/** Candidates for many records, each judged on the graph as it is: the work that all share is done once. */
export function candidatesOfAll(graph: ConversationGraph, pairs: ToolPairs, records: readonly number[]): Map<number, Candidate[]> {
  if (records.length === 0) return new Map();
  const cut = withoutCycles(graph);
  const components = new Components(cut);
  const clues = new Clues(cut, pairs);
  const candidates = (record: number): Candidate[] => {
    const found = candidatesFor(cut, pairs, components, record, clues);
    const root = found.length > 0 ? undefined : rootCandidate(cut, clues, record);
    return root === undefined ? found : [root];
  };
  return new Map(records.map((record) => [record, candidates(record)]));
}

/** Nothing stands above it: a summary whose compaction boundary is lost, or what nothing of the conversation stands before. */
function rootCandidate(graph: ConversationGraph, clues: Clues, record: number): Candidate | undefined {
  const isSummary = graph.index.isFlagged(record, FLAG.compactSummary);
  if (!isSummary && clues.places.main[record]! >= 0) return undefined;
  const reason = isSummary
    ? 'It is the summary of a compaction whose boundary is lost: the conversation starts anew here.'
    : 'Nothing of the conversation stands before it.';
  return { parent: ROOT, score: 0.9, confidence: graph.isMain(record) ? 'high' : 'medium', reasons: [reason], loadsMost: false };
}

/** Records whose parent is in the transcript, but is none that could be kept. */
function cutsOf(graph: ConversationGraph): number[] {
  const unlinked = findUnlinkedParents(graph);
  return [...unlinked, ...findCycles(withoutParents(graph, unlinked))];
}

/** Such links are cut before candidates are judged: the record at the cut stands at the top of its chain, like an orphan. */
function withoutCycles(graph: ConversationGraph): ConversationGraph {
  return withoutParents(graph, cutsOf(graph));
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
