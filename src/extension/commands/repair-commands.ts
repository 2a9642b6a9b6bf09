import * as vscode from 'vscode';
import { changesView, type RepairEvent } from '../../core/log/event.ts';
import { eventTitle } from '../../core/log/event-text.ts';
import { titleWithVersion } from '../../core/loaders/loader.ts';
import { othersSentence } from '../../core/session/effect-text.ts';
import type { GraphActions } from '../graph/actions.ts';
import { offeredSuggestion } from '../../operations/by-hand/offered-suggestion.ts';
import type { SessionHandle } from '../session/handle.ts';
import type { OpenSession } from '../session/open-session.ts';
import { shortTime } from '../session/record-name.ts';
import { sentences, showNotLogged } from './dialogs/outcome.ts';

/** Repairs with a suggestion that was offered before; refused when it is no longer the same. */
export async function applySuggestion(
  session: OpenSession,
  actions: GraphActions,
  findingId: unknown,
  fingerprint: unknown,
): Promise<void> {
  const seen = await offeredSuggestion(session.model.judgement, findingId, fingerprint);
  const reason = seen === null ? undefined : await actions.askReason({ kind: 'repair', ...seen });
  if (seen !== null && reason === undefined) return;
  // The question may have stood open while file or log changed.
  const choice = await offeredSuggestion(session.model.judgement, findingId, fingerprint);
  if (choice === null || reason === undefined) {
    void vscode.window.showWarningMessage('The session has changed: this repair is no longer offered. Look at the finding again.');
    return;
  }
  const outcome = await actions.repair(session, choice.finding, choice.suggestion, reason);
  if (outcome.kind === 'done') await sayRepaired(session, [outcome.event]);
  else await showNotLogged(session, outcome);
}

/**
 * One quiet message with a way back; nobody waits for its answer.
 * @param first a sentence to say before
 */
export async function sayRepaired(session: SessionHandle, events: readonly RepairEvent[], first = ''): Promise<void> {
  const { resume } = await session.model.judgement.summary();
  const isWaiting = events.some(({ event_id }) => session.waitingEventIds.has(event_id));
  const where = isWaiting ? 'waiting for the store' : 'in the log';
  const what = events.length === 1 ? `Repaired${isWaiting ? ',' : ''} ${where}` : `${events.length} repairs ${where}`;
  const more = resume.repaired > resume.withRepairs ? `, ${resume.repaired} after the other safe repairs` : '';
  const message = sentences(
    first,
    `${what}: of a repaired copy ${titleWithVersion(resume.loader)} loads ${resume.withRepairs} of ${resume.total} messages${more}. The file is unchanged.`,
    othersSentence(resume),
  );
  const undo = async (): Promise<void> => {
    for (const event of [...events].reverse()) {
      const outcome = await session.revert(event.event_id, '');
      if (outcome.kind !== 'done') {
        await showNotLogged(session, outcome);
        return;
      }
    }
  };
  vscode.window.showInformationMessage(message, 'Undo', 'Write Repaired Copy').then(
    (choice) =>
      choice === 'Undo' ? undo() : choice === undefined ? undefined : vscode.commands.executeCommand('riff.writeCopy', session.uri),
    () => undefined,
  );
}

/** Takes one event back, given by a link or picked from the log. */
export async function revert(session: OpenSession, actions: GraphActions, eventId: unknown): Promise<void> {
  await session.readLog();
  const event = typeof eventId === 'string' ? session.events.find((candidate) => candidate.event_id === eventId) : await pickEvent(session);
  if (event === undefined) {
    if (typeof eventId === 'string') void vscode.window.showWarningMessage('This repair is not in the log of the session.');
    return;
  }
  const reason = await actions.askReason({ kind: 'revert', event });
  if (reason === undefined) return;
  const outcome = await actions.revert(session, event.event_id, reason);
  if (outcome.kind === 'done') vscode.window.setStatusBarMessage('$(discard) Repair taken back', 5_000);
  else await showNotLogged(session, outcome);
}

async function pickEvent(session: OpenSession): Promise<RepairEvent | undefined> {
  const active = session.events.filter((event) => session.activeEventIds.has(event.event_id) && changesView(event.event_type)).reverse();
  if (active.length === 0) {
    void vscode.window.showInformationMessage('No repair of this session is in force.');
    return undefined;
  }
  const items = active.map((event) => ({
    label: `$(git-commit) ${eventTitle(event).replaceAll('$(', '$ (')}`,
    description: `${event.operator} · ${shortTime(event.timestamp)}`,
    detail: eventDetail(event),
    event,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Revert Repair',
    placeHolder: 'Which repair shall be taken back?',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.event;
}

function eventDetail(event: RepairEvent): string {
  const { line, new_parent_line: parentLine } = event.payload;
  const isLink = event.event_type === 'parent_repaired' && typeof parentLine === 'number';
  const where =
    typeof line === 'number' ? `line ${line}${isLink ? ` continues from line ${parentLine}` : ''}` : (event.message_id ?? 'session');
  return event.reason === '' ? where : `${where}: ${event.reason}`;
}
