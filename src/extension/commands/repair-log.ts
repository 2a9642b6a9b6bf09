import * as vscode from 'vscode';
import type { RepairEvent } from '../../core/log/event.ts';
import type { OpenSession } from '../session/open-session.ts';
import type { Sessions } from '../session/sessions.ts';
import { LOG_SCHEME, sessionUriOf, virtualUri } from '../session/session-uri.ts';

/** Shows the log of a session as a read-only document that follows it. */
export class RepairLogDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #sessions: Sessions;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];
  readonly #held = new Map<string, () => void>();

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(LOG_SCHEME, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#letGo(uri)),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const file = sessionUriOf(uri);
    if (file === null) return '';
    const session = await this.#hold(uri, file);
    const { sessionId } = await session.model.judgement.summary();
    return logText(sessionId, session.events, session.activeEventIds, session.waitingEventIds);
  }

  async show(session: OpenSession): Promise<void> {
    await session.readLog();
    const document = await vscode.workspace.openTextDocument(virtualUri(session.uri, LOG_SCHEME));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    for (const letGo of this.#held.values()) letGo();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  async #hold(uri: vscode.Uri, file: vscode.Uri): Promise<OpenSession> {
    const { handle, release } = await this.#sessions.acquire(file);
    const key = uri.toString();
    if (this.#held.has(key)) {
      release();
      return handle;
    }
    const listener = handle.onDidChange(() => this.#changed.fire(uri));
    this.#held.set(key, () => {
      listener.dispose();
      release();
    });
    return handle;
  }

  #letGo(uri: vscode.Uri): void {
    this.#held.get(uri.toString())?.();
    this.#held.delete(uri.toString());
  }
}

/** The log as plain text, oldest first. Holds ids and reasons, no message text. */
function logText(
  sessionId: string,
  events: readonly RepairEvent[],
  active: ReadonlySet<string>,
  waiting: ReadonlySet<string> = new Set(),
): string {
  const head = `Repair log of session ${sessionId}\n${events.length === 0 ? '\nNo repair has been made.\n' : ''}`;
  return `${head}${events.map((event) => eventText(event, active.has(event.event_id), waiting.has(event.event_id))).join('')}`;
}

function eventText(event: RepairEvent, isActive: boolean, isWaiting: boolean): string {
  const lines = [
    `${isWaiting ? '–' : `#${event.seq}`}  ${event.timestamp}  ${event.event_type}${isActive ? '' : '  (taken back)'}${isWaiting ? '  (waiting for the store)' : ''}`,
    `    by       ${oneLine(event.operator)}`,
    ...(event.message_id === null ? [] : [`    message  ${event.message_id}`]),
    ...(event.old_parent_uuid === null && event.new_parent_uuid === null
      ? []
      : [`    parent   ${event.old_parent_uuid ?? 'none'} → ${event.new_parent_uuid ?? 'none'}`]),
    ...(event.reverts_event_id === null ? [] : [`    reverts  ${event.reverts_event_id}`]),
    ...(event.reason === '' ? [] : [`    reason   ${oneLine(event.reason)}`]),
    `    event    ${event.event_id}`,
    ...(isWaiting ? [] : [`    digest   ${event.event_digest}`]),
  ];
  return `\n${lines.join('\n')}\n`;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');
}
