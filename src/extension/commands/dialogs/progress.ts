import * as vscode from 'vscode';
import type { Run } from '../../../operations/operation.ts';

/** Runs an operation under a notification that shows how far it is and lets the user stop it. */
export function underProgress<T>(title: string, work: (run: Required<Run>) => Promise<T>): Thenable<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (progress, token) => {
    let shown = 0;
    return work({
      signal: signalOf(token),
      onProgress: (done, total) => {
        const percent = total === 0 ? 100 : (100 * done) / total;
        progress.report({ increment: percent - shown, message: `${done} of ${total}` });
        shown = percent;
      },
    });
  });
}

/** What VS Code cancels, as a signal. */
export function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
