import { Command, CommanderError } from 'commander';
import { CopyError } from '../files/copies/copy-error.ts';
import { LogError } from '../core/log/log-error.ts';
import { StoreError } from '../core/log/store.ts';
import { ENGINE_VERSION } from '../files/version.ts';
import { OperationError } from '../operations/operation.ts';
import { RepairUnfinished } from '../operations/session/repair-session.ts';
import type { AddCommand, CommandContext } from './command.ts';
import { addCheckpoint, addCheckpoints } from './commands/checkpoint.ts';
import { addCompare } from './commands/compare.ts';
import { addEnds } from './commands/ends.ts';
import { addExport } from './commands/export.ts';
import { addGraph } from './commands/graph.ts';
import { addImport } from './commands/import.ts';
import { addDb } from './commands/db.ts';
import { addLog } from './commands/log.ts';
import { addOutbox } from './commands/outbox.ts';
import { addRepair } from './commands/repair.ts';
import { addRevert } from './commands/revert.ts';
import { addScan } from './commands/scan.ts';
import { addService } from './commands/service.ts';
import { addSync } from './commands/sync.ts';
import { addUpkeep } from './commands/upkeep.ts';
import { addVerify } from './commands/verify.ts';
import { SessionRefused } from '../operations/session/refusal.ts';
import { CliFailure, type ExitStatus } from './failure.ts';
import { CliPorts } from './ports.ts';
import { visible } from './text.ts';

const HELP = `
The file of a session is never changed unless you ask for it (riff repair --in-place); repairs are kept in a log.

Examples:
  riff scan ~/.claude/projects        what is broken, in all sessions
  riff repair 794650a6 --dry-run      what would be repaired in one
  riff repair 794650a6 --copy         log the repairs and write a repaired copy to resume from
  riff log 794650a6                   who changed what, when and why

Exit status: 0 healthy or done · 1 errors or warnings remain · 2 wrong use, unreadable input, or store failure.
`;

const COMMANDS: readonly AddCommand[] = [
  addScan,
  addEnds,
  addGraph,
  addRepair,
  addLog,
  addRevert,
  addCheckpoint,
  addCheckpoints,
  addCompare,
  addVerify,
  addExport,
  addImport,
  addSync,
  addOutbox,
  addUpkeep,
  addDb,
  addService,
];

/** The whole command line. */
function riffProgram(context: CommandContext): Command {
  const program = new Command('riff')
    .description('Repairs sessions of AI agents: says what a resume would load, and repairs what is broken.')
    .version(ENGINE_VERSION, '-V, --version')
    .addHelpText('after', HELP)
    .showHelpAfterError('(--help shows how.)')
    .configureHelp({ showGlobalOptions: false })
    .exitOverride();
  for (const add of COMMANDS) add(program, context);
  return program;
}

/** Runs the command line and says what went wrong, if anything did. */
export async function runProgram(context: Omit<CommandContext, 'finish' | 'ports'>, args: readonly string[]): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const ports = new CliPorts();
  const program = riffProgram({
    ...context,
    ports,
    finish: (result) => {
      status = result;
    },
  });
  try {
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return 2;
    }
    await program.parseAsync(args, { from: 'user' });
    ports.passedOver.sayTo(context.terminal);
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    ports.passedOver.sayTo(context.terminal);
    for (const line of complaint(error, context.env)) context.terminal.say(line);
    return 2;
  } finally {
    await ports.close();
  }
}

function complaint(error: unknown, env: CommandContext['env']): string[] {
  // Names and reasons out of a log may stand in it.
  if (error instanceof LogError || error instanceof OperationError || error instanceof SessionRefused) {
    return [`riff: ${visible(error.message)}`, ...(error.remedy === null ? [] : [visible(error.remedy)])];
  }
  if (error instanceof CliFailure || error instanceof StoreError || error instanceof CopyError || error instanceof RepairUnfinished) {
    return error.remedy === null ? [`riff: ${error.message}`] : [`riff: ${error.message}`, error.remedy];
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error && (env['RIFF_DEBUG'] ?? '') !== '' ? (error.stack ?? '') : 'RIFF_DEBUG=1 shows where.';
  return [`riff: Something went wrong that should not: ${visible(message)}`, stack];
}
