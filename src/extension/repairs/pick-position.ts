import * as vscode from 'vscode';
import type { OpenSession } from '../session/open-session.ts';
import { logEntries } from './log-entries.ts';

/**
 * Asks for a position of a session's log.
 * @param title of the list; @param placeHolder what the position is for
 * @returns its seq; undefined when the user changed their mind, or nothing was logged, which is said
 */
export async function pickPosition(session: OpenSession, title: string, placeHolder: string): Promise<number | undefined> {
  const entries = logEntries(session.events, session.activeEventIds);
  if (entries.length === 0) {
    void vscode.window.showInformationMessage('Nothing was logged for this session yet.');
    return undefined;
  }
  const checkpoints = entries.filter(({ traits, isActive }) => isActive && traits.includes('checkpoint'));
  const rest = entries.filter((entry) => !checkpoints.includes(entry));
  const item = ({ label, description, icon, seq }: (typeof entries)[number]): vscode.QuickPickItem & { seq: number } => ({
    label: `$(${icon}) ${label.replaceAll('$(', '$ (')}`,
    description,
    seq,
  });
  const separator = (label: string): vscode.QuickPickItem & { seq: number } => ({
    label,
    kind: vscode.QuickPickItemKind.Separator,
    seq: 0,
  });
  const items = [
    ...(checkpoints.length === 0 ? [] : [separator('Checkpoints'), ...checkpoints.map(item)]),
    separator('Events'),
    ...rest.map(item),
  ];
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  return picked?.seq;
}
