import type { Diagnosis, Finding, Proposal, ScoredAction } from '../findings/finding.ts';
import { parentOf } from '../findings/single-actions.ts';
import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { candidatesOfAll, linkAction } from '../repair/links.ts';
import type { ProposedRepair } from './analysis-types.ts';
import type { SessionState } from './state.ts';

/** Proposals for all findings that have one, by finding id, best first; the same ranking as of simulated suggestions. */
export function proposalsOf(state: SessionState): Map<string, Proposal[]> {
  return proposalsFor(state, state.diagnoses);
}

/** Proposals for one finding, best first. */
export function proposalsOfFinding(state: SessionState, findingId: string): Proposal[] {
  const diagnosis = state.diagnoses.find(({ finding }) => finding.id === findingId);
  return diagnosis === undefined ? [] : (proposalsFor(state, [diagnosis]).get(findingId) ?? []);
}

function proposalsFor(state: SessionState, diagnoses: readonly Diagnosis[]): Map<string, Proposal[]> {
  const searched = diagnoses.filter(({ finding, actions }) => finding.repairable && actions.length === 0);
  const records = searched.map(({ finding }) => recordOf(state, finding)).filter((record) => record >= 0);
  const candidates = candidatesOfAll(state.whole, state.pairs, records);
  const proposals = new Map<string, Proposal[]>();
  for (const { finding, actions } of diagnoses) {
    if (!finding.repairable) continue;
    const record = recordOf(state, finding);
    const found =
      actions.length > 0
        ? actions
        : [
            ...[state.restorations.get(record)].filter((one) => one !== undefined),
            ...(candidates.get(record) ?? []).map((candidate) => lowered(state, record, linkAction(state.whole, record, candidate))),
          ];
    proposals.set(
      finding.id,
      found.map((scored) => proposal(state.whole, scored)),
    );
  }
  return proposals;
}

/** Bridging over a record that can be put back would lose it. */
function lowered(state: SessionState, record: number, link: ScoredAction): ScoredAction {
  if (!state.restorations.has(record)) return link;
  const reasons = [...link.reasons, 'But the lost record can be put back.'];
  return { ...link, score: link.score / 2, confidence: link.confidence === 'high' ? 'medium' : link.confidence, reasons };
}

/** The best repair of each finding, as the plan chose it, in file order. */
export function proposedRepairs(state: SessionState): ProposedRepair[] {
  return state.plan.map(({ finding, chosen }) => ({ finding, suggestion: proposal(state.whole, chosen) }));
}

/** @param graph with the repairs in force: tells the line of the record that something is hung under */
export function proposal(graph: ConversationGraph, { action, further, score, confidence, reasons }: ScoredAction): Proposal {
  const newParent = parentOf(action);
  const place = action.kind === 'restore' ? (action.inserted[0]?.after ?? null) : newParent;
  const record = place === null ? -1 : graph.recordNamed(place);
  const newParentLine = record < 0 ? null : graph.index.columns.line[record]!;
  const more = further === undefined ? {} : { further };
  return { kind: action.kind, action, ...more, newParent, newParentLine, score, confidence, reasons };
}

function recordOf(state: SessionState, finding: Finding): number {
  return finding.uuid === null ? -1 : state.graph.recordNamed(finding.uuid);
}
