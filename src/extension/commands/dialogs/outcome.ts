import * as vscode from 'vscode';
import { SessionRefused } from '../../../operations/session/refusal.ts';
import type { ActionOutcome } from '../../graph/actions.ts';
import { conflictText } from '../../session/conflict-text.ts';
import type { RepairOutcome, SessionHandle } from '../../session/handle.ts';

/**
 * Says why a repair or revert was not made, who was first with what, and what to do.
 * @param first a sentence to say before
 */
export async function showNotLogged(session: SessionHandle, outcome: Exclude<RepairOutcome, { kind: 'done' }>, first = ''): Promise<void> {
  if (outcome.kind === 'failed') {
    showFailure(sentences(first, outcome.message), outcome.remedy);
    return;
  }
  const theirs = await conflictText(session.model.records, outcome.theirs);
  const message = sentences(
    first,
    theirs,
    `Nothing ${first === '' ? '' : 'more '}was written: look at the session as it is now and decide again.`,
  );
  vscode.window.showWarningMessage(message, 'Show Repair Log').then(
    (choice) => (choice === undefined ? undefined : vscode.commands.executeCommand('riff.showRepairLog', session.uri)),
    () => undefined,
  );
}

/** Says what failed and what to do, with the way to the log. */
export function showFailure(message: string, remedy: string): void {
  vscode.window.showErrorMessage(sentences(message, remedy), 'Show Log Output').then(
    (choice) => (choice === undefined ? undefined : vscode.commands.executeCommand('riff.showLog')),
    () => undefined,
  );
}

/** An operation that was refused, as what became of an action. */
export function refused({ message, remedy }: SessionRefused): ActionOutcome {
  return { kind: 'failed', message, remedy: remedy ?? '' };
}

/** What a check refuses, as what became of an action; null where it lets the action go on. */
export async function refusalOf(check: Promise<void>): Promise<ActionOutcome | null> {
  try {
    await check;
    return null;
  } catch (cause) {
    if (cause instanceof SessionRefused) return refused(cause);
    throw cause;
  }
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
