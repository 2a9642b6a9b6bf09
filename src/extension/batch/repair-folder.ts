import { basename, relative } from 'node:path';
import * as vscode from 'vscode';
import { counted } from '../../core/count-text.ts';
import type { HeadKeeper } from '../../core/log/verify/heads.ts';
import { isOutOfReach } from '../../core/log/append/outbox.ts';
import type { EventStore } from '../../core/log/store.ts';
import { clientDirectory } from '../../files/client-directory.ts';
import { sessionsBelow } from '../../files/session-files.ts';
import { sentences, showFailure } from '../commands/outcome.ts';
import type { Reporter } from '../log/output.ts';
import type { WaitingRepairs } from '../outbox/waiting-repairs.ts';
import { currentOperator } from '../session/operator.ts';
import type { SessionServices } from '../session/apply-sessions.ts';
import { asStoreError, type StoreAccess } from '../store/store-access.ts';
import { appendPlan, planSession, type FolderLog, type FolderPlan } from './folder-plan.ts';
import type { PlanDocuments } from './plan-documents.ts';
import { planFigures, planTexts } from './plan-text.ts';

/** Sessions that the question names one by one; the plan names all. */
const MOST_NAMED = 12;

const AWAY = 'The repair log is out of reach: the repairs wait on this computer until it is back.';

/** What the command works with. */
export interface FolderServices {
  readonly sessions: Pick<SessionServices, 'startModel' | 'severity'>;
  readonly store: StoreAccess;
  readonly waiting: WaitingRepairs;
  readonly heads: HeadKeeper;
  readonly plans: PlanDocuments;
  readonly report: Reporter;
}

/** A session that was passed over, and why. */
interface Failure {
  readonly name: string;
  readonly problem: string;
}

/**
 * Makes the safe repairs of all sessions below a folder, after one question that shows the whole plan. Files are only read.
 * @param folder asked from the user when null
 */
export async function repairFolder(folder: vscode.Uri | null, services: FolderServices): Promise<void> {
  const chosen = folder ?? (await askFolder());
  if (chosen === undefined) return;
  const log: FolderLog = { store: await storeInReach(services.store), waiting: services.waiting, heads: services.heads };
  const found = await planFolder(chosen.fsPath, log, services);
  if (found === null) return;
  const { plans, failures, sessions } = found;
  if (plans.length === 0) {
    const looked =
      sessions === 0 ? 'There is no session in this folder.' : `${counted(sessions, 'session')}: nothing that can be repaired safely.`;
    void vscode.window.showInformationMessage(sentences(looked, failureText(failures)));
    return;
  }
  const repairs = plans.reduce((sum, plan) => sum + plan.repairs.length, 0);
  const isWanted = await services.plans.ask({
    title: `Make ${counted(repairs, 'safe repair')} in ${counted(plans.length, 'session')}?`,
    detail: `A resume loads, now → after:\n${namedFigures(plans)}\n\n${log.store === null ? AWAY : 'Each repair is written to the log and can be taken back.'} The files stay as they are.`,
    name: `Repair Plan: ${basename(chosen.fsPath)}`,
    ...planTexts(plans),
  });
  if (!isWanted) return;
  const made = await appendAll(log, plans, repairs, services.report);
  summarise(made, repairs, [...failures, ...made.failures]);
}

/** Null while the store is out of reach: then repairs wait for it. Rejects with StoreError where waiting would not help. */
async function storeInReach(access: StoreAccess): Promise<EventStore | null> {
  try {
    return await access.open();
  } catch (error) {
    if (!isOutOfReach(error)) throw error;
    return null;
  }
}

async function askFolder(): Promise<vscode.Uri | undefined> {
  const [workspace] = vscode.workspace.workspaceFolders ?? [];
  const folders = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    defaultUri: workspace?.uri ?? vscode.Uri.file(clientDirectory()),
    openLabel: 'Repair Sessions',
    title: 'Folder whose sessions are repaired',
  });
  return folders?.[0];
}

interface Found {
  readonly plans: readonly FolderPlan[];
  readonly failures: readonly Failure[];
  readonly sessions: number;
}

/** Analyses one session after the other; null when it was cancelled. */
async function planFolder(folder: string, log: FolderLog, { sessions, report }: FolderServices): Promise<Found | null> {
  const options = { location: vscode.ProgressLocation.Notification, title: 'Looking for repairs', cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const failures: Failure[] = [];
    const paths = await sessionsBelow(folder, (path, error) => failures.push({ name: basename(path), problem: problemOf(error) }));
    const ports = { startModel: sessions.startModel, severities: sessions.severity.current, log, operator: currentOperator() };
    const plans: FolderPlan[] = [];
    for (const [i, path] of paths.entries()) {
      if (token.isCancellationRequested) return null;
      progress.report({ increment: 100 / paths.length, message: `session ${i + 1} of ${paths.length}` });
      const name = relative(folder, path);
      try {
        const plan = await planSession(path, name, ports);
        if (plan === null) continue;
        // They would share one log.
        const twin = plans.find(({ sessionId }) => sessionId === plan.sessionId);
        if (twin === undefined) plans.push(plan);
        else failures.push({ name, problem: `${shortName(twin.name)} has the same session id` });
      } catch (error) {
        report.error('Planning the repair of a session', error);
        failures.push({ name, problem: problemOf(error) });
      }
    }
    return token.isCancellationRequested ? null : { plans, failures, sessions: paths.length };
  });
}

function namedFigures(plans: readonly FolderPlan[]): string {
  const named = plans.slice(0, MOST_NAMED).map((plan) => `${shortName(plan.name)}: ${planFigures(plan)}`);
  const more = plans.length - named.length;
  return [...named, ...(more > 0 ? [`and ${counted(more, 'more session')}, see the plan`] : [])].join('\n');
}

/** Of a path that ends in a session's id, the folder and the beginning of the id. */
function shortName(name: string): string {
  return name.replace(/([0-9a-f]{8})-[0-9a-f-]{27}\.jsonl$/i, '$1…');
}

interface Made {
  readonly done: number;
  /** Those of them that wait for the store. */
  readonly waiting: number;
  readonly sessions: number;
  readonly failures: readonly Failure[];
}

async function appendAll(log: FolderLog, plans: readonly FolderPlan[], repairs: number, report: Reporter): Promise<Made> {
  const options = { location: vscode.ProgressLocation.Notification, title: 'Repairing sessions', cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const failures: Failure[] = [];
    let sessions = 0;
    let done = 0;
    let waiting = 0;
    const step = 100 / (repairs + plans.length);
    for (const plan of plans) {
      if (token.isCancellationRequested) break;
      progress.report({ message: shortName(plan.name) });
      try {
        const outcome = await appendPlan(
          log,
          plan,
          () => token.isCancellationRequested,
          () => progress.report({ increment: step }),
        );
        done += outcome.done;
        waiting += outcome.waiting;
        if (outcome.done > 0) sessions++;
        if (outcome.problem !== null) failures.push({ name: plan.name, problem: outcome.problem });
      } catch (error) {
        report.error('Repairing a session of a folder', error);
        failures.push({ name: plan.name, problem: asStoreError(error).message });
      }
    }
    return { done, waiting, sessions, failures };
  });
}

function summarise({ done, waiting, sessions }: Made, repairs: number, failures: readonly Failure[]): void {
  const rest = done < repairs ? ` of ${repairs}` : '';
  const where =
    waiting === 0 ? 'in the log' : waiting === done ? 'waiting for the store' : `made, ${waiting} of them waiting for the store`;
  const message = sentences(
    `${done}${rest} repair${repairs === 1 ? '' : 's'} ${where}, in ${counted(sessions, 'session')}. The files are unchanged.`,
    failureText(failures),
  );
  if (failures.length > 0) showFailure(message, '');
  else void vscode.window.showInformationMessage(message);
}

function failureText(failures: readonly Failure[]): string {
  const [first] = failures;
  if (first === undefined) return '';
  const more = failures.length > 1 ? ` and ${failures.length - 1} more` : '';
  return `${counted(failures.length, 'place')} passed over: ${shortName(first.name)} (${first.problem})${more}.`;
}

function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
