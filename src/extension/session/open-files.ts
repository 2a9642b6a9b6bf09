import * as vscode from 'vscode';
import { FileSource } from '../../files/file-source.ts';
import type { Reporter } from '../log/output.ts';
import { isSession } from './is-session.ts';
import type { SessionHandle } from './handle.ts';
import type { OpenSession } from './open-session.ts';
import type { Sessions } from './sessions.ts';
import { sessionUriOf, sessionUriOfTab } from './session-uri.ts';
import { mayBeSession } from './sniff.ts';
import { WorkerCallError } from './worker-client.ts';

interface Held {
  readonly uri: vscode.Uri;
  session: OpenSession | null;
  release: (() => void) | null;
  isWanted: boolean;
  /** Settles when it is known whether the file is a session; never rejects. */
  opening: Promise<void>;
}

/** The sessions whose files are open in the window's editors, held open as long as they are, and the active one. */
export interface OpenFiles {
  readonly active: SessionHandle | undefined;
  readonly onDidChangeActive: vscode.Event<SessionHandle | undefined>;
  /** The session of a document, as soon as it is read; undefined for all that is no session. */
  sessionOf(uri: vscode.Uri): Promise<OpenSession | undefined>;
  /** Asks the session of a document; undefined for all that is no session, and when it is closed before it answers. */
  ask<T>(uri: vscode.Uri, question: (session: OpenSession) => Promise<T>): Promise<T | undefined>;
  dispose(): void;
}

/** Follows documents and tabs. Sessions are told by their content; other `.jsonl` files are left alone. */
export function followOpenFiles(sessions: Sessions, report: Reporter): OpenFiles {
  return new EditorFiles(sessions, report);
}

class EditorFiles implements OpenFiles {
  readonly #sessions: Sessions;
  readonly #report: Reporter;
  readonly #held = new Map<string, Held>();
  /** Files above the editor's limit have no document: their tabs count from when they were first shown. */
  readonly #shownTabs = new Map<string, vscode.Uri>();
  readonly #activeChanged = new vscode.EventEmitter<SessionHandle | undefined>();
  readonly onDidChangeActive = this.#activeChanged.event;
  readonly #subscriptions: vscode.Disposable[];
  #active: SessionHandle | undefined;

  constructor(sessions: Sessions, report: Reporter) {
    this.#sessions = sessions;
    this.#report = report;
    const follow = (): void => this.#follow();
    const retry = (document: vscode.TextDocument): void => this.#retry(document);
    this.#subscriptions = [
      vscode.workspace.onDidOpenTextDocument(follow),
      vscode.workspace.onDidCloseTextDocument(follow),
      vscode.window.tabGroups.onDidChangeTabs(follow),
      vscode.window.tabGroups.onDidChangeTabGroups(follow),
      vscode.workspace.onDidSaveTextDocument(retry),
      vscode.workspace.onDidChangeTextDocument(({ document }) => retry(document)),
    ];
    follow();
  }

  get active(): SessionHandle | undefined {
    return this.#active;
  }

  async sessionOf(uri: vscode.Uri): Promise<OpenSession | undefined> {
    const file = sessionUriOf(uri);
    const held = file === null ? undefined : this.#held.get(file.toString());
    await held?.opening;
    return held?.session ?? undefined;
  }

  async ask<T>(uri: vscode.Uri, question: (session: OpenSession) => Promise<T>): Promise<T | undefined> {
    const session = await this.sessionOf(uri);
    if (session === undefined) return undefined;
    try {
      return await question(session);
    } catch (error) {
      // The editor goes on asking about a document that is being closed.
      if (error instanceof WorkerCallError && error.code === 'ended' && (await this.sessionOf(uri)) !== session) return undefined;
      throw error;
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const key of [...this.#held.keys()]) this.#drop(key);
    this.#activeChanged.dispose();
  }

  #follow(): void {
    const wanted = this.#wanted();
    for (const key of [...this.#held.keys()]) if (!wanted.has(key)) this.#drop(key);
    for (const [key, uri] of wanted) if (!this.#held.has(key)) this.#hold(key, uri);
    this.#followActive();
  }

  #wanted(): Map<string, vscode.Uri> {
    const wanted = new Map<string, vscode.Uri>();
    for (const document of vscode.workspace.textDocuments) {
      const uri = document.isClosed ? null : sessionUriOf(document.uri);
      if (uri !== null) wanted.set(uri.toString(), uri);
    }
    for (const [key, uri] of this.#tabs()) wanted.set(key, uri);
    return wanted;
  }

  #tabs(): Map<string, vscode.Uri> {
    const open = new Set<string>();
    for (const group of vscode.window.tabGroups.all) {
      const shown = sessionUriOfTab(group.activeTab);
      if (shown !== null) this.#shownTabs.set(shown.toString(), shown);
      for (const tab of group.tabs) {
        const uri = sessionUriOfTab(tab);
        if (uri !== null) open.add(uri.toString());
      }
    }
    for (const key of [...this.#shownTabs.keys()]) if (!open.has(key)) this.#shownTabs.delete(key);
    return this.#shownTabs;
  }

  #hold(key: string, uri: vscode.Uri): void {
    const held: Held = { uri, session: null, release: null, isWanted: true, opening: Promise.resolve() };
    this.#held.set(key, held);
    held.opening = this.#open(held);
  }

  async #open(held: Held): Promise<void> {
    try {
      if (!(await mayBeSession(new FileSource(held.uri.fsPath)))) return;
      const { handle, release } = await this.#sessions.acquire(held.uri);
      const isConversation = await handle.model.judgement.summary().then(isSession, () => false);
      if (!held.isWanted || !isConversation) {
        release();
        return;
      }
      held.session = handle;
      held.release = release;
      this.#followActive();
    } catch (error) {
      this.#report.warn(`A session file could not be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #drop(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#held.delete(key);
    held.isWanted = false;
    held.release?.();
  }

  /** A file that was no session may have become one. */
  #retry(document: vscode.TextDocument): void {
    if (document.isDirty) return;
    const key = document.uri.toString();
    const held = this.#held.get(key);
    if (held !== undefined && held.session === null) {
      this.#drop(key);
      this.#follow();
    }
  }

  #followActive(): void {
    const uri = sessionUriOfTab(vscode.window.tabGroups.activeTabGroup.activeTab);
    const active = uri === null ? undefined : (this.#held.get(uri.toString())?.session ?? undefined);
    if (active === this.#active) return;
    this.#active = active;
    this.#activeChanged.fire(active);
  }
}
