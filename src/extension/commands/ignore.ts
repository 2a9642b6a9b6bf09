import * as vscode from 'vscode';
import type { GraphActions } from '../graph/actions.ts';
import type { OpenSession } from '../session/open-session.ts';
import { showNotLogged } from './dialogs/outcome.ts';

/** Leaves a finding out from now on, with a way back in the message that says so. */
export async function ignoreFinding(session: OpenSession, actions: GraphActions, findingId: unknown): Promise<void> {
  const finding = (await session.model.judgement.findings()).find(({ id }) => id === findingId);
  if (finding === undefined) {
    void vscode.window.showWarningMessage('This finding is gone: the session has changed.');
    return;
  }
  const outcome = await actions.ignore(session, finding);
  if (outcome.kind !== 'done') {
    await showNotLogged(session, outcome);
    return;
  }
  const undo = async (): Promise<void> => {
    const undone = await session.revert(outcome.event.event_id, '');
    if (undone.kind !== 'done') await showNotLogged(session, undone);
  };
  const message = `Ignored: ${finding.code} on line ${finding.line}. "Riff: Revert Repair…" brings it back.`;
  vscode.window.showInformationMessage(message, 'Undo').then(
    (choice) => (choice === undefined ? undefined : undo()),
    () => undefined,
  );
}
