import * as vscode from 'vscode';
import type { RepairEvent } from '../../core/log/event.ts';
import type { ActionOutcome } from '../graph/actions.ts';
import type { RepairOutcome } from '../session/handle.ts';

/** Says why a repair or revert was not made, and what to do. */
export function showNotLogged(outcome: Exclude<RepairOutcome, { kind: 'done' }>): void {
  if (outcome.kind === 'failed') showFailure(outcome.message, outcome.remedy);
  else void vscode.window.showWarningMessage(conflictText(outcome.theirs));
}

/** Names the winner of a conflict. */
export function conflictText(theirs: readonly RepairEvent[]): string {
  const last = theirs.at(-1);
  if (last === undefined) return 'This was taken back already. Nothing was written.';
  const what = last.event_type === 'reverted' ? 'took a repair back' : 'repaired this session';
  return `${last.operator} ${what} in the meantime. Nothing was written: look at the session as it is now and decide again.`;
}

/** Says what failed and what to do, with the way to the log. */
export function showFailure(message: string, remedy: string): void {
  vscode.window.showErrorMessage(sentences(message, remedy), 'Show Log Output').then(
    (choice) => (choice === undefined ? undefined : vscode.commands.executeCommand('riff.showLog')),
    () => undefined,
  );
}

/** Says what became of an action. */
export function showActionOutcome(outcome: ActionOutcome): void {
  if (outcome.kind === 'failed') showFailure(outcome.message, outcome.remedy);
  else if (outcome.kind === 'done' && outcome.message !== '') void vscode.window.showInformationMessage(outcome.message);
}

/** Message and remedy as sentences one after the other, whoever wrote them. */
export function sentences(...parts: readonly string[]): string {
  const told = parts.map((part) => part.trim()).filter((part) => part !== '');
  return told.map((part) => (/[.!?…]$/.test(part) ? part : `${part}.`)).join(' ');
}
