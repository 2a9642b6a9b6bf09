import * as vscode from 'vscode';
import type { RecordRow } from '../../core/session/analysis-types.ts';
import { replay } from '../../core/log/replay.ts';
import type { SessionModel } from '../../core/session/model.ts';
import type { OpenSession } from '../session/open-session.ts';
import type { Sessions } from '../session/sessions.ts';
import { listPlace, MESSAGES_SCHEME, sessionUriOf, virtualUri, type ListPlace } from '../session/session-uri.ts';
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
        const place = listPlace(uri);
        return place === null ? await listText(handle.model, () => true) : await listTextAt(handle, place);
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

/** The list as it was behind an event of the log. Marks are left out where only what is loaded is listed: all of it is. */
async function listTextAt(session: OpenSession, { at, loaded }: ListPlace): Promise<string> {
  await session.readLog();
  const view = await session.model.at(replay(session.events.slice(0, at)).repairs());
  try {
    return loaded ? await listText(view, isLoadedMessage, plainLineOf) : await listText(view, () => true);
  } finally {
    await view.dispose();
  }
}

async function listText(
  model: SessionModel,
  isListed: (row: RecordRow) => boolean,
  line: (row: RecordRow) => string = lineOf,
): Promise<string> {
  const { rows } = await model.summary();
  const lines: string[] = [];
  for (let start = 0; start < rows; start += BATCH_ROWS) {
    for (const row of await model.rows(start, BATCH_ROWS)) if (isListed(row)) lines.push(line(row));
  }
  return lines.join('\n');
}

const MESSAGES: ReadonlySet<RecordRow['kind']> = new Set(['prompt', 'user', 'tool_result', 'assistant', 'summary']);

function isLoadedMessage({ kind, onResumeChain }: RecordRow): boolean {
  return onResumeChain && MESSAGES.has(kind);
}

/** The line of a row; its number in the document is the row's. */
function lineOf(row: RecordRow): string {
  const mark = row.severity !== null ? '!' : row.repaired ? '+' : row.onResumeChain ? '│' : ' ';
  return `${mark} ${plainLineOf(row)}`.trimEnd();
}

function plainLineOf(row: RecordRow): string {
  const time = row.timestamp === null ? '     ' : row.timestamp.slice(11, 16);
  return `${time}  ${rowName(row).padEnd(24)}  ${row.text.slice(0, 140)}`.trimEnd();
}
