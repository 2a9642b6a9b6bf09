import * as vscode from 'vscode';
import { agentFile, sessionFile } from '../../files/sibling-files.ts';
import type { ActionOutcome } from '../graph/actions.ts';
import { GRAPH_VIEW_TYPE } from '../graph/graph-editor.ts';
import type { SessionHandle } from '../session/handle.ts';

/**
 * Shows the graph of a subagent's own file, or of the session that such a file belongs to. Nothing but files of the session is opened.
 * @param agent untrusted: what the transcript calls it; null for the way back
 */
export async function openAgent({ uri, model }: SessionHandle, agent: string | null): Promise<ActionOutcome> {
  const path =
    agent === null ? await sessionFile(uri.fsPath, (await model.judgement.summary()).sessionId) : await agentFile(uri.fsPath, agent);
  if (path === null) return { kind: 'failed', message: 'That file is not there any more.', remedy: '' };
  await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(path), GRAPH_VIEW_TYPE);
  return { kind: 'done', message: '' };
}
