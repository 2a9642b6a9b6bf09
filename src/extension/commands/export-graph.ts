import { posix } from 'node:path';
import * as vscode from 'vscode';
import { PICTURE_ENDINGS, type PictureDetail, type PictureFormat } from '../../core/picture/picture.ts';
import { drawGraph } from '../../operations/session/draw-graph.ts';
import type { SessionHandle } from '../session/handle.ts';

const FORMATS: readonly { readonly label: string; readonly description: string; readonly format: PictureFormat }[] = [
  { label: 'SVG', description: 'a picture', format: 'svg' },
  { label: 'Mermaid', description: 'text that Markdown viewers draw', format: 'mermaid' },
  { label: 'DOT', description: 'text that Graphviz draws', format: 'dot' },
];

const DETAILS: readonly { readonly label: string; readonly description: string; readonly detail: PictureDetail }[] = [
  { label: 'Messages', description: 'runs of tools and sidechains folded', detail: 'messages' },
  { label: 'Prompts', description: 'prompts and compactions only', detail: 'prompts' },
  { label: 'Every Record', description: 'the whole session', detail: 'whole' },
];

/** Asks for format, detail and file, and writes the graph with the repairs in force. */
export async function exportGraph({ uri, model }: SessionHandle): Promise<void> {
  const format = (await vscode.window.showQuickPick(FORMATS, { placeHolder: 'Write the graph as' }))?.format;
  if (format === undefined) return;
  const detail = (await vscode.window.showQuickPick(DETAILS, { placeHolder: 'What to draw' }))?.detail;
  if (detail === undefined) return;
  const ending = PICTURE_ENDINGS[format];
  const target = await vscode.window.showSaveDialog({
    defaultUri: uri.with({ path: posix.join(posix.dirname(uri.path), `${posix.basename(uri.path, '.jsonl')}.${ending}`) }),
    filters: { [format.toUpperCase()]: [ending] },
    title: 'Export Graph',
  });
  if (target === undefined) return;
  const { text, warning } = await drawGraph({ format, detail }, model);
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  const message = `Graph written to ${posix.basename(target.path)}.`;
  const shown =
    warning === null
      ? vscode.window.showInformationMessage(message, 'Open')
      : vscode.window.showWarningMessage(`${message} ${warning}`, 'Open');
  const choice = await shown;
  if (choice === 'Open') await vscode.commands.executeCommand('vscode.open', target);
}
