import { join } from 'node:path';
import type * as vscode from 'vscode';
import { keepingHeads } from '../core/log/heads.ts';
import { dataDirectory } from '../files/data-directory.ts';
import { HeadFiles } from '../files/head-files.ts';
import { PlanDocuments } from './batch/plan-documents.ts';
import { sessionActions } from './commands/actions.ts';
import { applyCommands } from './commands/commands.ts';
import { commandRegistrar } from './commands/register.ts';
import { applyDiagnostics } from './diagnostics/diagnostics.ts';
import { applyGraphEditor } from './graph/graph-editor.ts';
import { applyHovers } from './hover/hover.ts';
import { applyLog } from './log/output.ts';
import { applyQuickFixes } from './quickfix/quickfix.ts';
import { applyRepairs } from './repairs/apply-repairs.ts';
import { LogTasks } from './repairs/log-tasks.ts';
import { applySessions } from './session/apply-sessions.ts';
import { applyStatusBar } from './statusbar/statusbar.ts';
import { connectLocalStore } from './store/connect-local.ts';
import { HeadWatch } from './store/head-watch.ts';
import { storeAccess } from './store/store-access.ts';
import { applyMessageList } from './virtual/message-list.ts';

/** Called by VS Code with the first use of anything Riff contributes. Wires the features; nothing heavy is loaded here. */
export function activate(context: vscode.ExtensionContext): void {
  const report = applyLog(context);
  const heads = new HeadFiles(dataDirectory());
  const store = storeAccess(async (onState) => {
    const opened = await connectLocalStore(join(context.extensionPath, 'dist'), onState);
    return keepingHeads(opened, heads, (cause) => report.error('The head of a log could not be kept', cause));
  }, report);
  context.subscriptions.push(store);
  const { sessions, openFiles, registry, startModel, severity } = applySessions(context, store, new HeadWatch(heads, report), report);
  const plans = new PlanDocuments();
  context.subscriptions.push(plans);
  const actions = sessionActions(store, report, plans);
  const graph = applyGraphEditor(context, registry, actions, (problem, cause) => report.error(problem, cause));
  applyDiagnostics(context, sessions, report);
  applyQuickFixes(context, openFiles);
  applyHovers(context, openFiles);
  applyStatusBar(context, registry, report);
  applyMessageList(context, sessions);
  const folder = { sessions: { startModel, severity }, store, plans, report };
  const command = commandRegistrar(report);
  applyCommands(context, { sessions, actions, graph, folder, store, command });
  const dist = join(context.extensionPath, 'dist');
  const tasks = new LogTasks(join(dist, 'log-worker.cjs'));
  applyRepairs(context, { sessions, openFiles, graph, command }, { store, heads, tasks, report, serviceEntry: join(dist, 'service.cjs') });
}
