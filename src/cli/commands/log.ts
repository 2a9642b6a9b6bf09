import type { Command } from 'commander';
import type { RepairEvent } from '../../core/log/event.ts';
import { replay } from '../../core/log/replay.ts';
import { followLog } from '../../operations/log/follow-log.ts';
import { readLog } from '../../operations/log/read-log.ts';
import { CONTRACT } from '../contract.ts';
import type { CommandContext } from '../command.ts';
import { CliFailure, type ExitStatus } from '../failure.ts';
import { untilInterrupted } from '../interrupt.ts';
import { logSubject } from '../log-subject.ts';
import { eventLine, logLines } from '../log-text.ts';

interface LogOptions {
  readonly json?: true;
  readonly to?: string;
  readonly follow?: true;
  readonly watch?: true;
}

const HELP = `
The number in front of an event, or the beginning of its id, is what riff revert takes. Times are in UTC.
POSITION is the number of an event, the name of a checkpoint, or a time (2026-01-31, 2026-01-31T12:00).

Exit status: 0 done · 2 wrong use, or the store could not be read.

Examples:
  riff log 794650a6
  riff log 794650a6 --to "before the merge"
  riff log 794650a6 --follow
  riff log --json session.jsonl | jq '.events[] | {operator, reason}'
`;

export function addLog(program: Command, context: CommandContext): void {
  program
    .command('log')
    .summary('show who changed what in a session, when and why')
    .description('Shows the events of a session, oldest first. An event that was taken back is marked.')
    .argument('<path>', 'session file, session id, or the beginning of one')
    .option('--to <position>', 'as it stood there: what came later is not shown, and counts for nothing')
    .option('--follow', 'go on with each new event, whoever logs it, until Ctrl-C')
    .option('--watch', 'show the whole log anew with each new event, until Ctrl-C')
    .option('--json', 'print one JSON document; with --follow one event a line')
    .addHelpText('after', HELP)
    .action(async (path: string, options: LogOptions) => context.finish(await log(context, path, options)));
}

async function log(context: CommandContext, argument: string, options: LogOptions): Promise<ExitStatus> {
  const isLive = options.follow === true || options.watch === true;
  if (isLive && options.to !== undefined)
    throw new CliFailure('What is past does not change: --to goes with neither --follow nor --watch.');
  if (options.follow && options.watch) throw new CliFailure('--follow and --watch exclude each other.');
  if (options.watch && options.json) throw new CliFailure('--watch is for people; --follow --json prints one event a line.');
  const { terminal, ports } = context;
  const { sessionId } = await logSubject(argument, context.cwd, ports);
  if (isLive) {
    await live(context, sessionId, options);
    return 0;
  }
  const found = await readLog(ports, { sessionId, to: options.to });
  if (options.json) terminal.print(JSON.stringify({ riff: CONTRACT, sessionId, events: found.events, head: found.state.head }, null, 2));
  else for (const line of logLines(sessionId, found, terminal.style)) terminal.print(line);
  return 0;
}

async function live({ terminal, ports }: CommandContext, sessionId: string, options: LogOptions): Promise<void> {
  const asJson = options.json === true;
  const one = (event: RepairEvent, events: readonly RepairEvent[]): string => (asJson ? JSON.stringify(event) : eventLine(event, events));
  const all = (events: readonly RepairEvent[]): void => {
    for (const line of logLines(sessionId, { events, state: replay(events) }, terminal.style)) terminal.print(line);
  };
  const audience = {
    start: (events: readonly RepairEvent[]): void => {
      if (options.watch) terminal.clear();
      if (asJson) for (const event of events) terminal.print(one(event, events));
      else all(events);
    },
    event: (event: RepairEvent, events: readonly RepairEvent[]): void => {
      if (options.watch) {
        terminal.clear();
        all(events);
      } else {
        terminal.print(one(event, events));
      }
    },
  };
  await untilInterrupted((signal) => followLog(ports, sessionId, audience, signal));
}
