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

/** What a list of messages says in the query of its address when it is of another position of the log than the newest. */
export interface ListPlace {
  /** Behind this event; 0 is the file without repairs. */
  readonly at: number;
  /** Only what a resume of a repaired copy loads. */
  readonly loaded: boolean;
}

/** The list of messages at a position of the log. */
export function listUri(session: vscode.Uri, { at, loaded }: ListPlace): vscode.Uri {
  return virtualUri(session, MESSAGES_SCHEME).with({ query: `at=${at}${loaded ? '&loaded' : ''}` });
}

/** Null for the list as it is now. */
export function listPlace({ query }: vscode.Uri): ListPlace | null {
  const found = /^at=(\d{1,9})(&loaded)?$/.exec(query);
  return found === null ? null : { at: Number(found[1]), loaded: found[2] !== undefined };
}

/** The session file that a document is about: itself, or what a virtual document shows; null for other documents. */
export function sessionUriOf(uri: vscode.Uri): vscode.Uri | null {
  if (uri.scheme === 'file') return uri.path.toLowerCase().endsWith('.jsonl') ? uri : null;
  const suffix = SUFFIXES[uri.scheme];
  return suffix === undefined || !uri.path.endsWith(suffix)
    ? null
    : uri.with({ scheme: 'file', path: uri.path.slice(0, -suffix.length), query: '' });
}

/** The session file of a tab, whatever kind of editor it is; null when it shows something else. */
export function sessionUriOfTab(tab: vscode.Tab | undefined): vscode.Uri | null {
  const input = tab?.input;
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? sessionUriOf(input.uri) : null;
}
