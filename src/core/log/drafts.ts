import type { Finding } from '../findings/finding.ts';
import type { Proposal } from '../findings/finding.ts';
import { actionJson, columnsOf } from './action-payload.ts';
import type { EventDraft, RepairEvent } from './event.ts';
import type { TranscriptFingerprint } from '../transcript/fingerprint.ts';
import type { JsonObject } from '../json.ts';
import { replay } from './replay.ts';

/** What all drafts of a session have in common. */
export interface DraftContext {
  readonly sessionId: string;
  /** `user:NAME` … */
  readonly operator: string;
  readonly transcript: TranscriptFingerprint;
  readonly reason: string;
}

/**
 * The draft of a repair.
 * @param seenParent the effective parent of the finding's record when the operator decided
 * @param simulated the results of the simulation, kept in the payload
 */
export function repairDraft(
  context: DraftContext,
  finding: Pick<Finding, 'uuid' | 'line'> & { readonly code: string },
  suggestion: Proposal,
  seenParent: string | null,
  simulated: JsonObject,
): EventDraft {
  return {
    ...common(context),
    ...columnsOf(suggestion.action),
    old_parent_uuid: suggestion.kind === 'reparent' ? seenParent : null,
    similarity_score: suggestion.score,
    reverts_event_id: null,
    payload: {
      finding: finding.code,
      // The record whose finding this repairs; the event itself may be about another record.
      about: finding.uuid,
      line: finding.line,
      action: actionJson(suggestion.action),
      kind: suggestion.kind,
      new_parent_line: suggestion.newParentLine,
      confidence: suggestion.confidence,
      reasons: [...suggestion.reasons],
      ...simulated,
    },
  };
}

/** A note, which changes nothing; a checkpoint is one. */
export function noteDraft(context: DraftContext, payload: JsonObject): EventDraft {
  return {
    ...common(context),
    event_type: 'note',
    message_id: null,
    old_parent_uuid: null,
    new_parent_uuid: null,
    similarity_score: null,
    reverts_event_id: null,
    payload,
  };
}

/** Hides a finding from the user; reverting the event shows it again. */
export function ignoreDraft(context: DraftContext, finding: Finding): EventDraft {
  return {
    ...noteDraft(context, { finding: finding.code, finding_id: finding.id, line: finding.line, about: finding.uuid }),
    event_type: 'finding_ignored',
    message_id: finding.uuid,
  };
}

/**
 * The draft of a revert.
 * @param target the event that is reverted
 * @param parents the message's effective parent before and after
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

/**
 * Effective parent of an event's message before and after the event is reverted.
 * @param events the whole log, by seq
 * @param fileParent the parent in the file, which counts where no event names one
 */
export function revertEffect(
  events: readonly RepairEvent[],
  target: RepairEvent,
  fileParent: string | null,
): { before: string | null; after: string | null } {
  const messageId = target.message_id;
  if (messageId === null) return { before: null, after: null };
  const state = replay(events);
  const parentNow = (): string | null => {
    const naming = state.parentEvent(messageId);
    return naming === null ? fileParent : naming.new_parent_uuid;
  };
  const before = parentNow();
  state.add({
    ...target,
    event_id: '',
    seq: state.head.seq + 1,
    event_type: 'reverted',
    validation_passed: true,
    reverts_event_id: target.event_id,
  });
  return { before, after: parentNow() };
}

function common(context: DraftContext): Pick<EventDraft, 'session_id' | 'operator' | 'transcript' | 'reason' | 'validation_passed'> {
  const { sessionId, operator, transcript, reason } = context;
  return { session_id: sessionId, operator, transcript, reason, validation_passed: true };
}
