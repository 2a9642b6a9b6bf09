import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SessionModel } from '../../core/session/model.ts';
import type { LogPorts } from '../../operations/ports.ts';
import type { Reporter } from '../log/output.ts';
import type { WaitingRepairs } from '../outbox/waiting-repairs.ts';
import type { HeadWatch } from '../store/head-watch.ts';
import type { StoreAccess } from '../store/store-access.ts';
import type { SessionRegistry } from './handle.ts';
import { loaderSetting } from './loader-setting.ts';
import { followOpenFiles, type OpenFiles } from './open-files.ts';
import { currentOperator } from './operator.ts';
import { Sessions } from './sessions.ts';
import { severitySetting, type SeveritySetting } from './severity-setting.ts';
import { workerModel } from './worker-model.ts';
import type { PassedOver } from './worker-protocol.ts';

/** Sessions as features use them. */
export interface SessionServices {
  /** Starts a reader of the file at this absolute path that no surface shows. */
  readonly startModel: (path: string) => SessionModel;
  readonly severity: SeveritySetting;
  readonly sessions: Sessions;
  readonly openFiles: OpenFiles;
  readonly registry: SessionRegistry;
}

/** Starts to follow the window's editors; a session's reader is a thread of its own. */
export function applySessions(
  context: vscode.ExtensionContext,
  store: StoreAccess,
  waiting: WaitingRepairs,
  heads: HeadWatch,
  identity: LogPorts['identity'],
  report: Reporter,
): SessionServices {
  const worker = join(context.extensionPath, 'dist', 'worker.cjs');
  const loader = loaderSetting();
  const readerReport = {
    restarted: () => report.warn('The reader of a session died and was started again'),
    passedOver: ({ passedOver, reason }: PassedOver) => report.warn(`${passedOver} is passed over: ${reason}`),
  };
  const startModel = (path: string): SessionModel => workerModel(worker, path, readerReport, loader.current);
  const severity = severitySetting(report);
  const sessions = new Sessions(startModel, {
    store,
    waiting,
    identity,
    report,
    severity,
    loader,
    operator: currentOperator,
    logRead: (...read) => heads.logRead(...read),
  });
  const openFiles = followOpenFiles(sessions, report);
  const contextKey = openFiles.onDidChangeActive(
    (active) => void vscode.commands.executeCommand('setContext', 'riff.hasActiveSession', active !== undefined),
  );
  context.subscriptions.push(contextKey, openFiles, sessions, severity, loader);
  return {
    startModel,
    severity,
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
