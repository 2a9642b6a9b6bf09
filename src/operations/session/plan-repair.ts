import { actionsOf, type Confidence, type Finding } from '../../core/findings/finding.ts';
import { effectBetween, type ResumeEffect } from '../../core/loaders/resume-figures.ts';
import { actionOf } from '../../core/log/action-payload.ts';
import { changesView, type RepairEvent } from '../../core/log/event.ts';
import { namesParent, type LogState } from '../../core/log/replay.ts';
import { actionTitle, repairTitle } from '../../core/repair/action-text.ts';
import { withActions, type RepairAction, type Repairs } from '../../core/graph/repairs.ts';
import type { SessionModel } from '../../core/session/model.ts';
import type { ProposedRepair } from '../../core/session/analysis-types.ts';
import { SessionRefused } from './refusal.ts';
import { DECIDED_BY_END } from '../../core/session/ends.ts';
import { singleActions } from '../../core/findings/single-actions.ts';

/** One repair of a plan. Scripts rely on every name here. */
export interface PlanEntry {
  readonly code: string;
  readonly kind: string;
  readonly uuid: string;
  /** 1-based line of the record or line it is about. */
  readonly line: number;
  /** As the file has it. */
  readonly oldParent: string | null;
  readonly newParent: string | null;
  readonly confidence: string;
}

/** A repair of a plan, with what people are told besides. */
export interface PlannedEntry {
  readonly entry: PlanEntry;
  /** What is done, in the imperative. */
  readonly title: string;
  /** Whether the log has it already. */
  readonly isInForce: boolean;
}

/** What a repair does to one session. */
export interface SessionPlan {
  /** Repairs in force from the log, then new ones; each in file order. */
  readonly entries: readonly PlannedEntry[];
  /** Those to log now. */
  readonly additions: readonly ProposedRepair[];
  /** Repairs in force before. */
  readonly inForce: Repairs;
  /** Messages a resume loads: of the file as it stands, of a repaired copy, of how many. */
  readonly resume: ResumeEffect;
  /** Findings that the plan leaves, in the file or in a copy that is not yet written. */
  readonly remaining: readonly Finding[];
}

/** Which repairs are wanted. */
export interface PlanChoice {
  readonly confidence: Confidence;
  /** Codes of findings; empty for all. */
  readonly only: readonly string[];
  /** Of the suggestions of each finding this one, from 1, whatever its confidence; null: what the plan takes. */
  readonly nth: number | null;
  /** Going on from this message besides: its uuid, or its line; null: from where the repaired session ends. */
  readonly from?: string | number | null;
}

/** A session as planning asks for it. */
export type PlannedSession = Pick<SessionModel, 'judgement' | 'records' | 'trials' | 'updates'>;

/**
 * Plans the repair of a session and lays all of it over the session: what is in force by the log, and what is new.
 * @param session as its file stands, without repairs
 * @param log the fold of the session's log
 */
export async function planRepair(session: PlannedSession, log: LogState, choice: PlanChoice): Promise<SessionPlan> {
  const { resume: before } = await session.judgement.summary();
  const inForce = log.repairs();
  const known = await entriesInForce(session, log);
  if (known.length > 0) await session.updates.applyRepairs(inForce);
  const wanted = (repair: ProposedRepair): boolean => choice.only.length === 0 || choice.only.includes(repair.finding.code);
  const proposed = choice.nth === null ? (await session.trials.plan(choice.confidence)).repairs : await nthOfEach(session, choice.nth);
  const end = await chosenEnd(session, choice.from ?? null);
  const isOpen = ({ finding }: ProposedRepair): boolean => end === null || !DECIDED_BY_END.includes(finding.code);
  const additions = [...proposed.filter((repair) => wanted(repair) && isOpen(repair)), ...(end === null ? [] : [end])];
  if (additions.length > 0) await session.updates.applyRepairs(withActions(inForce, actionsOfAll(additions)));
  return {
    entries: [...known, ...additions.flatMap(entriesOf)],
    additions,
    inForce,
    resume: effectBetween(before, 'now', (await session.judgement.summary()).resume),
    remaining: await session.judgement.findings(),
  };
}

/**
 * The end that the user chose, as a repair.
 * @throws SessionRefused `no-end` where the session cannot go on from there
 */
async function chosenEnd(session: PlannedSession, from: string | number | null): Promise<ProposedRepair | null> {
  if (from === null) return null;
  const uuid = typeof from === 'string' ? from : await uuidOfLine(session, from);
  const tried = uuid === null ? null : await session.trials.tryEnd(uuid);
  if (tried?.kind === 'possible') return { finding: tried.finding, suggestion: tried.proposal };
  const reason = tried?.reason ?? `There is no message on line ${from}.`;
  throw new SessionRefused('no-end', reason, 'riff ends lists where the session can go on from.');
}

async function uuidOfLine({ records }: PlannedSession, line: number): Promise<string | null> {
  const row = await records.rowOfLine(line);
  const [found] = row === null ? [] : await records.rows(row, 1);
  return found?.uuid ?? null;
}

/** For each finding the suggestion of this number, from 1, where there is one. */
async function nthOfEach(session: PlannedSession, nth: number): Promise<ProposedRepair[]> {
  const proposals = await session.judgement.proposals();
  return (await session.judgement.findings()).flatMap((finding) => {
    const suggestion = proposals.get(finding.id)?.[nth - 1];
    return suggestion === undefined ? [] : [{ finding, suggestion }];
  });
}

function actionsOfAll(repairs: readonly ProposedRepair[]): RepairAction[] {
  return repairs.flatMap(({ suggestion }) => actionsOf(suggestion));
}

const ASIDE = 'Put aside what was said behind it';

/** One for each thing that a repair does. */
function entriesOf({ finding, suggestion }: ProposedRepair): PlannedEntry[] {
  return singleActions(suggestion).map((one, i) => {
    const entry: PlanEntry = {
      code: finding.code,
      kind: one.kind,
      uuid: (i === 0 ? finding.uuid : one.action.uuid) ?? '',
      line: finding.line,
      oldParent: i === 0 ? finding.parentUuid : null,
      newParent: one.newParent,
      confidence: one.confidence,
    };
    const isAside = finding.code === 'chosen' && one.kind === 'reparent';
    const title =
      i === 0 ? repairTitle(suggestion, suggestion.newParentLine) : isAside ? ASIDE : actionTitle(one.action, one.newParentLine);
    return { entry, title, isInForce: false };
  });
}

/** Repairs of the log that change something in this file: a file that was repaired in place has its new parents already. */
async function entriesInForce(session: PlannedSession, log: LogState): Promise<PlannedEntry[]> {
  const findings = new Map(
    (await session.judgement.findings()).filter((finding) => finding.repairable).map((finding) => [finding.uuid, finding]),
  );
  const entries: PlannedEntry[] = [];
  for (const event of log.activeEvents()) {
    const action = actionInForce(event, log);
    if (action === null) continue;
    const record = action.uuid === null ? null : await session.records.detail(action.uuid);
    if (action.kind === 'reparent' && (record === null || record.fileParentUuid === action.parent)) continue;
    const parent = event.new_parent_uuid === null ? null : await session.records.detail(event.new_parent_uuid);
    const line = record?.line ?? payloadNumber(event, 'line') ?? 1;
    const entry: PlanEntry = {
      code: payloadText(event, 'finding') ?? findings.get(event.message_id)?.code ?? 'manual',
      kind: action.kind,
      uuid: action.uuid ?? '',
      line,
      oldParent: action.kind === 'reparent' ? (record?.fileParentUuid ?? null) : null,
      newParent: event.new_parent_uuid,
      confidence: payloadText(event, 'confidence') ?? 'high',
    };
    entries.push({ entry, title: actionTitle(action, parent?.line ?? null), isInForce: true });
  }
  return entries.sort((a, b) => a.entry.line - b.entry.line);
}

/** What an event in force does; null where a later event replaces it, or it does nothing to the session. */
function actionInForce(event: RepairEvent, log: LogState): RepairAction | null {
  if (!changesView(event.event_type)) return null;
  const action = actionOf(event);
  if (!namesParent(event) || event.message_id === null) return action;
  if (log.parentEvent(event.message_id) !== event) return null;
  return action ?? { kind: 'reparent', uuid: event.message_id, parent: event.new_parent_uuid };
}

function payloadText(event: RepairEvent, key: string): string | null {
  const value = event.payload[key];
  return typeof value === 'string' ? value : null;
}

function payloadNumber(event: RepairEvent, key: string): number | null {
  const value = event.payload[key];
  return typeof value === 'number' ? value : null;
}
