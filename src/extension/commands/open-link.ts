import * as vscode from 'vscode';
import type { ActionOutcome } from '../graph/actions.ts';

/**
 * Opens an address that stands in a transcript, after a question that shows where it really leads.
 * @param address untrusted, http or https
 */
export async function openLink(address: string): Promise<ActionOutcome> {
  const target = URL.canParse(address) ? new URL(address) : null;
  if (target === null || !['http:', 'https:'].includes(target.protocol)) {
    return { kind: 'failed', message: 'This address cannot be opened.', remedy: 'Only http and https addresses are.' };
  }
  const answer = await vscode.window.showWarningMessage(
    `Open an address from the session?`,
    { modal: true, detail: `${target.href}\n\nIts host is ${target.host}. What stands in a session may come from anywhere.` },
    'Open',
  );
  if (answer !== 'Open') return { kind: 'cancelled' };
  const opened = await vscode.env.openExternal(vscode.Uri.parse(target.href, true));
  return opened ? { kind: 'done', message: '' } : { kind: 'failed', message: 'The address could not be opened.', remedy: '' };
}
