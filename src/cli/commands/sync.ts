import type { Command } from 'commander';
import { counted } from '../../core/count-text.ts';
import type { SessionRow, SyncReport } from '../../core/log/store.ts';
import { dataDirectory } from '../../files/data/data-directory.ts';
import { REPAIRED_FILES } from '../../files/copies/repaired-files.ts';
import { operatorName } from '../../files/operator.ts';
import { syncSession } from '../../operations/session/sync-session.ts';
import { remoteFromEnvironment } from '../../store/remote/remote-settings.ts';
import { CONTRACT } from '../contract.ts';
import type { CommandContext } from '../command.ts';
import type { ExitStatus } from '../failure.ts';
import { interruptible } from '../interrupt.ts';
import { openSession } from '../open-session.ts';
import { shortPath } from '../scan-table.ts';
import { share, type Terminal } from '../terminal.ts';
import { visible } from '../text.ts';
import { oneTranscript } from '../transcripts.ts';

interface SyncCommandOptions {
  readonly force?: true;
  readonly dryRun?: true;
  readonly operator?: string;
  readonly json?: true;
}

const HELP = `
What changed since the last sync is logged as events. A session whose file did not change is not compared again.

Exit status: 0 done · 2 wrong use, unreadable input, or store failure (what was written stays, and the next sync completes it).

Examples:
  riff sync:surrealdb 794650a6
  riff sync:surrealdb session.jsonl --dry-run
  riff sync:surrealdb session.jsonl --force --operator agent:nightly
`;

export function addSync(program: Command, context: CommandContext): void {
  program
    .command('sync:surrealdb')
    .summary('write a session and its messages to SurrealDB')
    .description('Writes a session and its messages to SurrealDB and logs what changed since the last time. The file is only read.')
    .argument('<path>', 'session file, or the beginning of a session id')
    .option('--force', 'compare and write though the file did not change')
    .option('--dry-run', 'compare and report; write nothing')
    .option('--operator <name>', 'who syncs: user:NAME, agent:NAME or system:NAME (default: $RIFF_OPERATOR, else the user)')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (path: string, options: SyncCommandOptions) => context.finish(await sync(context, path, options)));
}

async function sync(context: CommandContext, argument: string, options: SyncCommandOptions): Promise<ExitStatus> {
  const { terminal, ports } = context;
  const path = await oneTranscript(argument, context.cwd, context.ports);
  const session = await openSession(path, context.ports);
  const tell = (line: string): void => (options.json ? undefined : terminal.print(line));
  const { row, report } = await interruptible((signal) =>
    syncSession(
      {
        path,
        force: options.force === true,
        dryRun: options.dryRun === true,
        operator: operatorName(options.operator ?? context.env['RIFF_OPERATOR']),
      },
      { session, store: ports.store, files: REPAIRED_FILES },
      {
        signal,
        onRead: (read) => {
          tell(terminal.style.bold(`Session ${visible(read.session_id)}`));
          tell(
            `  Read       ${counted(read.message_count, 'message')} in ${counted(read.record_count, 'record')} of ${shortPath(path, context.cwd)}`,
          );
        },
        onConnected: () => tell(`  Connected  to the store ${storePlace(context)}`),
        onProgress: (done, total) => terminal.progress(`Syncing … ${share(done, total, 'record')}`),
      },
    ),
  );
  terminal.progress(null);
  if (options.json) terminal.print(JSON.stringify(syncJson(report, path), null, 2));
  else printReport(terminal, row, report);
  return 0;
}

function storePlace({ cwd }: CommandContext): string {
  const remote = remoteFromEnvironment(process.env);
  return remote === null
    ? `in ${shortPath(dataDirectory(), cwd)}`
    : `at ${remote.address.url} (${remote.address.namespace}/${remote.address.database})`;
}

function syncJson(report: SyncReport, path: string): object {
  return {
    riff: CONTRACT,
    path,
    sessionId: report.session_id,
    isNew: report.is_new,
    unchanged: report.unchanged,
    dryRun: report.dry_run,
    messages: report.messages,
    added: report.added,
    removed: report.removed,
    parentsChanged: report.parents_changed,
    contentsUpdated: report.contents_updated,
    eventsLogged: report.events_logged,
  };
}

function printReport(terminal: Terminal, row: SessionRow, report: SyncReport): void {
  const { style } = terminal;
  terminal.print(`  Compared   ${comparison(report)}`);
  terminal.print(`  ${report.dry_run ? 'Dry run    nothing was written.' : `Wrote      ${written(report)}`}`);
  const share = (row.corruption_score * 100).toFixed(2);
  terminal.print(
    `  Health     a resume loads ${row.resume_now} messages, ${row.resume_repaired} after repair; ${counted(row.orphan_count, 'orphan')}; ${share} % of the messages are out of reach`,
  );
  terminal.print(`  SHA-256    ${row.transcript.sha256}`);
  terminal.print(
    report.unchanged ? style.green('✔ Nothing changed since the last sync.') : style.green(report.dry_run ? '✔ Compared.' : '✔ Synced.'),
  );
}

function comparison(report: SyncReport): string {
  if (report.unchanged) return 'the file is the same as at the last sync';
  if (report.is_new) return `a new session: ${counted(report.added, 'record')}`;
  const parts = [
    `${report.added} added`,
    `${report.removed} removed`,
    `${report.parents_changed} with another parent`,
    `${report.contents_updated} with other content`,
  ];
  return parts.join(', ');
}

function written(report: SyncReport): string {
  if (report.unchanged) return 'nothing';
  return `${counted(report.messages, 'record')} are in the store; ${counted(report.events_logged, 'event')} logged`;
}
