import { InvalidArgumentError, type Command } from 'commander';
import { counted } from '../../core/count-text.ts';
import { keepUp } from '../../operations/store/upkeep.ts';
import { CONTRACT } from '../contract.ts';
import type { CommandContext } from '../command.ts';
import type { ExitStatus } from '../failure.ts';
import { visible } from '../text.ts';

const HELP = `
What a store needs now and then: views that are stale, missing or unreadable are rebuilt from their logs, and logs are checked, a
few that are chosen by chance, or with --all each. Nothing is ever deleted: a log is archived by riff export. VS Code does the same
while nobody works; see the settings riff.upkeep.

Exit status: 0 done, all that was checked is sound · 1 a log is not what was written · 2 wrong use, or store failure.

Examples:
  riff upkeep
  riff upkeep --all --json
`;

interface Options {
  readonly sample: number;
  readonly all?: true;
  readonly json?: true;
}

export function addUpkeep(program: Command, context: CommandContext): void {
  program
    .command('upkeep')
    .summary('rebuild stale views and check logs')
    .description('Rebuilds views of logs that are stale, and checks logs.')
    .option('--sample <number>', 'how many logs to check, chosen by chance', wholeNumber, 5)
    .option('--all', 'check every log')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (options: Options) => context.finish(await upkeep(context, options)));
}

async function upkeep({ terminal, ports }: CommandContext, { sample, all, json }: Options): Promise<ExitStatus> {
  const done = await keepUp(ports, { sample: all === true ? null : sample });
  const { views, logs } = done;
  if (json) terminal.print(JSON.stringify({ riff: CONTRACT, ...done }, null, 2));
  else {
    terminal.print(`Views: ${views.checked} looked at, ${views.rebuilt} rebuilt.`);
    terminal.print(
      `Logs: ${logs.checked} of ${logs.of} checked, ${logs.faulty.length === 0 ? 'all sound' : counted(logs.faulty.length, 'fault')}.`,
    );
    for (const id of logs.faulty) terminal.print(`✖ ${visible(id)}: riff verify ${visible(id)} says what is wrong.`);
  }
  return logs.faulty.length === 0 ? 0 : 1;
}

function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is no whole number.');
}
