import type * as vscode from 'vscode';
import type { RegisterCommand } from '../commands/register.ts';
import { withSession } from '../commands/target.ts';
import type { OpenSession } from '../session/open-session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { RepairPorts } from './ports.ts';
import { ReportDocuments } from './report-documents.ts';
import { verifyAllLogs, verifyLog } from './verify.ts';

/** Registers the commands of the repair log. */
export function applyRepairs(
  context: vscode.ExtensionContext,
  sessions: Sessions,
  command: RegisterCommand,
  outside: Omit<RepairPorts, 'reports'>,
): void {
  const reports = new ReportDocuments();
  const ports: RepairPorts = { ...outside, reports };
  const sessionCommand = (name: string, run: (session: OpenSession, ...args: readonly unknown[]) => Promise<void>): vscode.Disposable =>
    command(name, (target, ...args) => withSession(sessions, target, (session) => run(session, ...args)));
  context.subscriptions.push(
    reports,
    sessionCommand('riff.verifyLog', (session) => verifyLog(session, ports)),
    command('riff.verifyAllLogs', () => verifyAllLogs(ports)),
  );
}
