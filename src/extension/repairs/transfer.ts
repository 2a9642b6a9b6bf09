import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { counted } from '../../core/count-text.ts';
import { LogError } from '../../core/log/log-error.ts';
import { EXPORT_FORMATS, exportLog } from '../../operations/log/export-log.ts';
import { carryOutImport, planImport, type PlannedImport } from '../../operations/log/import-log.ts';
import { sentences } from '../commands/dialogs/outcome.ts';
import { currentOperator } from '../session/operator.ts';
import type { OpenSession } from '../session/open-session.ts';
import { plain } from './plain-text.ts';
import type { RepairPorts } from './ports.ts';

const FILTERS = { 'JSON, to import elsewhere': ['json'], 'Markdown, to read': ['md'], 'CSV, for a spreadsheet': ['csv'] };
/** Larger files are no exports of a log that anybody can use. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Writes the log of a session to a file that the user names; its ending says how. */
export async function saveLog(session: OpenSession, ports: RepairPorts): Promise<void> {
  await session.readLog();
  const { sessionId } = await session.model.judgement.summary();
  if (session.events.length === 0) {
    void vscode.window.showInformationMessage('Nothing was logged for this session: there is nothing to export.');
    return;
  }
  const target = await vscode.window.showSaveDialog({
    title: 'Export Repair Log',
    filters: FILTERS,
    defaultUri: vscode.Uri.joinPath(vscode.Uri.file(dirname(session.uri.fsPath)), `repairs-${sessionId.slice(0, 8)}.json`),
  });
  if (target === undefined) return;
  const ending = target.path.slice(target.path.lastIndexOf('.') + 1).toLowerCase();
  const format = EXPORT_FORMATS.find((one) => one === ending);
  if (format === undefined) {
    void vscode.window.showWarningMessage('Nothing was exported: give the file the ending .json, .md or .csv.');
    return;
  }
  const { text, events } = await exportLog(ports, { sessionId, format });
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  const choice = await vscode.window.showInformationMessage(`${counted(events, 'event')} exported to ${basename(target.path)}.`, 'Open');
  if (choice === 'Open') await vscode.commands.executeCommand('vscode.open', target);
}

/** Brings an exported log into the store: checks all of it first, then says what it will do and asks. */
export async function importLog(ports: RepairPorts): Promise<void> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: 'Import Repair Log',
      filters: { 'Exported repair log': ['json'] },
      openLabel: 'Check',
    })) ?? [];
  if (file === undefined) return;
  try {
    await importFile(ports, file);
  } catch (cause) {
    if (!(cause instanceof LogError)) throw cause;
    void vscode.window.showErrorMessage(sentences(`${basename(file.path)} was not imported`, plain(cause.message), plain(cause.remedy)));
  }
}

async function importFile(ports: RepairPorts, file: vscode.Uri): Promise<void> {
  const { size } = await vscode.workspace.fs.stat(file);
  if (size > MOST_BYTES) throw new LogError('bad-export', 'It is too large to be the log of a session.', 'Choose another file.');
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  const planned = await planImport(ports, { text, operator: currentOperator() });
  const { plan, added } = planned;
  if (added === 0) {
    void vscode.window.showInformationMessage(`The file holds together; its ${counted(plan.known, 'event')} are all in the log already.`);
    return;
  }
  if (!(await agrees(planned))) return;
  const options = { location: vscode.ProgressLocation.Notification, title: 'Importing repair log' };
  await vscode.window.withProgress(options, (progress) =>
    carryOutImport(ports, planned, {
      onProgress: (done, total) => progress.report({ increment: 100 / total, message: `${done} of ${total}` }),
    }),
  );
  void vscode.window.showInformationMessage(
    `${counted(added, 'event')} imported into the log of session ${plain(plan.sessionId.slice(0, 8))}.`,
  );
}

async function agrees({ plan, added, operators }: PlannedImport): Promise<boolean> {
  const detail = [
    `The file was checked: every event, digest and link in it holds.${plan.kind === 'ancestor' ? ' It is of the tool before Riff.' : ''}`,
    `Session ${plain(plan.sessionId)}: ${counted(added, 'event')} by ${operators.map(plain).join(', ')} will be added behind the ${counted(plan.known, 'event')} that the log has already.`,
    'They take effect at once, and can be taken back like any other.',
  ].join('\n\n');
  const answer = await vscode.window.showInformationMessage(`Import ${counted(added, 'event')}?`, { modal: true, detail }, 'Import');
  return answer === 'Import';
}
