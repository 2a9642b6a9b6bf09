import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { dataDirectory } from '../../files/data/data-directory.ts';
import { isProcessAlive, readDiscovery, type ServiceDiscovery } from '../../files/data/service-discovery.ts';
import type { CommandContext } from '../command.ts';
import { CliFailure } from '../failure.ts';
import { visible } from '../text.ts';

const ANSWER_MS = 3_000;
const END_MS = 15_000;
const POLL_MS = 50;

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
  const running = await runningService();
  const directory = dataDirectory();
  if (asJson) {
    const { pid, port, version, startedAt } = running ?? { pid: null, port: null, version: null, startedAt: null };
    terminal.print(
      JSON.stringify({ riff: 1, running: running !== null, dataDirectory: directory, pid, port, version, startedAt }, null, 2),
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
  const running = await runningService();
  if (running === null) {
    terminal.print('The local store does not run.');
    return;
  }
  process.kill(running.pid, 'SIGTERM');
  const end = Date.now() + END_MS;
  while (isProcessAlive(running.pid)) {
    if (Date.now() > end) {
      throw new CliFailure(
        `Process ${running.pid} was asked to end and still runs.`,
        'It may be finishing its work; look again in a moment.',
      );
    }
    await delay(POLL_MS);
  }
  terminal.print(`The local store (process ${running.pid}) has ended.`);
}

/** The service of the data directory; null when none answers. Its process id alone proves nothing: ids are used again. */
async function runningService(): Promise<ServiceDiscovery | null> {
  const found = await readDiscovery(dataDirectory());
  if (found === null || !isProcessAlive(found.pid)) return null;
  const { Connection } = await import('../../store/connection/connection.ts');
  const { localAddress } = await import('../../store/local/local-address.ts');
  try {
    const connection = await Connection.open(localAddress(found), ANSWER_MS, () => undefined);
    await connection.close();
    return found;
  } catch {
    // Whoever has that port does not know the secret, or nobody has it.
    return null;
  }
}
