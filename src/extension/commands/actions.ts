import * as vscode from 'vscode';
import type { PlanDocuments } from '../batch/plan-documents.ts';
import { makeAll, repairAll } from '../batch/repair-session.ts';
import type { GraphActions } from '../graph/actions.ts';
import type { Reporter } from '../log/output.ts';
import type { StoreAccess } from '../store/store-access.ts';
import { openAgent } from './open-agent.ts';
import { openLink } from './open-link.ts';
import { askReason } from './dialogs/ask-reason.ts';
import { splitAfterQuestion } from './split-branches.ts';
import { showNotLogged } from './dialogs/outcome.ts';
import { syncToStore } from './sync.ts';
import { previewRepair } from '../virtual/preview.ts';
import { writeRepairedCopy, type RepairFirst } from './write-copy.ts';

/** What the graph, the palette, the quick fixes and the hovers set off alike. */
export function sessionActions(store: StoreAccess, report: Reporter, plans: PlanDocuments): GraphActions {
  return {
    askReason,
    repair: (handle, finding, suggestion, reason) => handle.repair(finding, suggestion, reason),
    repairAll: (handle) => repairAll(handle, plans),
    preview: previewRepair,
    ignore: (handle, finding) => handle.ignore(finding, ''),
    splitBranches: (handle, finding) => splitAfterQuestion(handle, finding, report, repairFirst),
    revert: (handle, eventId, reason) => handle.revert(eventId, reason),
    sync: (handle) => syncToStore(handle, store, report),
    writeCopy: (handle) => writeRepairedCopy(handle, report, repairFirst),
    openLink,
    openAgent,
    openText: async (uri, line) => {
      await openAsText(uri, line);
      return { kind: 'done', message: '' };
    },
  };
}

const repairFirst: RepairFirst = async (handle, { repairs, effect }) => {
  const { done, stopped } = await makeAll(handle, repairs, effect);
  if (stopped !== null) await showNotLogged(handle, stopped);
  return done.length === repairs.length;
};

/** Opens the file in the text editor, also where another editor is its default. @param line 1-based; null leaves the position alone */
export async function openAsText(uri: vscode.Uri, line: number | null): Promise<void> {
  const selection = line === null ? {} : { selection: new vscode.Range(line - 1, 0, line - 1, 0) };
  await vscode.commands.executeCommand('vscode.openWith', uri, 'default', {
    preview: false,
    ...selection,
  } satisfies vscode.TextDocumentShowOptions);
}
