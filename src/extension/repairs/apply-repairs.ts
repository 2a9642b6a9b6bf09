import * as vscode from 'vscode';
import type { RegisterCommand } from '../commands/register.ts';
import { targetUri, withSession } from '../commands/target.ts';
import type { GraphEditors } from '../graph/graph-editor.ts';
import type { OpenFiles } from '../session/open-files.ts';
import type { OpenSession } from '../session/open-session.ts';
import type { Sessions } from '../session/sessions.ts';
import { eventDocument } from './event-document.ts';
import { comparePositions, showComparison } from './compare-positions.ts';
import { goBackTo, nameCheckpoint, revertEvents } from './log-commands.ts';
import type { LogEntry } from './log-entries.ts';
import { pickPosition } from './pick-position.ts';
import type { RepairPorts } from './ports.ts';
import { RepairsView } from './repairs-view.ts';
import { ReportDocuments } from './report-documents.ts';
import { importLog, saveLog } from './transfer.ts';
import { verifyAllLogs, verifyLog } from './verify.ts';

/** What the view and its commands are about. */
export interface RepairSurfaces {
  readonly sessions: Sessions;
  readonly openFiles: OpenFiles;
  readonly graph: GraphEditors;
  readonly command: RegisterCommand;
}

/** The view "Repairs" and the commands of the repair log. */
export function applyRepairs(
  context: vscode.ExtensionContext,
  { sessions, openFiles, graph, command }: RepairSurfaces,
  outside: Omit<RepairPorts, 'reports'>,
): void {
  const reports = new ReportDocuments();
  const ports: RepairPorts = { ...outside, reports };
  const view = new RepairsView(openFiles, sessions);
  /** With the session that was given, else the one the view shows, else that of the active editor. */
  const onSession = (name: string, run: (session: OpenSession) => Promise<void>): vscode.Disposable =>
    command(name, async (target) => {
      const given = target instanceof vscode.Uri || typeof target === 'string' ? target : undefined;
      await withSession(sessions, given ?? targetUri(undefined) ?? view.session?.uri, run);
    });
  /** With what was clicked in the view, or all that is selected there. */
  const onEntries = (name: string, run: (session: OpenSession, entries: readonly LogEntry[]) => Promise<void>): vscode.Disposable =>
    command(name, async (clicked, selected) => {
      const entries = chosenEntries(clicked, selected, view.selection);
      if (view.session !== null && entries.length > 0) await run(view.session, entries);
    });
  context.subscriptions.push(
    reports,
    view,
    onSession('riff.verifyLog', (session) => verifyLog(session, ports)),
    command('riff.verifyAllLogs', () => verifyAllLogs(ports)),
    onSession('riff.createCheckpoint', nameCheckpoint),
    onSession('riff.exportLog', (session) => saveLog(session, ports)),
    command('riff.importLog', () => importLog(ports)),
    onSession('riff.goBackTo', async (session) => {
      await session.readLog();
      const seq = await pickPosition(session, 'Go Back to Checkpoint or Event', 'What came after it is taken back');
      if (seq !== undefined) await goBackTo(session, seq);
    }),
    onSession('riff.compareLogPositions', comparePositions),
    onEntries('riff.compareWithNow', (session, [entry]) => showComparison(session, entry?.seq ?? 0, session.events.length)),
    onEntries('riff.compareSelected', async (session, [one, other]) => {
      if (one !== undefined && other !== undefined) await showComparison(session, one.seq, other.seq);
    }),
    onEntries('riff.travelTo', (session, [entry]) => graph.travel(session.uri, entry?.seq ?? session.events.length)),
    onEntries('riff.revertEvents', (session, entries) => revertEvents(session, revertible(entries))),
    onEntries('riff.goBackToEvent', (session, [entry]) => goBackTo(session, entry?.seq ?? session.events.length)),
    onEntries('riff.showEvent', async (_, [entry]) => {
      if (entry?.event == null) return;
      await reports.show(`event ${entry.seq} of ${entry.event.session_id.slice(0, 8)}.txt`, eventDocument(entry.event, entry.isActive));
    }),
    onEntries('riff.copyEventId', async (_, entries) => {
      await vscode.env.clipboard.writeText(entries.flatMap(({ event }) => event?.event_id ?? []).join('\n'));
    }),
    onEntries('riff.goToMessage', async (session, [entry]) => {
      if (entry?.event?.message_id != null) await graph.reveal(session.uri, entry.event.message_id);
    }),
  );
}

function chosenEntries(clicked: unknown, selected: unknown, selection: readonly LogEntry[]): readonly LogEntry[] {
  if (Array.isArray(selected) && selected.length > 0) return selected as LogEntry[];
  return typeof clicked === 'object' && clicked !== null && 'traits' in clicked ? [clicked as LogEntry] : selection;
}

function revertible(entries: readonly LogEntry[]): NonNullable<LogEntry['event']>[] {
  return entries.flatMap(({ event, traits }) => (event !== null && traits.includes('revertible') ? [event] : []));
}
