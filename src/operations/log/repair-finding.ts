import { actionsOf, type Finding, type Proposal } from '../../core/findings/finding.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ResumeEffect } from '../../core/loaders/resume-figures.ts';
import { recordedEffect } from '../../core/loaders/recorded-effect.ts';
import type { RepairAction } from '../../core/graph/repairs.ts';
import { OperationError, type Acting } from '../operation.ts';
import { appendRepairs, type RecordLookup } from './append-repairs.ts';
import type { SessionFile } from '../log-access/session-file.ts';
import type { Appended, WritableLog } from '../log-access/writable-log.ts';

/** A session with the repairs in force, to be repaired. */
export interface RepairableSession extends Pick<SessionFile, 'sync'> {
  readonly records: RecordLookup & {
    /** Null where there is no such record. */
    rowOf(uuid: string): Promise<number | null>;
  };
  readonly judgement: { findings(): Promise<readonly { readonly id: string }[]> };
  readonly trials: { simulate(actions: readonly RepairAction[]): Promise<ResumeEffect> };
}

/** The suggestion that was taken for a finding. */
export interface ChosenRepair {
  readonly finding: Finding;
  readonly suggestion: Proposal;
}

/**
 * Repairs one finding by the suggestion that the user took, if it still fits.
 * @param openLog opens the log; resolves when the session shows what is in it
 * @returns a conflict also where somebody else had repaired the record before, which was not known here
 * @throws OperationError `session-changed` when the record, the finding or the new parent is gone, or the repair would lose messages;
 *   StoreError
 */
export async function repairFinding(
  openLog: () => Promise<WritableLog>,
  session: RepairableSession,
  { finding, suggestion }: ChosenRepair,
  { operator, reason }: Acting,
): Promise<Appended> {
  const { uuid } = finding;
  const record = uuid === null ? null : await session.records.detail(uuid);
  if (uuid !== null && record === null) throw sessionChanged();
  const log = await openLog();
  const naming = uuid === null ? null : log.state.parentEvent(uuid);
  // The log was read only now: someone had repaired this before.
  if (naming !== null && naming.new_parent_uuid !== record?.parentUuid) {
    return { logged: [], waiting: [], stopped: { kind: 'conflict', theirs: [naming] } };
  }
  // As was another finding's repair that this one relied on, or this one itself by another window.
  if (!(await session.judgement.findings()).some(({ id }) => id === finding.id)) throw sessionChanged();
  const effect = await soundEffect(session, actionsOf(suggestion));
  const context = { sessionId: log.sessionId, operator, transcript: await session.sync.fingerprint() };
  return appendRepairs(log, session.records, {
    repairs: [{ finding, suggestion }],
    context,
    reason,
    simulated: { effect },
    checkpoint: null,
  });
}

/** What a repair brings. @throws OperationError `session-changed` when its new parent is not in the file, or when it would make things worse */
async function soundEffect(session: RepairableSession, actions: readonly RepairAction[]): Promise<JsonObject> {
  for (const action of actions) {
    if (action.kind !== 'reparent') continue;
    if (action.parent === action.uuid) throw sessionChanged();
    if (action.parent !== null && (await session.records.rowOf(action.parent)) === null) throw sessionChanged();
  }
  const effect = await session.trials.simulate(actions);
  // Only what a user leaves out or turns away from on purpose may be loaded no more.
  const mayLose = actions.some(({ kind }) => kind === 'bypass' || kind === 'choose-leaf' || kind === 'quarantine');
  if (effect.after < effect.before && !mayLose) throw sessionChanged();
  return recordedEffect(effect);
}

function sessionChanged(): OperationError {
  return new OperationError(
    'session-changed',
    'The session has changed: this repair no longer fits.',
    'Look at the finding again and choose another repair.',
  );
}
