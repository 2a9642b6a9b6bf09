import type { Finding, Suggestion } from '../findings/finding.ts';
import type { Candidate } from '../repair/candidates.ts';
import { candidatesOfAll } from '../repair/plan.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { SessionState } from './state.ts';

/** A suggestion that was not simulated: what a list over many findings can afford. */
export type Proposal = Omit<Suggestion, 'effect' | 'afterAll'>;

/** One repair of a plan whose effect is known of the whole plan alone. */
export interface ProposedRepair {
  readonly finding: Finding;
  readonly suggestion: Proposal;
}

/** Proposals for all findings that have one, by finding id, best first; the same ranking as of simulated suggestions. */
export function proposalsOf(state: SessionState): Map<string, Proposal[]> {
  const findings = repairableByRecord(state);
  const candidates = candidatesOfAll(state.graph, state.pairs, [...findings.keys()]);
  return new Map([...findings].map(([record, finding]) => [finding.id, candidates.get(record)!.map((one) => proposal(state.index, one))]));
}

/** The best repair of each finding, as the plan chose it, in file order. */
export function proposedRepairs(state: SessionState): ProposedRepair[] {
  const findings = repairableByRecord(state);
  return state.links.flatMap(({ record, candidate }) => {
    const finding = findings.get(record);
    return finding === undefined ? [] : [{ finding, suggestion: proposal(state.index, candidate) }];
  });
}

export function proposal(index: TranscriptIndex, candidate: Candidate): Proposal {
  return {
    kind: 'reparent',
    newParent: index.uuidText(candidate.parent),
    newParentLine: index.columns.line[candidate.parent]!,
    score: candidate.score,
    confidence: candidate.confidence,
    reasons: candidate.reasons,
  };
}

function repairableByRecord(state: SessionState): Map<number, Finding> {
  const map = new Map<number, Finding>();
  for (const finding of state.findings) {
    const record = finding.repairable && finding.uuid !== null ? state.graph.recordNamed(finding.uuid) : -1;
    if (record >= 0) map.set(record, finding);
  }
  return map;
}
