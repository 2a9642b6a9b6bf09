import * as vscode from 'vscode';
import type { Reporter } from '../log/output.ts';
import { asStoreError, type StoreAccess } from '../store/store-access.ts';
import { showWaiting, tellConflicts } from './show-waiting.ts';
import { WaitingRepairs } from './waiting-repairs.ts';

/** Repairs that wait for the store: sent when it is back, shown by a command. */
export function applyOutbox(context: vscode.ExtensionContext, store: StoreAccess, report: Reporter): WaitingRepairs {
  const waiting = new WaitingRepairs(store, report, (appended, conflicts) => {
    report.info(`Sent repairs that had waited: ${appended} in the log, ${conflicts.length} in conflict`);
    if (conflicts.length > 0) tellConflicts(conflicts);
    if (appended > 0) vscode.window.setStatusBarMessage(`$(cloud-upload) ${appended} waiting in the log now`, 5_000);
  });
  const command = vscode.commands.registerCommand('riff.showWaiting', async () => {
    try {
      await showWaiting(waiting);
    } catch (cause) {
      report.error('Showing the repairs that wait', cause);
      const { message, remedy } = asStoreError(cause);
      void vscode.window.showErrorMessage(`${message} ${remedy}`);
    }
  });
  context.subscriptions.push(waiting, command);
  return waiting;
}
