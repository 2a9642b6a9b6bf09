import * as vscode from 'vscode';

/** Scheme of the read-only list of a session's messages, one line a message. */
export const MESSAGES_SCHEME = 'riff';
/** Scheme of the read-only list of a session's repair events. */
export const LOG_SCHEME = 'riff-log';

const SUFFIXES: Readonly<Record<string, string>> = { [MESSAGES_SCHEME]: '.messages', [LOG_SCHEME]: '.log' };

/** The virtual document of a session. */
export function virtualUri(session: vscode.Uri, scheme: typeof MESSAGES_SCHEME | typeof LOG_SCHEME): vscode.Uri {
  return session.with({ scheme, path: `${session.path}${SUFFIXES[scheme]}` });
}

/** The session file that a document is about: itself, or what a virtual document shows; null for other documents. */
export function sessionUriOf(uri: vscode.Uri): vscode.Uri | null {
  if (uri.scheme === 'file') return uri.path.toLowerCase().endsWith('.jsonl') ? uri : null;
  const suffix = SUFFIXES[uri.scheme];
  return suffix === undefined || !uri.path.endsWith(suffix) ? null : uri.with({ scheme: 'file', path: uri.path.slice(0, -suffix.length) });
}

/** The session file of a tab, whatever kind of editor it is; null when it shows something else. */
export function sessionUriOfTab(tab: vscode.Tab | undefined): vscode.Uri | null {
  const input = tab?.input;
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? sessionUriOf(input.uri) : null;
}
