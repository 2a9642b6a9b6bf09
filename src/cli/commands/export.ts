import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { counted } from '../../core/count-text.ts';
import { EXPORT_FORMATS, exportLog } from '../../operations/log/export-log.ts';
import type { ExportFormat } from '../../operations/ports.ts';
import type { CommandContext } from '../command.ts';
import { CliFailure } from '../failure.ts';
import { logSubject } from '../log-subject.ts';
import { shortPath } from '../scan-table.ts';
import { visible } from '../text.ts';
import { reasonOf } from '../transcripts.ts';

interface ExportOptions {
  readonly format: ExportFormat;
  readonly out?: string;
}

const HELP = `
json can be brought into another store with riff import; md and csv are for people.

Exit status: 0 done · 2 wrong use, the store could not be read, or the file could not be written.

Examples:
  riff export 794650a6 --out repairs.json
  riff export 794650a6 --format md | less
`;

export function addExport(program: Command, context: CommandContext): void {
  program
    .command('export')
    .summary('write the log of a session as one document')
    .description('Writes all events of a session with who, what, when and why, and with their digests.')
    .argument('<path>', 'session file, session id, or the beginning of one')
    .addOption(new Option('--format <format>', 'how').choices(EXPORT_FORMATS).default('json'))
    .option('--out <file>', 'write to this file, which must not exist; default: standard output')
    .addHelpText('after', HELP)
    .action(async (path: string, options: ExportOptions) => {
      await exportSession(context, path, options);
      context.finish(0);
    });
}

async function exportSession({ terminal, cwd, ports }: CommandContext, argument: string, { format, out }: ExportOptions): Promise<void> {
  const { sessionId } = await logSubject(argument, cwd, ports);
  const { text, events } = await exportLog(ports, { sessionId, format });
  if (out === undefined) {
    terminal.print(text.trimEnd());
    return;
  }
  const path = resolve(cwd, out);
  await writeFile(path, text, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new CliFailure(
      `${visible(out)} cannot be written: ${isThere ? 'it exists already.' : reasonOf(error)}`,
      isThere ? 'Name another file.' : null,
      { cause: error },
    );
  });
  terminal.say(`Wrote ${counted(events, 'event')} to ${shortPath(path, cwd)}`);
}
