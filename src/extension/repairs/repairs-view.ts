import * as vscode from 'vscode';
import { counted } from '../../core/count-text.ts';
import { SafeMarkdown } from '../hover/safe-markdown.ts';
import type { OpenFiles } from '../session/open-files.ts';
import type { OpenSession } from '../session/open-session.ts';
import type { Sessions } from '../session/sessions.ts';
import { logEntries, type LogEntry } from './log-entries.ts';

const REPAIRS_VIEW = 'riff.repairs';

/** What the view says where it has no log to show; its welcome texts ask for it. */
type Emptiness = 'none' | 'opening' | 'failed' | 'empty' | 'log';

/** The view "Repairs": the log of the session that was active last, newest first, as long as that session is open. */
export class RepairsView implements vscode.TreeDataProvider<LogEntry>, vscode.Disposable {
  readonly #openFiles: OpenFiles;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<LogEntry>;
  readonly #subscriptions: vscode.Disposable[];
  #session: OpenSession | null = null;
  #following: vscode.Disposable | null = null;

  constructor(openFiles: OpenFiles, sessions: Sessions) {
    this.#openFiles = openFiles;
    this.#view = vscode.window.createTreeView(REPAIRS_VIEW, { treeDataProvider: this, canSelectMany: true });
    this.#subscriptions = [
      this.#changed,
      this.#view,
      openFiles.onDidChangeActive((active) => void this.#follow(active?.uri)),
      sessions.onDidClose((closed) => {
        if (closed === this.#session) this.#show(null);
      }),
    ];
    this.#show(null);
    void this.#follow(openFiles.active?.uri);
  }

  /** Whose log is shown. */
  get session(): OpenSession | null {
    return this.#session;
  }

  get selection(): readonly LogEntry[] {
    return this.#view.selection;
  }

  getChildren(parent?: LogEntry): LogEntry[] {
    const session = this.#session;
    return parent !== undefined || session === null ? [] : logEntries(session.events, session.activeEventIds);
  }

  getTreeItem(entry: LogEntry): vscode.TreeItem {
    const item = new vscode.TreeItem(entry.label);
    item.id = entry.event?.event_id ?? 'origin';
    item.description = entry.description;
    item.iconPath = new vscode.ThemeIcon(entry.icon, entry.isActive ? undefined : new vscode.ThemeColor('disabledForeground'));
    item.contextValue = entry.traits.join(' ');
    item.accessibilityInformation = { label: `${entry.label}, ${entry.description}` };
    if (entry.event === null) return item;
    item.tooltip = tooltip(entry);
    item.command = { title: 'Show Event', command: 'riff.showEvent', arguments: [entry] };
    return item;
  }

  dispose(): void {
    this.#following?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** Another editor than a session's leaves the view alone. */
  async #follow(uri: vscode.Uri | undefined): Promise<void> {
    const session = uri === undefined ? undefined : await this.#openFiles.sessionOf(uri);
    if (session !== undefined && session !== this.#session) this.#show(session);
  }

  #show(session: OpenSession | null): void {
    this.#following?.dispose();
    this.#session = session;
    this.#following = session?.onDidChange(() => this.#refresh()) ?? null;
    this.#refresh();
  }

  #refresh(): void {
    const session = this.#session;
    const emptiness = emptinessOf(session);
    void vscode.commands.executeCommand('setContext', 'riff.repairsShow', emptiness);
    this.#view.description =
      session === null || emptiness !== 'log' ? '' : `${nameOf(session)} · ${counted(session.events.length, 'event')}`;
    this.#changed.fire(undefined);
  }
}

function nameOf({ uri }: OpenSession): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1).slice(0, 8);
}

function emptinessOf(session: OpenSession | null): Emptiness {
  if (session === null) return 'none';
  if (session.events.length > 0) return 'log';
  switch (session.storeState.kind) {
    case 'failed':
      return 'failed';
    case 'ready':
      return 'empty';
    default:
      return 'opening';
  }
}

function tooltip({ label, description, event }: LogEntry): vscode.MarkdownString {
  const markdown = new SafeMarkdown();
  markdown.own('**').text(label).own('**  \n').text(description);
  if (event?.reason !== undefined && event.reason !== '') markdown.own('\n\n').text(event.reason);
  return markdown.value;
}
