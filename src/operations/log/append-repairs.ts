import { noteDraft, repairDraft, type DraftContext } from '../../core/log/drafts.ts';
import type { JsonObject } from '../../core/json.ts';
import type { EventDraft } from '../../core/log/event.ts';
import type { ParentOverrides } from '../../core/graph/repairs.ts';
import type { ProposedRepair } from '../../core/session/analysis-types.ts';
import { singleActions } from '../../core/findings/single-actions.ts';
import type { Run } from '../operation.ts';
import type { Appended, WritableLog } from '../log-access/writable-log.ts';

/** Repairs that were planned together, on the log that they go to. */
export interface PlannedRepairs {
  /** In the order in which they are logged. */
  readonly repairs: readonly ProposedRepair[];
  /** What every event says. */
  readonly context: Omit<DraftContext, 'reason'>;
  /** Why; null: each event gives the reason of its suggestion. */
  readonly reason: string | null;
  /** What the simulation says that they bring, for the record; part of every event. */
  readonly simulated: JsonObject;
  /** Name of a checkpoint that is set before them, as an event of its own; null: none. */
  readonly checkpoint: string | null;
}

/** Where the parents of records are looked up, with the repairs in force. */
export interface RecordLookup {
  detail(uuid: string): Promise<{ readonly parentUuid: string | null } | null>;
}

/**
 * Logs repairs, one event for each thing that they do, behind the log that they were planned on. Whatever happens on the way, each is in the log once or
 * waits in the outbox, or was not written: the outcome says which.
 * @throws StoreError; with the store out of reach the repairs wait, which is no failure
 */
export async function appendRepairs(log: WritableLog, records: RecordLookup, planned: PlannedRepairs, run: Run = {}): Promise<Appended> {
  return log.append(await draftsOf(planned, records, log.state.overrides()), run);
}

async function draftsOf(
  { repairs, context, reason, simulated, checkpoint }: PlannedRepairs,
  records: RecordLookup,
  parents: ParentOverrides,
): Promise<EventDraft[]> {
  const drafts = checkpoint === null ? [] : [noteDraft({ ...context, reason: reason ?? '' }, { checkpoint, ...simulated })];
  for (const { finding, suggestion } of repairs) {
    const why = reason ?? suggestion.reasons[0] ?? finding.message;
    for (const [i, one] of singleActions(suggestion).entries()) {
      const about = i === 0 ? finding : { uuid: one.action.uuid, parentUuid: null };
      const seen = await seenParent(records, about, parents);
      drafts.push(repairDraft({ ...context, reason: why }, finding, one, seen, simulated));
    }
  }
  return drafts;
}

/** The effective parent of a finding's record before the repair. @param parents that the log gives records now */
async function seenParent(
  records: RecordLookup,
  { uuid, parentUuid }: Pick<ProposedRepair['finding'], 'uuid' | 'parentUuid'>,
  parents: ParentOverrides,
): Promise<string | null> {
  if (uuid === null) return null;
  const given = parents[uuid];
  if (given !== undefined) return given;
  return parentUuid ?? (await records.detail(uuid))?.parentUuid ?? null;
}
