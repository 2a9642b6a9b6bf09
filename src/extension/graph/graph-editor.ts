import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { ENGLISH_HOST_STRINGS, type HostStrings } from '../../protocol/host-strings.ts';
import type { SessionRegistry } from '../session/handle.ts';
import type { GraphActions } from './actions.ts';
import { GraphConnection } from './connection.ts';
import { GraphDocument } from './graph-document.ts';
import { pageHtml } from './page-html.ts';
import { TravellingSession } from './travel.ts';

export const GRAPH_VIEW_TYPE = 'riff.graph';

/** The graph editors of the window. */
export interface GraphEditors {
  dispose(): void;
  /** Opens the graph of a session, or brings it to the front, and shows the record. */
  reveal(uri: vscode.Uri, uuid: string): Promise<void>;
  /** The same, as the session was behind this event of its log. */
  travel(uri: vscode.Uri, seq: number): Promise<void>;
}

/**
 * Registers the custom editor "Session Graph". It never takes over `*.jsonl`: the user chooses it.
 * @param report where defects and malformed messages are written; holds no transcript text
 */
export function applyGraphEditor(
  context: vscode.ExtensionContext,
  registry: SessionRegistry,
  actions: GraphActions,
  report: (problem: string, cause?: unknown) => void,
): GraphEditors {
  const provider = new GraphEditorProvider(context.extensionUri, registry, actions, report);
  const registration = vscode.window.registerCustomEditorProvider(GRAPH_VIEW_TYPE, provider, {
    supportsMultipleEditorsPerDocument: true,
  });
  context.subscriptions.push(registration);
  return {
    reveal: (uri, uuid) => provider.reveal(uri, uuid),
    travel: (uri, seq) => provider.travel(uri, seq),
    dispose: () => {
      registration.dispose();
    },
  };
}

/** The texts of the page in the language of the window. */
function localisedStrings(): HostStrings {
  const entries = Object.entries(ENGLISH_HOST_STRINGS).map(([key, english]) => [key, vscode.l10n.t(english)]);
  return Object.fromEntries(entries) as HostStrings;
}

class GraphEditorProvider implements vscode.CustomReadonlyEditorProvider<GraphDocument> {
  readonly #distUri: vscode.Uri;
  readonly #registry: SessionRegistry;
  readonly #actions: GraphActions;
  readonly #report: (problem: string, cause?: unknown) => void;
  readonly #strings = localisedStrings();
  readonly #connections = new Map<GraphConnection, TravellingSession>();
  #pages = 0;
  #travelNext: { readonly key: string; readonly seq: number } | null = null;
  #revealNext: { readonly key: string; readonly uuid: string } | null = null;

  constructor(
    extensionUri: vscode.Uri,
    registry: SessionRegistry,
    actions: GraphActions,
    report: (problem: string, cause?: unknown) => void,
  ) {
    this.#distUri = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
    this.#registry = registry;
    this.#actions = actions;
    this.#report = report;
  }

  openCustomDocument(uri: vscode.Uri): GraphDocument {
    const document = new GraphDocument(uri, this.#registry, this.#strings.unreadableRemedy);
    // The page comes up at once and says that the file is being read.
    document.opened = document.open();
    return document;
  }

  resolveCustomEditor(document: GraphDocument, panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [this.#distUri] };
    const { connection, session } = this.#connect(document, panel);
    const subscriptions = [
      webview.onDidReceiveMessage((message: unknown) => void connection.receive(message)),
      document.onDidChange(() => void session.baseChanged()),
      panel.onDidChangeViewState(() => {
        if (panel.visible) void connection.pushState();
      }),
    ];
    panel.onDidDispose(() => {
      for (const subscription of subscriptions) subscription.dispose();
      this.#connections.delete(connection);
      connection.dispose();
      session.dispose();
    });
    webview.html = this.#html(webview);
    this.#takePendingReveal(document.uri, connection);
    this.#takePendingTravel(document, session).catch((cause: unknown) => this.#report('A position of the log could not be drawn', cause));
  }

  async reveal(uri: vscode.Uri, uuid: string): Promise<void> {
    const key = uri.toString();
    const open = [...this.#connections].filter(([, { uri: other }]) => other.toString() === key);
    if (open.length === 0) this.#revealNext = { key, uuid };
    await vscode.commands.executeCommand('vscode.openWith', uri, GRAPH_VIEW_TYPE);
    await Promise.all(open.map(([connection]) => connection.reveal(uuid)));
  }

  async travel(uri: vscode.Uri, seq: number): Promise<void> {
    const key = uri.toString();
    const open = [...this.#connections.values()].filter((session) => session.uri.toString() === key);
    if (open.length === 0) this.#travelNext = { key, seq };
    await vscode.commands.executeCommand('vscode.openWith', uri, GRAPH_VIEW_TYPE);
    await Promise.all(open.map((session) => session.travelTo(seq, null)));
  }

  /** As soon as the session of a new page knows its log. */
  async #takePendingTravel(document: GraphDocument, session: TravellingSession): Promise<void> {
    if (this.#travelNext?.key !== document.uri.toString()) return;
    const { seq } = this.#travelNext;
    this.#travelNext = null;
    await document.opened;
    const { opening } = document;
    if (opening.kind !== 'open') return;
    await opening.handle.readLog();
    await session.travelTo(seq, null);
  }

  #connect(document: GraphDocument, panel: vscode.WebviewPanel): { connection: GraphConnection; session: TravellingSession } {
    const { webview } = panel;
    const session = new TravellingSession(document, () => void connection.pushState(), this.#report);
    const context = {
      session,
      actions: this.#actions,
      strings: this.#strings,
      translations: vscode.l10n.bundle ?? {},
      view: `page ${++this.#pages}`,
      close: () => {
        panel.dispose();
      },
    };
    const connection = new GraphConnection(context, {
      post: (message) => webview.postMessage(message),
      report: this.#report,
    });
    this.#connections.set(connection, session);
    return { connection, session };
  }

  #takePendingReveal(uri: vscode.Uri, connection: GraphConnection): void {
    if (this.#revealNext?.key !== uri.toString()) return;
    const { uuid } = this.#revealNext;
    this.#revealNext = null;
    void connection.reveal(uuid);
  }

  #html(webview: vscode.Webview): string {
    const file = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(this.#distUri, name)).toString();
    return pageHtml({
      cspSource: webview.cspSource,
      nonce: randomBytes(24).toString('base64'),
      scriptUri: file('graph.js'),
      styleUri: file('graph.css'),
      language: vscode.env.language,
    });
  }
}
