import * as vscode from 'vscode';
import type { Finding, Severity } from '../../core/findings/finding.ts';
import type { SessionRecords } from '../../core/session/records/session-records.ts';
import type { SessionView } from '../../core/session/travel/session-travel.ts';
import type { Reporter } from '../log/output.ts';
import { isSession } from '../session/is-session.ts';
import type { OpenSession } from '../session/open-session.ts';
import type { Sessions } from '../session/sessions.ts';
import { MESSAGES_SCHEME, virtualUri } from '../session/session-uri.ts';
import { findingsDocumentation, type Documentation } from './documentation.ts';
import { findingText, moreFindingsText } from './finding-text.ts';

/** VS Code drops what is beyond 1,000 for one file: the last place is for saying what is not listed. */
const MOST_LISTED = 999;
/** Finding the column means reading the record; beyond these the line's start is marked. */
const MOST_COLUMNS = 300;

const SEVERITIES: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

/** Lists the findings of every open session in the Problems panel: on the file, and on its list of messages while that is open. */
export function applyDiagnostics(context: vscode.ExtensionContext, sessions: Sessions, report: Reporter): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('riff');
  const documentation = findingsDocumentation(context.extensionUri);
  const publishers = new Map<OpenSession, Publisher>();
  const feature = vscode.Disposable.from(
    collection,
    sessions.onDidOpen((session) => publishers.set(session, new Publisher(session, collection, documentation, report))),
    sessions.onDidClose((session) => {
      publishers.get(session)?.dispose();
      publishers.delete(session);
    }),
  );
  context.subscriptions.push(feature);
  return feature;
}

/** Keeps the diagnostics of one session up to date. */
class Publisher implements vscode.Disposable {
  readonly #session: OpenSession;
  readonly #collection: vscode.DiagnosticCollection;
  readonly #documentation: Documentation;
  readonly #report: Reporter;
  readonly #subscription: vscode.Disposable;
  readonly #shown = new Map<string, string>();
  #run = 0;

  constructor(session: OpenSession, collection: vscode.DiagnosticCollection, documentation: Documentation, report: Reporter) {
    this.#session = session;
    this.#collection = collection;
    this.#documentation = documentation;
    this.#report = report;
    const messages = virtualUri(session.uri, MESSAGES_SCHEME).toString();
    const publishFor = ({ uri }: vscode.TextDocument): void => {
      if (uri.toString() === messages) void this.#publish();
    };
    this.#subscription = vscode.Disposable.from(
      session.onDidChange(() => void this.#publish()),
      vscode.workspace.onDidOpenTextDocument(publishFor),
      vscode.workspace.onDidCloseTextDocument(publishFor),
    );
    void this.#publish();
  }

  dispose(): void {
    this.#run++;
    this.#subscription.dispose();
    this.#collection.delete(this.#session.uri);
    this.#collection.delete(virtualUri(this.#session.uri, MESSAGES_SCHEME));
  }

  async #publish(): Promise<void> {
    const run = ++this.#run;
    try {
      const { onFile, onMessages } = await sessionDiagnostics(this.#session.model, this.#documentation);
      if (run !== this.#run) return;
      this.#show(this.#session.uri, onFile);
      // Listed twice only while both are open.
      const messages = virtualUri(this.#session.uri, MESSAGES_SCHEME);
      this.#show(messages, isOpen(messages) ? onMessages : []);
    } catch (error) {
      if (run === this.#run) this.#report.error('Listing the findings of a session', error);
    }
  }

  /** Sets what has changed only: an editor that is told of the same again closes its open menu of quick fixes. */
  #show(uri: vscode.Uri, diagnostics: vscode.Diagnostic[]): void {
    const text = JSON.stringify(diagnostics.map(({ range, message, severity, code }) => [range, message, severity, code]));
    const key = uri.toString();
    if (this.#shown.get(key) === text) return;
    this.#shown.set(key, text);
    this.#collection.set(uri, diagnostics);
  }
}

function isOpen(uri: vscode.Uri): boolean {
  const key = uri.toString();
  return vscode.workspace.textDocuments.some((document) => !document.isClosed && document.uri.toString() === key);
}

interface SessionDiagnostics {
  readonly onFile: vscode.Diagnostic[];
  readonly onMessages: vscode.Diagnostic[];
}

/** Findings of a session as diagnostics of its file and of its list of messages. */
async function sessionDiagnostics(
  { judgement, records }: Pick<SessionView, 'judgement' | 'records'>,
  documentation: Documentation,
): Promise<SessionDiagnostics> {
  const [summary, findings] = await Promise.all([judgement.summary(), judgement.findings(), documentation.ready]);
  if (!isSession(summary)) return { onFile: [], onMessages: [] };
  const listed = findings.slice(0, MOST_LISTED);
  const rest = findings.slice(MOST_LISTED);
  const places = await placesOf(records, listed);
  const make = (finding: Finding, i: number, range: vscode.Range): vscode.Diagnostic => {
    const diagnostic = new vscode.Diagnostic(range, findingText(finding, i === 0 ? summary : null), SEVERITIES[finding.severity]);
    diagnostic.source = 'riff';
    diagnostic.code = { value: finding.code, target: documentation.linkOf(finding.code) };
    return diagnostic;
  };
  const onFile = listed.map((finding, i) => make(finding, i, places[i]?.inFile ?? startOfLine(finding.line - 1)));
  const onMessages = listed.map((finding, i) => make(finding, i, places[i]?.inMessages ?? startOfLine(0)));
  if (rest.length > 0) {
    onFile.push(moreFindings(rest));
    onMessages.push(moreFindings(rest));
  }
  return { onFile, onMessages };
}

function moreFindings(rest: readonly Finding[]): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(startOfLine(0), moreFindingsText(rest), vscode.DiagnosticSeverity.Information);
  diagnostic.source = 'riff';
  return diagnostic;
}

async function placesOf(
  records: SessionRecords,
  findings: readonly Finding[],
): Promise<{ inFile: vscode.Range; inMessages: vscode.Range }[]> {
  const asked = findings.map(({ line, uuid, parentUuid }, i) => {
    const isExact = i < MOST_COLUMNS;
    return { line, uuid: isExact ? uuid : null, withColumns: isExact && parentUuid !== null };
  });
  const places = await records.findingPlaces(asked);
  return findings.map((finding, i) => {
    const { columns, row } = places[i] ?? { columns: null, row: null };
    const line = finding.line - 1;
    return {
      inFile: columns === null ? startOfLine(line) : new vscode.Range(line, columns.start, line, columns.end),
      inMessages: row === null ? startOfLine(0) : new vscode.Range(row, 0, row, 1000),
    };
  });
}

function startOfLine(line: number): vscode.Range {
  return new vscode.Range(line, 0, line, 1);
}
