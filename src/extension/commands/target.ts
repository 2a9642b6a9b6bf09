import * as vscode from 'vscode';
import type { OpenSession } from '../session/open-session.ts';
import type { Sessions } from '../session/sessions.ts';
import { sessionUriOf, sessionUriOfTab } from '../session/session-uri.ts';

/**
 * The session file that a command is about: what a menu or a link passed, else that of the active editor.
 * @param argument a Uri from a menu, a string from a link, or nothing from the palette
 */
export function targetUri(argument: unknown): vscode.Uri | null {
  if (argument instanceof vscode.Uri) return sessionUriOf(argument);
  if (typeof argument === 'string') return sessionUriOf(vscode.Uri.parse(argument, true));
  return sessionUriOfTab(vscode.window.tabGroups.activeTabGroup.activeTab);
}

/** Runs something with the session that a command is about; says so where there is none or it cannot be read. */
export async function withSession<T>(
  sessions: Sessions,
  argument: unknown,
  use: (session: OpenSession) => Promise<T>,
): Promise<T | undefined> {
  const uri = targetUri(argument);
  if (uri === null) {
    void vscode.window.showInformationMessage('Open a session file (.jsonl) first.');
    return undefined;
  }
  const { handle, release } = await sessions.acquire(uri);
  try {
    return await use(handle);
  } finally {
    release();
  }
}
