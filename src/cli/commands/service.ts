import type { Command } from 'commander';
import { dataDirectory } from '../../files/data/data-directory.ts';
import { stopService } from '../../operations/store/stop-service.ts';
import { CONTRACT } from '../contract.ts';
import type { CommandContext } from '../command.ts';
import { LOCAL_SERVICE } from '../local-service.ts';
import { visible } from '../text.ts';

const HELP = `
The store is a process of its own that all windows and commands of a user share. It starts when it is needed and ends by itself.

Examples:
  riff service status
  riff service stop
`;

export function addService(program: Command, context: CommandContext): void {
  const service = program
    .command('service')
    .summary('show or stop the local store')
    .description('The local store: the process that keeps the log.')
    .addHelpText('after', HELP);
  service
    .command('status')
    .description('Says whether the local store runs, and where its data is.')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  riff service status --json\n')
    .action(async (options: { readonly json?: true }) => {
      await status(context, options.json === true);
      context.finish(0);
    });
  service
    .command('stop')
    .description('Ends the local store. Nothing is lost; the next command or window starts it again.')
    .addHelpText('after', '\nExample:\n  riff service stop\n')
    .action(async () => {
      await stop(context);
      context.finish(0);
    });
}

async function status({ terminal }: CommandContext, asJson: boolean): Promise<void> {
  const running = await LOCAL_SERVICE.running();
  const directory = dataDirectory();
  if (asJson) {
    const { pid, port, version, startedAt } = running ?? { pid: null, port: null, version: null, startedAt: null };
    terminal.print(
      JSON.stringify({ riff: CONTRACT, running: running !== null, dataDirectory: directory, pid, port, version, startedAt }, null, 2),
    );
    return;
  }
  terminal.print(
    running === null
      ? 'The local store does not run.'
      : `The local store runs: process ${running.pid}, port ${running.port} on this machine alone, Riff ${visible(running.version)}, since ${visible(running.startedAt)}.`,
  );
  terminal.print(`Data: ${visible(directory)}`);
}

async function stop({ terminal }: CommandContext): Promise<void> {
  const pid = await stopService(LOCAL_SERVICE);
  terminal.print(pid === null ? 'The local store does not run.' : `The local store (process ${pid}) has ended.`);
}
