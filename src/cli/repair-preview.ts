import { counted } from '../core/count-text.ts';
import { actionTitle } from '../core/repair/action-text.ts';
import { NO_REPAIRS } from '../core/repair/repairs.ts';
import type { RecordRow } from '../core/session/analysis-types.ts';
import { effectText } from '../core/session/effect-text.ts';
import type { SessionAnalysis } from '../core/session/session-analysis.ts';
import { planRepair, type PlanChoice, type SessionPlan } from './repair-plan.ts';
import type { SessionLog } from './store-access.ts';
import type { Style } from './terminal.ts';
import { visible } from './text.ts';

/** Records that are read at a time. */
const BATCH_ROWS = 2_000;

/** What a plan changes of what a resume loads, message by message. */
export interface RepairPreview {
  /** Loaded by a resume of a repaired copy and not of the file as it stands; in the order of the copy. */
  readonly gained: readonly RecordRow[];
  /** The other way round, in the order of the file as it stands. */
  readonly lost: readonly RecordRow[];
  /** What `--choice` chooses from. */
  readonly choices: readonly Choices[];
}

interface Choices {
  readonly code: string;
  readonly line: number;
  /** What each does and brings; the first is number 1. */
  readonly titles: readonly string[];
}

/**
 * Plans the repair of a session and compares, message by message, what a resume loads before and after.
 * @param session as its file stands, without repairs; all repairs are laid over it afterwards
 */
export async function previewPlan(
  session: SessionAnalysis,
  log: SessionLog,
  choice: PlanChoice,
): Promise<{ readonly plan: SessionPlan; readonly preview: RepairPreview }> {
  const before = await loadedRows(session);
  await session.applyRepairs(log.state.repairs());
  const choices = await choicesOf(session, choice.only);
  await session.applyRepairs(NO_REPAIRS);
  const plan = await planRepair(session, log, choice);
  const after = await loadedRows(session);
  return { plan, preview: { gained: without(after, before), lost: without(before, after), choices } };
}

async function loadedRows(session: SessionAnalysis): Promise<RecordRow[]> {
  const rows: RecordRow[] = [];
  for (;;) {
    const more = await session.loadedRows(rows.length, BATCH_ROWS);
    if (more.length === 0) return rows;
    rows.push(...more);
  }
}

function without(rows: readonly RecordRow[], others: readonly RecordRow[]): RecordRow[] {
  const known = new Set(others.map(({ uuid }) => uuid));
  return rows.filter(({ uuid }) => !known.has(uuid));
}

/** Of the findings of these codes: with many to choose from nobody would read them. */
async function choicesOf(session: SessionAnalysis, codes: readonly string[]): Promise<Choices[]> {
  const choices: Choices[] = [];
  for (const { id, code, line } of await session.findings()) {
    if (!codes.includes(code)) continue;
    const titles = (await session.suggestions(id)).map(
      ({ action, newParentLine, confidence, effect }) =>
        `${actionTitle(action, newParentLine)} (${confidence}): ${effectText(effect, action.kind)}`,
    );
    if (titles.length > 1) choices.push({ code, line, titles });
  }
  return choices;
}

/** As lines for people: `+` is loaded with the plan, `-` no longer. */
export function previewLines({ gained, lost, choices }: RepairPreview, style: Style): string[] {
  const chosen = choices.flatMap(({ code, line, titles }) => [
    `Line ${line} (${code}) leaves a choice, made by --choice:`,
    ...titles.map((title, i) => `  ${i + 1}  ${visible(title)}`),
  ]);
  if (gained.length + lost.length === 0) return [...chosen, 'A resume loads the same messages as now.'];
  return [
    ...chosen,
    `Loaded then and not now: ${counted(gained.length, 'message')} (+). Loaded now and not then: ${lost.length} (-).`,
    ...lost.map((row) => style.red(`- ${rowText(row)}`)),
    ...gained.map((row) => style.green(`+ ${rowText(row)}`)),
  ];
}

function rowText({ line, timestamp, label, tools, text }: RecordRow): string {
  const what = visible([label, ...tools.slice(0, 3)].join(' ').slice(0, 40));
  return `line ${String(line).padEnd(6)} ${timestamp?.slice(11, 16) ?? '     '}  ${what.padEnd(20)}  ${visible(text.slice(0, 100))}`.trimEnd();
}
