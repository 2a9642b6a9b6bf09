import { stat } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import * as vscode from 'vscode';
import { counted } from '../../core/count-text.ts';
import { clientDirectory } from '../../files/client-directory.ts';
import { FileSource } from '../../files/file-source.ts';
import { sessionsBelow } from '../../files/session-files.ts';
import type { LogPorts } from '../../operations/ports.ts';
import {
  planFolder,
  repairFolder,
  shortSessionName,
  type FolderFiles,
  type FolderOutcome,
  type FolderPlan,
  type FolderPorts,
  type PassedOver,
} from '../../operations/session/repair-folder.ts';
import { sentences, showFailure } from '../commands/dialogs/outcome.ts';
import { signalOf } from '../commands/dialogs/progress.ts';
import type { Reporter } from '../log/output.ts';
import type { SessionServices } from '../session/apply-sessions.ts';
import { currentOperator } from '../session/operator.ts';
import { mayBeSession } from '../session/sniff.ts';
import type { PlanDocuments } from './plan-documents.ts';
import { planFigures, planTexts } from './plan-text.ts';

/** Sessions that the question names one by one; the plan names all. */
const MOST_NAMED = 12;

const AWAY = 'The repair log is out of reach: the repairs wait on this computer until it is back.';

/** What the command works with. */
export interface FolderServices extends Pick<LogPorts, 'store' | 'waiting' | 'heads' | 'identity'> {
  readonly sessions: Pick<SessionServices, 'startModel' | 'severity'>;
  readonly plans: PlanDocuments;
  readonly report: Reporter;
}

const FILES: FolderFiles = {
  sessionsBelow,
  nameBelow: relative,
  mayBeSession: (path) => mayBeSession(new FileSource(path)),
  stampOf: async (path) => {
    const { size, mtimeMs, ino } = await stat(path);
    return `${size} ${mtimeMs} ${ino}`;
  },
};

/**
 * Makes the safe repairs of all sessions below a folder, after one question that shows the whole plan. Files are only read.
 * @param folder asked from the user when null
 */
export async function repairChosenFolder(folder: vscode.Uri | null, services: FolderServices): Promise<void> {
  const chosen = folder ?? (await askFolder());
  if (chosen === undefined) return;
  const ports = portsOf(services);
  const found = await planned(chosen.fsPath, ports);
  if (found === null) return;
  const { plans, passedOver, sessions, outOfReach } = found;
  if (plans.length === 0) {
    const looked =
      sessions === 0 ? 'There is no session in this folder.' : `${counted(sessions, 'session')}: nothing that can be repaired safely.`;
    void vscode.window.showInformationMessage(sentences(looked, passedOverText(passedOver)));
    return;
  }
  const repairs = plans.reduce((sum, plan) => sum + plan.repairs.length, 0);
  const isWanted = await services.plans.ask({
    title: `Make ${counted(repairs, 'safe repair')} in ${counted(plans.length, 'session')}?`,
    detail: `A resume loads, now → after:\n${namedFigures(plans)}\n\n${outOfReach === null ? 'Each repair is written to the log and can be taken back.' : AWAY} The files stay as they are.`,
    name: `Repair Plan: ${basename(chosen.fsPath)}`,
    ...planTexts(plans),
  });
  if (!isWanted) return;
  const options = { location: vscode.ProgressLocation.Notification, title: 'Repairing sessions', cancellable: true };
  const made = await vscode.window.withProgress(options, (progress, token) =>
    repairFolder(found, currentOperator(), ports, {
      signal: signalOf(token),
      onSession: ({ name }) => progress.report({ message: shortSessionName(name) }),
      onProgress: () => progress.report({ increment: 100 / repairs }),
    }),
  );
  summarise(made, repairs, [...passedOver, ...made.passedOver]);
}

function portsOf({ sessions, store, waiting, heads, identity, report }: FolderServices): FolderPorts {
  return {
    store,
    waiting,
    heads,
    identity,
    files: FILES,
    startSession: sessions.startModel,
    severities: sessions.severity.current,
    onFailure: (error) => report.error('Repairing a session of a folder', error),
  };
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

/** Analyses one session after the other; null when it was cancelled. */
function planned(folder: string, ports: FolderPorts): Thenable<Awaited<ReturnType<typeof planFolder>>> {
  const options = { location: vscode.ProgressLocation.Notification, title: 'Looking for repairs', cancellable: true };
  return vscode.window.withProgress(options, (progress, token) =>
    planFolder(folder, ports, {
      signal: signalOf(token),
      onProgress: (done, total) => progress.report({ increment: 100 / total, message: `session ${done + 1} of ${total}` }),
    }),
  );
}

function namedFigures(plans: readonly FolderPlan[]): string {
  const named = plans.slice(0, MOST_NAMED).map((plan) => `${shortSessionName(plan.name)}: ${planFigures(plan)}`);
  const more = plans.length - named.length;
  return [...named, ...(more > 0 ? [`and ${counted(more, 'more session')}, see the plan`] : [])].join('\n');
}

function summarise({ done, waiting, sessions }: FolderOutcome, repairs: number, failures: readonly PassedOver[]): void {
  const rest = done < repairs ? ` of ${repairs}` : '';
  const where =
    waiting === 0 ? 'in the log' : waiting === done ? 'waiting for the store' : `made, ${waiting} of them waiting for the store`;
  const message = sentences(
    `${done}${rest} repair${repairs === 1 ? '' : 's'} ${where}, in ${counted(sessions, 'session')}. The files are unchanged.`,
    passedOverText(failures),
  );
  if (failures.length > 0) showFailure(message, '');
  else void vscode.window.showInformationMessage(message);
}

function passedOverText(failures: readonly PassedOver[]): string {
  const [first] = failures;
  if (first === undefined) return '';
  const more = failures.length > 1 ? ` and ${failures.length - 1} more` : '';
  return `${counted(failures.length, 'place')} passed over: ${shortSessionName(first.name)} (${first.problem})${more}.`;
}
