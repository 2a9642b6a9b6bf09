import * as vscode from 'vscode';
import type { RecordRow } from '../../core/session/analysis-types.ts';
import { replay } from '../../core/log/replay.ts';
import { withActions, type Repairs } from '../../core/graph/repairs.ts';
import type { SessionRecords } from '../../core/session/records/session-records.ts';
import { allLoadedRows, allRows } from '../../operations/session/loaded-rows.ts';
import type { OpenSession } from '../session/open-session.ts';
import type { Sessions } from '../session/sessions.ts';
import { listPlace, MESSAGES_SCHEME, sessionUriOf, virtualUri, type ListPlace } from '../session/session-uri.ts';
import { rowName } from '../quickfix/suggestion-text.ts';
import { chosenActions } from './preview.ts';

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
        return place === null ? await listText(handle.model.records) : await listTextAt(handle, place);
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

/** The list as it was behind an event of the log, or as it would be with a repair. */
async function listTextAt(session: OpenSession, place: ListPlace): Promise<string> {
  if ('at' in place) {
    await session.readLog();
    const repairs = replay(session.events.slice(0, place.at)).repairs();
    return lookAt(session, repairs, place.loaded ? loadedText : listText);
  }
  const { choice } = place;
  if (choice === null) return loadedText(session.model.records);
  const actions = await chosenActions(session.model.judgement, choice);
  if (actions === null) return 'This repair is no longer offered: the session has changed. Look at its findings again.';
  return lookAt(session, withActions(replay(session.events).repairs(), actions), loadedText);
}

async function lookAt(session: OpenSession, repairs: Repairs, textOf: (records: SessionRecords) => Promise<string>): Promise<string> {
  const view = await session.model.travel.at(repairs);
  try {
    return await textOf(view.records);
  } finally {
    await view.dispose();
  }
}

async function listText(records: SessionRecords): Promise<string> {
  return (await allRows(records)).map(lineOf).join('\n');
}

/** What is loaded, in the order of the resume; marks would be on every line. */
async function loadedText(records: SessionRecords): Promise<string> {
  return (await allLoadedRows(records)).map((row) => `${String(row.line).padStart(6)} ${plainLineOf(row, 9)}`).join('\n');
}

/** The line of a row; its number in the document is the row's. */
function lineOf(row: RecordRow): string {
  const mark = row.severity !== null ? '!' : row.repaired ? '+' : row.onResumeChain ? '│' : ' ';
  return `${mark} ${plainLineOf(row)}`.trimEnd();
}

/** @param width of what stands before the text; beside another list there is little room */
function plainLineOf(row: RecordRow, width = 24): string {
  const time = row.timestamp === null ? '     ' : row.timestamp.slice(11, 16);
  return `${time}  ${rowName(row).padEnd(width)}  ${row.text.slice(0, 140)}`.trimEnd();
}
