import * as vscode from 'vscode';
import type { Finding, Suggestion } from '../../core/findings/finding.ts';
import type { SessionRecords } from '../../core/session/records/session-records.ts';
import type { SessionView } from '../../core/session/travel/session-travel.ts';
import type { RecordRow } from '../../core/session/analysis-types.ts';
import { suggestionFingerprint } from '../../operations/by-hand/offered-suggestion.ts';
import { recordAt } from '../session/document-record.ts';
import { branchesOf } from '../../operations/session/split-branches.ts';
import { splitTitle } from '../commands/split-branches.ts';
import type { OpenFiles } from '../session/open-files.ts';
import type { OpenSession } from '../session/open-session.ts';
import { MESSAGES_SCHEME } from '../session/session-uri.ts';
import { suggestionTitle } from './suggestion-text.ts';

/** Documents whose lines are records. */
export const SESSION_DOCUMENTS: vscode.DocumentSelector = [
  { scheme: 'file', language: 'jsonl' },
  { scheme: 'file', pattern: '**/*.jsonl' },
  { scheme: MESSAGES_SCHEME },
];

/** Lines of a selection that are looked at: nobody repairs more than these at once by hand. */
const MOST_LINES = 50;

/** Offers repairs on the lines of findings, best first. */
export function applyQuickFixes(context: vscode.ExtensionContext, openFiles: OpenFiles): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    provideCodeActions: (document, range, { diagnostics, only }) => {
      const wanted = only === undefined || only.contains(vscode.CodeActionKind.QuickFix);
      return wanted ? openFiles.ask(document.uri, (session) => provideActions(session, document, range, diagnostics)) : [];
    },
  };
  const feature = vscode.languages.registerCodeActionsProvider(SESSION_DOCUMENTS, provider, {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  });
  context.subscriptions.push(feature);
  return feature;
}

async function provideActions(
  session: OpenSession,
  document: vscode.TextDocument,
  range: vscode.Range,
  diagnostics: readonly vscode.Diagnostic[],
): Promise<vscode.CodeAction[]> {
  const { model } = session;
  const here = await findingsIn(model, document, range);
  if (here.length === 0) return [];
  const actions: vscode.CodeAction[] = [];
  for (const finding of here) {
    const suggestions = await model.judgement.suggestions(finding.id);
    const its = diagnosticsOf(finding, diagnostics);
    for (const suggestion of suggestions) actions.push(await repairAction(session.uri, model.records, finding, suggestion, its));
    const args = [session.uri.toString(), finding.id];
    const pair = await branchesOf(model, finding);
    if (pair !== null) actions.push(commandAction(splitTitle(pair), 'riff.splitBranches', args, its));
    if (suggestions.length > 0) actions.push(commandAction('Preview what a resume would load…', 'riff.previewRepair', args, its));
  }
  const { repairs } = await model.trials.plan('high');
  if (repairs.length > 0)
    actions.push(commandAction(`Repair all safe findings (${repairs.length})`, 'riff.repairAll', [session.uri.toString()], diagnostics));
  const uuid = here.find((finding) => finding.uuid !== null)?.uuid ?? null;
  actions.push(commandAction('Open Session Graph here', 'riff.openGraph', [session.uri.toString(), uuid], diagnostics));
  for (const finding of here) {
    const title = here.length === 1 ? 'Ignore this finding' : `Ignore this finding: ${finding.code}`;
    const args = [session.uri.toString(), finding.id];
    actions.push(commandAction(title, 'riff.ignoreFinding', args, diagnosticsOf(finding, diagnostics)));
  }
  return actions;
}

async function findingsIn(
  { judgement, records }: Pick<SessionView, 'judgement' | 'records'>,
  document: vscode.TextDocument,
  range: vscode.Range,
): Promise<Finding[]> {
  const lines = new Set<number>();
  const last = Math.min(range.end.line, range.start.line + MOST_LINES, document.lineCount - 1);
  for (let line = range.start.line; line <= last; line++) {
    const place = await recordAt(records, document, line);
    if (place !== null) lines.add(place.line);
  }
  // In the list of messages what has no row of its own is marked on the first one.
  const takesRest = document.uri.scheme === MESSAGES_SCHEME && range.start.line === 0;
  const here: Finding[] = [];
  for (const finding of await judgement.findings()) {
    if (finding.code === 'not-a-session') continue;
    const isHere = lines.has(finding.line) || (takesRest && (await records.rowOfLine(finding.line)) === null);
    if (isHere) here.push(finding);
  }
  return here;
}

/** Whichever of the given diagnostics are this finding's: the editor hands out copies. */
function diagnosticsOf(finding: Finding, diagnostics: readonly vscode.Diagnostic[]): vscode.Diagnostic[] {
  return diagnostics.filter(({ source, code }) => source === 'riff' && (typeof code === 'object' ? code.value : code) === finding.code);
}

async function repairAction(
  uri: vscode.Uri,
  records: SessionRecords,
  finding: Finding,
  suggestion: Suggestion,
  diagnostics: vscode.Diagnostic[],
): Promise<vscode.CodeAction> {
  const title = suggestionTitle(suggestion, await rowOfParent(records, suggestion));
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = {
    title,
    command: 'riff.applySuggestion',
    tooltip: suggestion.reasons.join(' '),
    arguments: [uri.toString(), finding.id, suggestionFingerprint(finding.id, suggestion)],
  };
  action.diagnostics = diagnostics;
  action.isPreferred = suggestion.confidence === 'high';
  return action;
}

/** The row that a suggestion names as parent; null when there is none. */
export async function rowOfParent(records: SessionRecords, { newParent }: Suggestion): Promise<RecordRow | null> {
  const row = newParent === null ? null : await records.rowOf(newParent);
  return row === null ? null : ((await records.rows(row, 1))[0] ?? null);
}

function commandAction(
  title: string,
  command: string,
  args: readonly (string | null)[],
  diagnostics: readonly vscode.Diagnostic[],
): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { title, command, arguments: [...args] };
  action.diagnostics = diagnostics.filter(({ source }) => source === 'riff');
  return action;
}
