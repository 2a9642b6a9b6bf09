import { resolve } from 'node:path';
import type { Command } from 'commander';
import { counted } from '../../core/count-text.ts';
import { operatorName } from '../../files/operator.ts';
import { carryOutImport, planImport, type PlannedImport } from '../../operations/log/import-log.ts';
import { CONTRACT } from '../contract.ts';
import type { CommandContext } from '../command.ts';
import { CliFailure } from '../failure.ts';
import { visible } from '../text.ts';
import { reasonOf } from '../transcripts.ts';
import { readText } from '../../files/regular-file.ts';

interface ImportOptions {
  readonly dryRun?: true;
  readonly operator?: string;
  readonly json?: true;
}

const HELP = `
All of the file is checked before anything is written: every digest, the chain, the counts and the digest of the session. Only
what continues the log as it stands is taken in. Logs of the command line tool before Riff (format 1.0) are read as well.

Exit status: 0 done · 2 wrong use, a file that does not hold together or does not continue the log, or a store failure.

Examples:
  riff import repairs.json --dry-run
  riff import repairs.json
`;

export function addImport(program: Command, context: CommandContext): void {
  program
    .command('import')
    .summary('bring an exported log into the store')
    .description('Brings a log that riff export wrote into the store, as it is; nothing in the store is replaced.')
    .argument('<file>', 'file that riff export wrote, in JSON')
    .option('--dry-run', 'check the file and say what would be taken in; write nothing')
    .option('--operator <name>', 'who imports: user:NAME, agent:NAME or system:NAME (default: $RIFF_OPERATOR, else the user)')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (file: string, options: ImportOptions) => {
      await importFile(context, file, options);
      context.finish(0);
    });
}

async function importFile({ terminal, cwd, env, ports }: CommandContext, file: string, options: ImportOptions): Promise<void> {
  const text = await readText(resolve(cwd, file)).catch((error: unknown) => {
    throw new CliFailure(`${visible(file)} cannot be read: ${reasonOf(error)}`, null, { cause: error });
  });
  const planned = await planImport(ports, { text, operator: operatorName(options.operator ?? env['RIFF_OPERATOR']) });
  if (!options.dryRun) {
    await carryOutImport(ports, planned, {
      onProgress: (done, total) => terminal.progress(`Importing … ${counted(done, 'event')} of ${total}`),
    });
  }
  terminal.progress(null);
  report((line) => terminal.print(line), planned, options);
}

function report(print: (line: string) => void, { plan, added }: PlannedImport, { dryRun, json }: ImportOptions): void {
  if (json) {
    print(
      JSON.stringify(
        { riff: CONTRACT, sessionId: plan.sessionId, format: plan.kind, known: plan.known, added, dryRun: dryRun === true },
        null,
        2,
      ),
    );
    return;
  }
  const known = plan.known === 0 ? '' : ` ${counted(plan.known, 'event')} were in the log already.`;
  const would = dryRun ? 'would be ' : '';
  print(`${visible(plan.sessionId)}: the file holds together. ${counted(added, 'event')} ${would}imported.${known}`);
}
