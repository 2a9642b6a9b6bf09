import { findCycles } from '../findings/cycles.ts';
import { findOrphans, type Elsewhere } from '../findings/orphans.ts';
import type { Confidence } from '../findings/finding.ts';
import type { ConversationGraph } from '../graph/conversation-graph.ts';
import type { ParentOverrides } from './repairs.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import { bestCandidate, candidatesFor, type Candidate } from './candidates.ts';
import { Components } from './components.ts';
import type { ToolPairs } from './tool-pairs.ts';

/** One new link of a plan. */
export interface PlannedLink {
  readonly record: number;
  readonly candidate: Candidate;
}

const RANK: Readonly<Record<Confidence, number>> = { low: 0, medium: 1, high: 2 };

/**
 * The best link for every record that needs one, in file order, each checked against those before it.
 * @param minimum links of less confidence are left out
 */
export function planLinks(graph: ConversationGraph, pairs: ToolPairs, elsewhere: Elsewhere, minimum: Confidence): PlannedLink[] {
  const cut = withoutCycles(graph);
  const components = new Components(cut);
  const links: PlannedLink[] = [];
  for (const record of brokenRecords(graph, elsewhere)) {
    const best = bestCandidate(cut, pairs, components, record);
    if (best === undefined || RANK[best.confidence] < RANK[minimum]) continue;
    components.join(record, best.parent);
    links.push({ record, candidate: best });
  }
  return links;
}

/** Records that a repair can give a new parent, in file order. */
export function brokenRecords(graph: ConversationGraph, elsewhere: Elsewhere): number[] {
  const orphans = findOrphans(graph, elsewhere).filter((orphan) => orphan.cause === 'lost');
  return [...orphans.map((orphan) => orphan.record), ...findCycles(graph)].sort((a, b) => a - b);
}

/** Candidates for one record, judged on the graph as it is. */
export function linkCandidates(graph: ConversationGraph, pairs: ToolPairs, record: number): Candidate[] {
  const cut = withoutCycles(graph);
  return candidatesFor(cut, pairs, new Components(cut), record);
}

/** Candidates for many records, each judged on the graph as it is: the work that all share is done once. */
export function candidatesOfAll(graph: ConversationGraph, pairs: ToolPairs, records: readonly number[]): Map<number, Candidate[]> {
  const cut = withoutCycles(graph);
  const components = new Components(cut);
  return new Map(records.map((record) => [record, candidatesFor(cut, pairs, components, record)]));
}

/** The repairs as the graph takes them. */
export function overridesOf(index: TranscriptIndex, links: readonly PlannedLink[]): ParentOverrides {
  return Object.fromEntries(links.map((link) => [index.uuidText(link.record), index.uuidText(link.candidate.parent)]));
}

/** Cycles are cut before candidates are judged: the record at the cut stands at the top of its chain, like an orphan. */
function withoutCycles(graph: ConversationGraph): ConversationGraph {
  const cuts = findCycles(graph);
  if (cuts.length === 0) return graph;
  return graph.withParents(cuts.map((record) => ({ record, parent: -1 })));
}
