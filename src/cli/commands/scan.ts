import type { Command } from 'commander';
import { withPrimary, type LoaderId } from '../../core/loaders/loader.ts';
import type { CommandContext } from '../command.ts';
import type { SessionRefused } from '../../operations/session/refusal.ts';
import { needsAttention, scanSessions } from '../../operations/session/scan-session.ts';
import { CONTRACT } from '../contract.ts';
import { CliFailure, type ExitStatus } from '../failure.ts';
import { loaderOption } from '../loader-option.ts';
import { openSession } from '../open-session.ts';
import { printScan } from '../scan-table.ts';
import { share } from '../terminal.ts';
import { visible } from '../text.ts';
import { transcriptsOf } from '../transcripts.ts';

interface ScanOptions {
  readonly json?: true;
  readonly chain?: true;
  readonly loader?: LoaderId;
}

const HELP = `
PATH is a session file, a directory (searched with all its subdirectories), or the beginning of a session id.
Agent files belong to their session and are not listed; name one to scan it by itself.

Exit status: 0 healthy · 1 errors or warnings found · 2 wrong use, or something could not be read.

Examples:
  riff scan ~/.claude/projects            every session of every project
  riff scan 794650a6                      the session whose id begins so
  riff scan --json . | jq '.sessions[] | select(.resume.now < .resume.repaired) | .path'
`;

export function addScan(program: Command, context: CommandContext): void {
  program
    .command('scan')
    .summary('find what is broken, and what a resume would load')
    .description(
      'Reads sessions and says what is broken in them, how many messages a resume loads now, and how many after repair. Changes nothing.',
    )
    .argument('<path...>', 'session files, directories or session ids')
    .option('--json', 'print one JSON document instead of the table')
    .option('--chain', 'list the ids of the messages a resume loads, now and after repair')
    .addOption(loaderOption(context.loaders))
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: ScanOptions) => context.finish(await scan(context, paths, options)));
}

async function scan(context: CommandContext, args: readonly string[], options: ScanOptions): Promise<ExitStatus> {
  const { terminal } = context;
  const failures: (CliFailure | SessionRefused)[] = [];
  const paths = await listed(context, args, failures);
  const loaders = withPrimary(context.loaders, options.loader ?? null);
  const scanned = await scanSessions(
    { paths, withChain: options.chain === true },
    { open: (path) => openSession(path, context.ports, loaders), loaders },
    {
      onProgress: (done, total) => terminal.progress(`Scanning … ${share(done, total, 'session')}`),
    },
  );
  terminal.progress(null);
  for (const { failure } of scanned) if (failure !== null) failures.push(failure);
  if (options.json) terminal.print(JSON.stringify({ riff: CONTRACT, sessions: scanned.map(({ report }) => report) }, null, 2));
  else printScan(terminal, scanned, context.cwd);
  for (const failure of failures) terminal.say(`riff: ${failure.message}${failure.remedy === null ? '' : ` ${failure.remedy}`}`);
  if (failures.length > 0 || scanned.length === 0) return 2;
  return scanned.some(({ report }) => needsAttention(report.findings)) ? 1 : 0;
}

async function listed(context: CommandContext, args: readonly string[], failures: (CliFailure | SessionRefused)[]): Promise<string[]> {
  const paths = new Set<string>();
  for (const argument of args) {
    try {
      const found = await transcriptsOf(argument, context.cwd, context.ports, (failure) => failures.push(failure));
      if (found.length === 0) context.terminal.say(`riff: There is no session in ${visible(argument)}.`);
      for (const path of found) paths.add(path);
    } catch (error) {
      if (!(error instanceof CliFailure)) throw error;
      failures.push(error);
    }
  }
  return [...paths];
}
