import * as vscode from 'vscode';
import type { Checked } from '../../core/log/verify/check-session.ts';
import { verifyLogs } from '../../operations/log/verify-logs.ts';
import { signalOf } from '../commands/dialogs/progress.ts';
import type { OpenSession } from '../session/open-session.ts';
import type { RepairPorts } from './ports.ts';
import { verifyReport, verifySummary } from './verify-text.ts';

/** Checks the log of a session; says in one message what was found, and shows every fault in a document. */
export async function verifyLog(session: OpenSession, ports: RepairPorts): Promise<void> {
  const { sessionId } = await session.model.judgement.summary();
  await verifyAndTell(ports, sessionId);
}

/** The same for all logs: those in the store, and those that this machine has seen. */
export async function verifyAllLogs(ports: RepairPorts): Promise<void> {
  await verifyAndTell(ports, null);
}

async function verifyAndTell(ports: RepairPorts, sessionId: string | null): Promise<void> {
  const options = { location: vscode.ProgressLocation.Notification, title: 'Verifying repair logs', cancellable: true };
  const checked = await vscode.window.withProgress(options, async (progress, token) => {
    const signal = signalOf(token);
    const onProgress = (number: number, total: number): void => {
      if (total > 1) progress.report({ increment: 100 / total, message: `${number} of ${total}` });
    };
    const found = await verifyLogs(ports, { sessionId }, { signal, onProgress });
    return signal.aborted ? null : found;
  });
  if (checked !== null) await tell(ports, checked);
}

async function tell(ports: RepairPorts, checked: readonly Checked[]): Promise<void> {
  if (checked.length === 0) {
    void vscode.window.showInformationMessage('Nothing was logged on this computer yet: there is nothing to verify.');
    return;
  }
  const summary = verifySummary(checked);
  const report = verifyReport(checked, new Date().toISOString());
  ports.report.info(summary);
  const show = (): Promise<void> => ports.reports.show('Verification of repair logs.txt', report);
  if (checked.every(({ verdict }) => verdict.is_sound)) {
    vscode.window.showInformationMessage(summary, 'Show Report').then(
      (choice) => (choice === undefined ? undefined : show()),
      () => undefined,
    );
    return;
  }
  ports.report.warn(report);
  await show();
  const [only] = checked;
  const accept = checked.length === 1 && only !== undefined ? ['Database Was Restored…'] : [];
  vscode.window.showErrorMessage(summary, 'Show Report', ...accept).then(
    (choice) =>
      choice === 'Show Report'
        ? show()
        : choice === undefined || only === undefined
          ? undefined
          : acceptLog(ports, only.verdict.session_id),
    () => undefined,
  );
}

/** After a backup was put back a log is rightly shorter than what was seen; only the user knows that. */
async function acceptLog(ports: RepairPorts, sessionId: string): Promise<void> {
  const yes = 'Take It as True';
  const answer = await vscode.window.showWarningMessage(
    'Take this repair log as the true one from now on?',
    {
      modal: true,
      detail:
        'Do this only when you put an older backup of the database back yourself. What this computer knew of the log before is put aside, and the log must hold together by itself.',
    },
    yes,
  );
  if (answer !== yes) return;
  const checked = await verifyLogs(ports, { sessionId, accept: true });
  const summary = verifySummary(checked);
  if (checked.every(({ verdict }) => verdict.is_sound)) void vscode.window.showInformationMessage(`Taken as true. ${summary}`);
  else void vscode.window.showErrorMessage(`The log does not hold together by itself, so it was not taken. ${summary}`);
}
