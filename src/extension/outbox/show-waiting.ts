import * as vscode from 'vscode';
import { counted } from '../../core/count-text.ts';
import { eventTitle } from '../../core/log/event-text.ts';
import type { OutboxEntry, TheirEvent } from '../../core/log/append/outbox.ts';
import { shortTime } from '../session/record-name.ts';
import type { WaitingRepairs } from './waiting-repairs.ts';

/** Says that repairs which had waited conflict with what others did; nothing of either is lost. */
export function tellConflicts(conflicts: readonly OutboxEntry[]): void {
  const [first] = conflicts;
  if (first === undefined) return;
  const message = `${counted(conflicts.length, 'repair')} that had waited for the store ${conflicts.length === 1 ? 'conflicts' : 'conflict'} with what is there: ${inTheWay(first)}. Theirs is in force, yours is kept until you decide.`;
  vscode.window.showWarningMessage(plain(message), 'Show Waiting Repairs').then(
    (choice) => (choice === undefined ? undefined : vscode.commands.executeCommand('riff.showWaiting')),
    () => undefined,
  );
}

interface Item extends vscode.QuickPickItem {
  readonly entry: OutboxEntry;
}

/** Lists the repairs that wait, with what stands in their way; one can be tried again or given up. */
export async function showWaiting(waiting: WaitingRepairs): Promise<void> {
  const entries = await waiting.entries();
  if (entries.length === 0) {
    void vscode.window.showInformationMessage('No repair waits for the store.');
    return;
  }
  const picked = await vscode.window.showQuickPick(entries.map(itemOf), {
    title: 'Repairs That Wait for the Store',
    placeHolder: 'Which one shall be tried again or given up?',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked !== undefined) await decide(waiting, picked.entry);
}

async function decide(waiting: WaitingRepairs, entry: OutboxEntry): Promise<void> {
  const standing =
    entry.conflict === null ? 'The store was out of reach; it is sent when the store is back.' : `In its way: ${inTheWay(entry)}.`;
  const choice = await vscode.window.showWarningMessage(
    plain(`${eventTitle(entry.draft)}, ${shortTime(entry.queued_at)}`),
    { modal: true, detail: `${standing}\n\nGiven up, it will not come into the log; what you decided stays in the outbox’s file.` },
    'Try Again',
    'Give Up',
  );
  if (choice === 'Try Again') await waiting.flush(entry.draft.session_id);
  if (choice === 'Give Up') await waiting.drop(entry);
}

function itemOf(entry: OutboxEntry): Item {
  const { draft, queued_at: queuedAt, conflict } = entry;
  return {
    label: `${conflict === null ? '$(clock)' : '$(warning)'} ${eventTitle(draft).replaceAll('$(', '$ (')}`,
    description: `${draft.session_id.slice(0, 8)} · ${draft.operator} · ${shortTime(queuedAt)}`,
    detail: conflict === null ? (draft.reason === '' ? 'waits for the store' : `waits for the store: ${draft.reason}`) : inTheWay(entry),
    entry,
  };
}

/** Who did what instead. */
function inTheWay({ conflict }: OutboxEntry): string {
  const told = (conflict ?? []).map(deed);
  return told.length === 0 ? 'it builds on a repair that conflicts, or was taken back already' : told.join('; ');
}

function deed({ operator, event_type: type, reason, timestamp, seq }: TheirEvent): string {
  const what = type.replaceAll('_', ' ');
  return `${operator}: ${what}, event ${seq}, ${shortTime(timestamp)}${reason === '' ? '' : ` (${reason})`}`;
}

/** Text of files and logs, without what a notification would make a link of. */
function plain(text: string): string {
  return text.replaceAll('](', '] (');
}
