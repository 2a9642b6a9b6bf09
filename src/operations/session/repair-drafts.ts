import type { ResumeEffect } from '../../core/loaders/resume-figures.ts';
import { recordedEffect } from '../../core/loaders/recorded-effect.ts';
import { noteDraft, repairDraft, type DraftContext } from '../../core/log/drafts.ts';
import type { EventDraft } from '../../core/log/event.ts';
import type { ParentOverrides } from '../../core/repair/repairs.ts';
import type { SessionRecords } from '../../core/session/records/session-records.ts';
import type { ProposedRepair } from '../../core/session/proposals.ts';

/**
 * Repairs that were planned together, as the log takes them: first a note that marks the place, then one event for each.
 * @param effect of all of them together
 * @param parents that the log gives records now
 */
export async function batchDrafts(
  records: Pick<SessionRecords, 'detail'>,
  repairs: readonly ProposedRepair[],
  effect: ResumeEffect,
  parents: ParentOverrides,
  context: DraftContext,
): Promise<EventDraft[]> {
  const planned = { plan: { ...recordedEffect(effect), repairs: repairs.length } };
  const what = `before repairing ${repairs.length} finding${repairs.length === 1 ? '' : 's'}`;
  const drafts = [noteDraft(context, { checkpoint: what, ...planned })];
  for (const { finding, suggestion } of repairs) {
    const seen = await seenParent(records, finding, parents);
    const reason = context.reason === '' ? (suggestion.reasons[0] ?? '') : context.reason;
    drafts.push(repairDraft({ ...context, reason }, finding, suggestion, seen, planned));
  }
  return drafts;
}

/** The effective parent of a finding's record before the repair. */
async function seenParent(
  records: Pick<SessionRecords, 'detail'>,
  { uuid, parentUuid }: ProposedRepair['finding'],
  parents: ParentOverrides,
): Promise<string | null> {
  if (uuid === null) return null;
  const given = parents[uuid];
  if (given !== undefined) return given;
  return parentUuid ?? (await records.detail(uuid))?.parentUuid ?? null;
}
