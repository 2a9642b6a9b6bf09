import type { LogState } from '../../core/log/replay.ts';
import { repairTitle } from '../../core/repair/action-text.ts';
import { NO_REPAIRS } from '../../core/graph/repairs.ts';
import type { RecordRow } from '../../core/session/analysis-types.ts';
import { effectText } from '../../core/session/effect-text.ts';
import type { SessionModel } from '../../core/session/model.ts';
import { planRepair, type PlanChoice, type PlannedSession, type SessionPlan } from './plan-repair.ts';
import { allLoadedRows } from './loaded-rows.ts';

/** What a plan changes of what a resume loads, message by message. */
export interface RepairPreview {
  /** Loaded by a resume of a repaired copy and not of the file as it stands; in the order of the copy. */
  readonly gained: readonly RecordRow[];
  /** The other way round, in the order of the file as it stands. */
  readonly lost: readonly RecordRow[];
  /** Findings with several suggestions to choose from. */
  readonly choices: readonly FindingChoices[];
}

export interface FindingChoices {
  readonly code: string;
  readonly line: number;
  /** What each suggestion does and brings; the first is number 1. */
  readonly titles: readonly string[];
}

/** A session as a preview asks for it. */
export type PreviewedSession = PlannedSession & Pick<SessionModel, 'records' | 'judgement'>;

/**
 * Plans the repair of a session and compares, message by message, what a resume loads before and after.
 * @param session as its file stands, without repairs; all repairs are laid over it afterwards
 * @param log the fold of the session's log
 */
export async function previewRepair(
  session: PreviewedSession,
  log: LogState,
  choice: PlanChoice,
): Promise<{ readonly plan: SessionPlan; readonly preview: RepairPreview }> {
  const before = await allLoadedRows(session.records);
  await session.updates.applyRepairs(log.repairs());
  const choices = await choicesOf(session, choice.only);
  await session.updates.applyRepairs(NO_REPAIRS);
  const plan = await planRepair(session, log, choice);
  const after = await allLoadedRows(session.records);
  return { plan, preview: { gained: without(after, before), lost: without(before, after), choices } };
}

function without(rows: readonly RecordRow[], others: readonly RecordRow[]): RecordRow[] {
  const known = new Set(others.map(({ uuid }) => uuid));
  return rows.filter(({ uuid }) => !known.has(uuid));
}

/** Of the findings of these codes: with many to choose from nobody would read them. */
async function choicesOf(session: PreviewedSession, codes: readonly string[]): Promise<FindingChoices[]> {
  const choices: FindingChoices[] = [];
  for (const { id, code, line } of await session.judgement.findings()) {
    if (!codes.includes(code)) continue;
    const titles = (await session.judgement.suggestions(id)).map(
      (suggestion) =>
        `${repairTitle(suggestion, suggestion.newParentLine)} (${suggestion.confidence}): ${effectText(suggestion.effect, suggestion.kind)}`,
    );
    if (titles.length > 1) choices.push({ code, line, titles });
  }
  return choices;
}
