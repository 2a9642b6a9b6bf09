import * as vscode from 'vscode';
import type { RecordRow } from '../../core/session/analysis-types.ts';
import type { OpenSession } from '../session/open-session.ts';
import type { Sessions } from '../session/sessions.ts';
import { MESSAGES_SCHEME, sessionUriOf, virtualUri } from '../session/session-uri.ts';
import { rowName } from '../quickfix/suggestion-text.ts';

/** Rows read at a time. */
const BATCH_ROWS = 2_000;

/** The read-only document with one short line a message: what a text editor can show of a session of any size. */
export function applyMessageList(context: vscode.ExtensionContext, sessions: Sessions): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const provider: vscode.TextDocumentContentProvider = {
    onDidChange: changed.event,
    provideTextDocumentContent: async (uri) => {
      const file = sessionUriOf(uri);
      if (file === null) return '';
      const { handle, release } = await sessions.acquire(file);
      try {
        return await listText(handle);
      } finally {
        release();
      }
    },
  };
  const follow = (session: OpenSession): void => {
    const uri = virtualUri(session.uri, MESSAGES_SCHEME);
    // Its emitter ends with the session.
    session.onDidChange(() => changed.fire(uri));
  };
  const feature = vscode.Disposable.from(
    changed,
    sessions.onDidOpen(follow),
    vscode.workspace.registerTextDocumentContentProvider(MESSAGES_SCHEME, provider),
  );
  context.subscriptions.push(feature);
  return feature;
}

/** Opens the list of a session's messages. */
export async function showMessageList(session: OpenSession): Promise<void> {
  const document = await vscode.workspace.openTextDocument(virtualUri(session.uri, MESSAGES_SCHEME));
  await vscode.window.showTextDocument(document, { preview: true });
}

async function listText({ model }: OpenSession): Promise<string> {
  const { rows } = await model.summary();
  const lines: string[] = [];
  for (let start = 0; start < rows; start += BATCH_ROWS) {
    for (const row of await model.rows(start, BATCH_ROWS)) lines.push(lineOf(row));
  }
  return lines.join('\n');
}

/** The line of a row; its number in the document is the row's. */
function lineOf(row: RecordRow): string {
  const time = row.timestamp === null ? '     ' : row.timestamp.slice(11, 16);
  const mark = row.severity !== null ? '!' : row.repaired ? '+' : row.onResumeChain ? '│' : ' ';
  return `${mark} ${time}  ${rowName(row).padEnd(24)}  ${row.text.slice(0, 140)}`.trimEnd();
}
