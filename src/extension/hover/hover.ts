import * as vscode from 'vscode';
import type { RecordDetail, RecordRow } from '../../core/session/analysis-types.ts';
import { SESSION_DOCUMENTS } from '../quickfix/quickfix.ts';
import { rowName } from '../quickfix/suggestion-text.ts';
import { recordAt } from '../session/document-record.ts';
import type { OpenFiles } from '../session/open-files.ts';
import type { OpenSession } from '../session/open-session.ts';
import { recordName, shortTime } from '../session/record-name.ts';
import { historyMarkdown } from './history-text.ts';
import { SafeMarkdown } from './safe-markdown.ts';

/** Says what a line is: the message, its parent, what is wrong with it, and who repaired it. */
export function applyHovers(context: vscode.ExtensionContext, openFiles: OpenFiles): vscode.Disposable {
  const provider: vscode.HoverProvider = {
    provideHover: (document, position) => openFiles.ask(document.uri, (session) => provideHover(session, document, position)),
  };
  const feature = vscode.languages.registerHoverProvider(SESSION_DOCUMENTS, provider);
  context.subscriptions.push(feature);
  return feature;
}

async function provideHover(session: OpenSession, document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | null> {
  const place = await recordAt(session.model.records, document, position.line);
  const row = place === null || place.row === null ? undefined : (await session.model.records.rows(place.row, 1))[0];
  const record = row === undefined ? null : await session.model.records.detail(row.uuid);
  if (row === undefined || record === null) return null;
  const message = await messageMarkdown(session, row, record);
  if (!isOnProblem(document.uri, position)) writeFindings(message, record);
  const parts = [message];
  const history = await historyMarkdown(session, row.uuid);
  if (history !== null) parts.push(history);
  return new vscode.Hover(parts.map((part) => part.value));
}

async function messageMarkdown(session: OpenSession, row: RecordRow, record: RecordDetail): Promise<SafeMarkdown> {
  const markdown = new SafeMarkdown();
  markdown.own('**').text(rowName(row)).own('**');
  if (row.timestamp !== null) markdown.own(` · ${shortTime(row.timestamp)}`);
  markdown.own(` · line ${row.line}${row.sidechain ? ' · sidechain' : ''}\n\n`);
  if (row.text !== '') markdown.text(row.text).own('\n\n');
  markdown.own('Parent: ').text(await recordName(session.model.records, record.parentUuid));
  if (record.fileParentUuid !== record.parentUuid)
    markdown.own(' by repair; the file says ').text(await recordName(session.model.records, record.fileParentUuid));
  else if (row.repaired) markdown.own(' · put in by repair');
  markdown.own(`\n\n${loadedText(record)}`);
  return markdown;
}

function writeFindings(markdown: SafeMarkdown, { findings }: RecordDetail): void {
  for (const finding of findings) markdown.own('\n\n$(warning) ').text(finding.message).own(` \`${finding.code}\``);
}

/** Whether the editor shows the finding there by itself. */
function isOnProblem(uri: vscode.Uri, position: vscode.Position): boolean {
  return vscode.languages.getDiagnostics(uri).some(({ source, range }) => source === 'riff' && range.contains(position));
}

function loadedText({ onResumeChain, chainIsOfCopy }: RecordDetail): string {
  if (onResumeChain) return chainIsOfCopy ? '$(check) On the resume chain of a repaired copy' : '$(check) On the resume chain';
  return '$(circle-slash) Not loaded by a resume';
}
