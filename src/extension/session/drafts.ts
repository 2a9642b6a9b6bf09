import type { Finding, Suggestion } from '../../core/findings/finding.ts';
import type { EventDraft, RepairEvent, TranscriptFingerprint } from '../../core/log/event.ts';

/** What every draft of a session says. */
export interface DraftContext {
  readonly sessionId: string;
  /** `user:NAME` … */
  readonly operator: string;
  readonly transcript: TranscriptFingerprint;
  readonly reason: string;
}

/**
 * A repair as the log takes it.
 * @param uuid the record that gets another parent
 * @param seenParent its effective parent when the operator decided
 */
export function repairDraft(
  context: DraftContext,
  uuid: string,
  seenParent: string | null,
  finding: Finding,
  suggestion: Suggestion,
): EventDraft {
  const { effect } = suggestion;
  return {
    ...common(context),
    event_type: 'parent_repaired',
    message_id: uuid,
    old_parent_uuid: seenParent,
    new_parent_uuid: suggestion.newParent,
    similarity_score: suggestion.score,
    reverts_event_id: null,
    payload: {
      finding: finding.code,
      line: finding.line,
      kind: suggestion.kind,
      new_parent_line: suggestion.newParentLine,
      confidence: suggestion.confidence,
      reasons: [...suggestion.reasons],
      effect: { before: effect.before, after: effect.after, total: effect.total },
      after_all: suggestion.afterAll,
    },
  };
}

/**
 * A revert as the log takes it.
 * @param target the event that is taken back
 * @param parents the message's effective parent before and after; what replaying the log says
 */
export function revertDraft(
  context: DraftContext,
  target: RepairEvent,
  parents: { readonly before: string | null; readonly after: string | null },
): EventDraft {
  return {
    ...common(context),
    event_type: 'reverted',
    message_id: target.message_id,
    old_parent_uuid: parents.before,
    new_parent_uuid: parents.after,
    similarity_score: null,
    reverts_event_id: target.event_id,
    payload: { reverted_type: target.event_type, reverted_seq: target.seq },
  };
}

function common(context: DraftContext): Pick<EventDraft, 'session_id' | 'operator' | 'transcript' | 'reason' | 'validation_passed'> {
  const { sessionId, operator, transcript, reason } = context;
  return { session_id: sessionId, operator, transcript, reason, validation_passed: true };
}
