import type { Command } from 'commander';
import { operatorName } from '../../files/operator.ts';
import { createCheckpoint } from '../../operations/log/create-checkpoint.ts';
import { listCheckpoints } from '../../operations/log/list-checkpoints.ts';
import { logInStore, WritableLog } from '../../operations/log-access/writable-log.ts';
import { CONTRACT } from '../contract.ts';
import type { CommandContext } from '../command.ts';
import { CliFailure } from '../failure.ts';
import { refuseUnwritten } from '../log-outcome.ts';
import { logSubject } from '../log-subject.ts';
import { timeText } from '../log-text.ts';
import { openSession } from '../open-session.ts';
import { visible } from '../text.ts';

interface CheckpointOptions {
  readonly operator?: string;
  readonly reason: string;
  readonly json?: true;
}

const HELP = `
A name is given once in a session; taking the checkpoint back with riff revert frees it.

Exit status: 0 done · 2 wrong use, or the store could not be written to.

Examples:
  riff checkpoint 794650a6 "before the merge"
  riff revert 794650a6 --since "before the merge"
`;

export function addCheckpoint(program: Command, context: CommandContext): void {
  program
    .command('checkpoint')
    .summary('give the present state of a session a name')
    .description('Names the newest position of a log: to look at it, compare with it and go back to it later.')
    .argument('<path>', 'session file, session id, or the beginning of one')
    .argument('<name>', 'up to 80 characters; neither a number nor a time')
    .option('--operator <name>', 'who names it: user:NAME, agent:NAME or system:NAME (default: $RIFF_OPERATOR, else the user)')
    .option('--reason <text>', 'why', '')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (path: string, name: string, options: CheckpointOptions) => {
      await checkpoint(context, path, name, options);
      context.finish(0);
    });
}

async function checkpoint(context: CommandContext, argument: string, name: string, options: CheckpointOptions): Promise<void> {
  const { sessionId, path } = await logSubject(argument, context.cwd, context.ports);
  const { terminal, ports } = context;
  if (path === null && !ports.store.mayHoldLogs()) throw new CliFailure(`There is neither a file nor a log of ${visible(sessionId)}.`);
  const log = await WritableLog.openStored(sessionId, logInStore(ports.store, sessionId), ports);
  const operator = operatorName(options.operator ?? context.env['RIFF_OPERATOR']);
  const appended = await createCheckpoint(
    log,
    { name, operator, reason: options.reason },
    path === null ? null : await openSession(path, ports),
  );
  refuseUnwritten(appended);
  for (const event of appended.logged) {
    if (options.json) {
      terminal.print(JSON.stringify({ riff: CONTRACT, sessionId, name: name.trim(), seq: event.seq, event: event.event_id }, null, 2));
    } else {
      terminal.print(`Event ${event.seq}: checkpoint ${visible(name.trim())}.`);
    }
  }
}

const LIST_HELP = `
Exit status: 0 done · 2 wrong use, or the store could not be read.

Example:
  riff checkpoints 794650a6
`;

export function addCheckpoints(program: Command, context: CommandContext): void {
  program
    .command('checkpoints')
    .summary('list the named positions of a session')
    .description('Lists the checkpoints of a session, oldest first.')
    .argument('<path>', 'session file, session id, or the beginning of one')
    .option('--json', 'print one JSON document')
    .addHelpText('after', LIST_HELP)
    .action(async (path: string, options: { readonly json?: true }) => {
      await checkpoints(context, path, options.json === true);
      context.finish(0);
    });
}

async function checkpoints({ terminal, cwd, ports }: CommandContext, argument: string, asJson: boolean): Promise<void> {
  const { sessionId } = await logSubject(argument, cwd, ports);
  const found = await listCheckpoints(ports, sessionId);
  if (asJson) {
    const list = found.map(({ name, seq, event_id, timestamp, operator, reason }) => ({
      name,
      seq,
      event: event_id,
      timestamp,
      operator,
      reason,
    }));
    terminal.print(JSON.stringify({ riff: CONTRACT, sessionId, checkpoints: list }, null, 2));
    return;
  }
  if (found.length === 0) terminal.print(`${visible(sessionId)} has no checkpoints.`);
  const width = found.reduce((most, { name }) => Math.max(most, name.length), 0);
  for (const { name, seq, timestamp, operator, reason } of found) {
    terminal.print(
      `  ${visible(name).padEnd(width)}  event ${seq}  ${timeText(timestamp)}  ${visible(operator)}  ${visible(reason)}`.trimEnd(),
    );
  }
}
