import * as vscode from 'vscode';
import type { GraphActions } from '../graph/actions.ts';
import type { Reporter } from '../log/output.ts';
import type { StoreAccess } from '../store/store-access.ts';
import { askReason } from './ask-reason.ts';
import { makeAll, repairAll } from './repair-commands.ts';
import { syncSession } from './sync.ts';
import { writeRepairedCopy } from './write-copy.ts';

/** What the graph, the palette, the quick fixes and the hovers set off alike. */
export function sessionActions(store: StoreAccess, report: Reporter): GraphActions {
  return {
    askReason,
    repair: (handle, finding, suggestion, reason) => handle.repair(finding, suggestion, reason),
    repairAll,
    revert: (handle, eventId, reason) => handle.revert(eventId, reason),
    sync: (handle) => syncSession(handle, store, report),
    writeCopy: (handle) => writeRepairedCopy(handle, report, async (repairs) => (await makeAll(handle, repairs)).length === repairs.length),
    openText: async (uri, line) => {
      await openAsText(uri, line);
      return { kind: 'done', message: '' };
    },
  };
}

/** Opens the file in the text editor, also where another editor is its default. @param line 1-based; null leaves the position alone */
export async function openAsText(uri: vscode.Uri, line: number | null): Promise<void> {
  const selection = line === null ? {} : { selection: new vscode.Range(line - 1, 0, line - 1, 0) };
  await vscode.commands.executeCommand('vscode.openWith', uri, 'default', {
    preview: false,
    ...selection,
  } satisfies vscode.TextDocumentShowOptions);
}
