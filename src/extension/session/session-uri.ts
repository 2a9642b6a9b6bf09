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

/** What a list of messages says in the query of its address when it is another one than that of all messages now. */
export type ListPlace =
  | {
      /** Behind this event; 0 is the file without repairs. */
      readonly at: number;
      /** Only what a resume of a repaired copy loads. */
      readonly loaded: boolean;
    }
  /** What a resume of a repaired copy loads now, or would load with one more repair. */
  | { readonly choice: ListChoice | null };

/** A repair that is not made: one that a finding offers, by its fingerprint, or the end to go on from. */
export type ListChoice = { readonly finding: string; readonly print: string } | { readonly leaf: string };

/** The list of messages at a position of the log, or with a repair that is not made. */
export function listUri(session: vscode.Uri, place: ListPlace): vscode.Uri {
  return virtualUri(session, MESSAGES_SCHEME).with({
    query: 'at' in place ? `at=${place.at}${place.loaded ? '&loaded' : ''}` : withQuery(place.choice),
  });
}

function withQuery(choice: ListChoice | null): string {
  if (choice === null) return 'loaded';
  return 'leaf' in choice ? `leaf=${choice.leaf}` : `with=${choice.print}&of=${choice.finding}`;
}

/** Null for the list of all messages as it is now. */
export function listPlace({ query }: vscode.Uri): ListPlace | null {
  const at = /^at=(\d{1,9})(&loaded)?$/.exec(query);
  if (at !== null) return { at: Number(at[1]), loaded: at[2] !== undefined };
  if (query === 'loaded') return { choice: null };
  const [, leaf, print = '', finding = ''] = /^(?:leaf=([^]+)|with=(\w+)&of=([^]+))$/.exec(query) ?? [];
  if (leaf !== undefined) return { choice: { leaf } };
  return finding === '' ? null : { choice: { finding, print } };
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
