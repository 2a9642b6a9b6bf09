import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import type * as vscode from 'vscode';
import { sha256 } from '../files/sha256.ts';
import { ENGINE_VERSION } from '../files/version.ts';
import { PlanDocuments } from './batch/plan-documents.ts';
import { sessionActions } from './commands/actions.ts';
import { applyCommands } from './commands/commands.ts';
import { commandRegistrar } from './commands/register.ts';
import { applyDiagnostics } from './diagnostics/diagnostics.ts';
import { applyGraphEditor } from './graph/graph-editor.ts';
import { applyHovers } from './hover/hover.ts';
import { applyLog } from './log/output.ts';
import { applyOutbox } from './outbox/apply-outbox.ts';
import { applyQuickFixes } from './quickfix/quickfix.ts';
import { applyRepairs } from './repairs/apply-repairs.ts';
import { LogTasks } from './repairs/log-tasks.ts';
import { applySessions } from './session/apply-sessions.ts';
import { applyStatusBar } from './statusbar/statusbar.ts';
import { applyStore } from './store/apply-store.ts';
import { HeadWatch } from './store/head-watch.ts';
import { applyUpkeep } from './upkeep/apply-upkeep.ts';
import { applyMessageList } from './virtual/message-list.ts';

/** Called by VS Code with the first use of anything Riff contributes. Wires the features; nothing heavy is loaded here. */
export function activate(context: vscode.ExtensionContext): void {
  const report = applyLog(context);
  const { store, heads } = applyStore(context, report);
  const identity = { now: Date.now, newId: () => uuidv7(), sha256, engineVersion: ENGINE_VERSION };
  const waiting = applyOutbox(context, store, report);
  const { sessions, openFiles, registry, startModel, severity } = applySessions(
    context,
    store,
    waiting,
    new HeadWatch(heads, report),
    identity,
    report,
  );
  const plans = new PlanDocuments();
  context.subscriptions.push(plans);
  const actions = sessionActions(store, report, plans);
  const graph = applyGraphEditor(context, registry, actions, (problem, cause) => report.error(problem, cause));
  applyDiagnostics(context, sessions, report);
  applyQuickFixes(context, openFiles);
  applyHovers(context, openFiles);
  applyStatusBar(context, registry, report);
  applyMessageList(context, sessions);
  const folder = { sessions: { startModel, severity }, store, waiting, heads, identity, plans, report };
  applyUpkeep(context, store, report);
  const command = commandRegistrar(report);
  applyCommands(context, { sessions, actions, graph, folder, store, command });
  const work = new LogTasks(join(context.extensionPath, 'dist', 'log-worker.cjs'));
  applyRepairs(context, { sessions, openFiles, graph, command }, { store, heads, work, identity, report });
}
