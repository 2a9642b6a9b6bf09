import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { Confidence, Diagnosis, FindingCode, ScoredAction, Severity } from './finding.ts';

/** A finding about one record that carries a uuid, repairable where there is something to do about it. */
export function recordDiagnosis(
  index: TranscriptIndex,
  record: number,
  said: { readonly code: FindingCode; readonly severity: Severity; readonly message: string },
  actions: readonly ScoredAction[],
): Diagnosis {
  const uuid = index.uuidText(record);
  const line = index.columns.line[record]!;
  return { finding: { ...said, id: `${said.code}:${uuid}`, line, uuid, parentUuid: null, repairable: actions.length > 0 }, actions };
}

/** Leaves a record out, as an action with its one reason. */
export function leftOut(uuid: string, score: number, confidence: Confidence, reason: string): ScoredAction {
  return { action: { kind: 'bypass', uuid }, score, confidence, reasons: [reason] };
}
