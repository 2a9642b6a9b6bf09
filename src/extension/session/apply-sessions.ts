import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Reporter } from '../log/output.ts';
import type { StoreAccess } from '../store/store-access.ts';
import type { SessionRegistry } from './handle.ts';
import { followOpenFiles, type OpenFiles } from './open-files.ts';
import { currentOperator } from './operator.ts';
import { Sessions } from './sessions.ts';
import { workerModel } from './worker-model.ts';

/** Sessions as features use them. */
export interface SessionServices {
  readonly sessions: Sessions;
  readonly openFiles: OpenFiles;
  readonly registry: SessionRegistry;
}

/** Starts to follow the window's editors; a session's reader is a thread of its own. */
export function applySessions(context: vscode.ExtensionContext, store: StoreAccess, report: Reporter): SessionServices {
  const worker = join(context.extensionPath, 'dist', 'worker.cjs');
  const startModel = (path: string): ReturnType<typeof workerModel> =>
    workerModel(worker, path, () => report.warn('The reader of a session died and was started again'));
  const sessions = new Sessions(startModel, { store, report, operator: currentOperator });
  const openFiles = followOpenFiles(sessions, report);
  const contextKey = openFiles.onDidChangeActive(
    (active) => void vscode.commands.executeCommand('setContext', 'riff.hasActiveSession', active !== undefined),
  );
  context.subscriptions.push(contextKey, openFiles, sessions);
  return {
    sessions,
    openFiles,
    registry: {
      acquire: (uri) => sessions.acquire(uri),
      get active() {
        return openFiles.active;
      },
      onDidChangeActive: openFiles.onDidChangeActive,
    },
  };
}
