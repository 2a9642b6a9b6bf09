import * as vscode from 'vscode';
import { repairChosenFolder, type FolderServices } from '../batch/repair-folder.ts';
import type { GraphActions } from '../graph/actions.ts';
import { GRAPH_VIEW_TYPE, type GraphEditors } from '../graph/graph-editor.ts';
import type { OpenSession } from '../session/open-session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { StoreAccess } from '../store/store-access.ts';
import { showMessageList } from '../virtual/message-list.ts';
import { previewFinding } from '../virtual/preview.ts';
import { openAsText } from './actions.ts';
import { sentences, showActionOutcome } from './dialogs/outcome.ts';
import { exportGraph } from './export-graph.ts';
import { ignoreFinding } from './ignore.ts';
import type { RegisterCommand } from './register.ts';
import { RepairLogDocuments } from './repair-log.ts';
import { applySuggestion, revert } from './repair-commands.ts';
import { splitBranchesOf } from './split-branches.ts';
import { targetUri, withSession } from './target.ts';

/** What the commands work on. */
export interface CommandPorts {
  readonly sessions: Sessions;
  readonly actions: GraphActions;
  readonly graph: GraphEditors;
  readonly folder: FolderServices;
  readonly store: StoreAccess;
  readonly command: RegisterCommand;
}

/** Registers the commands of the palette, the menus, the quick fixes and the hovers. */
export function applyCommands(context: vscode.ExtensionContext, ports: CommandPorts): vscode.Disposable {
  const { sessions, actions, command } = ports;
  const log = new RepairLogDocuments(sessions);
  const sessionCommand = (name: string, run: (session: OpenSession, ...args: readonly unknown[]) => Promise<void>): vscode.Disposable =>
    command(name, (target, ...args) => withSession(sessions, target, (session) => run(session, ...args)));
  const feature = vscode.Disposable.from(
    log,
    command('riff.openGraph', (target, uuid) => openGraph(ports.graph, target, uuid)),
    command('riff.openText', (target) => onTarget(target, (uri) => openAsText(uri, null))),
    sessionCommand('riff.applySuggestion', (session, findingId, fingerprint) => applySuggestion(session, actions, findingId, fingerprint)),
    sessionCommand('riff.repairAll', async (session) => {
      await actions.repairAll(session);
    }),
    command('riff.repairFolder', (target) => repairChosenFolder(target instanceof vscode.Uri ? target : null, ports.folder)),
    sessionCommand('riff.ignoreFinding', (session, findingId) => ignoreFinding(session, actions, findingId)),
    sessionCommand('riff.previewRepair', previewFinding),
    sessionCommand('riff.splitBranches', (session, findingId) => splitBranchesOf(session, actions, findingId)),
    sessionCommand('riff.revert', (session, eventId) => revert(session, actions, eventId)),
    sessionCommand('riff.sync', async (session) => showActionOutcome(await actions.sync(session))),
    sessionCommand('riff.writeCopy', async (session) => showActionOutcome(await actions.writeCopy(session))),
    sessionCommand('riff.openMessages', showMessageList),
    sessionCommand('riff.exportGraph', exportGraph),
    sessionCommand('riff.showRepairLog', (session) => log.show(session)),
    command('riff.showStoreProblem', () => showStoreProblem(ports.store)),
  );
  context.subscriptions.push(feature);
  return feature;
}

async function onTarget(target: unknown, run: (uri: vscode.Uri) => PromiseLike<unknown>): Promise<void> {
  const uri = targetUri(target);
  if (uri === null) void vscode.window.showInformationMessage('Open a session file (.jsonl) first.');
  else await run(uri);
}

function openGraph(graph: GraphEditors, target: unknown, uuid: unknown): Promise<void> {
  return onTarget(target, (uri) =>
    typeof uuid === 'string' ? graph.reveal(uri, uuid) : vscode.commands.executeCommand('vscode.openWith', uri, GRAPH_VIEW_TYPE),
  );
}

/** Says why the store is out of reach and offers to try again. */
async function showStoreProblem(store: StoreAccess): Promise<void> {
  const { state } = store;
  if (state.kind !== 'failed') return;
  const choice = await vscode.window.showWarningMessage(sentences(state.message, state.remedy), 'Try Again', 'Show Log Output');
  if (choice === 'Try Again') await store.open();
  if (choice === 'Show Log Output') await vscode.commands.executeCommand('riff.showLog');
}
