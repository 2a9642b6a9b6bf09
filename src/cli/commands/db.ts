import type { Command } from 'commander';
import { migrateStore, type MigrateInput } from '../../operations/store/migrate-store.ts';
import { storeStatus, type StoreStatus, type StoreWarning } from '../../operations/store/store-status.ts';
import { CONTRACT } from '../contract.ts';
import type { CommandContext } from '../command.ts';
import type { ExitStatus } from '../failure.ts';
import { schemaOfUser } from '../store-schema.ts';
import { visible } from '../text.ts';

interface Options {
  readonly dryRun?: true;
  readonly json?: true;
}

const HELP = `
The store of this machine makes and migrates its schema by itself when it starts. A store on a server is never changed without
being asked: sign in as an owner of its database for these two commands, and as a user with the role VIEWER for everything else.
SURREAL_URL, SURREAL_NAMESPACE, SURREAL_DATABASE, SURREAL_USER, SURREAL_PASS (or SURREAL_TOKEN) and SURREAL_AUTH_LEVEL say where
and as whom.

Exit status: 0 done, or up to date · 1 (status) the schema is of another version · 2 wrong use, or store failure.

Examples:
  riff db status
  riff db init-schema --dry-run
  riff db migrate
`;

export function addDb(program: Command, context: CommandContext): void {
  const db = program
    .command('db')
    .summary('show, make and migrate the schema of the store')
    .description('The schema of the store.')
    .addHelpText('after', HELP);
  db.command('status')
    .description('Says which store is used, and the version of its schema.')
    .option('--json', 'print one JSON document')
    .action(async (options: Options) => context.finish(await status(context, options)));
  for (const [name, from, description] of [
    ['init-schema', 'none', 'Makes the tables of Riff in a database that has none.'],
    ['migrate', 'some', 'Brings the tables of Riff in a database up to this version. There is no way back.'],
  ] as const) {
    db.command(name)
      .description(description)
      .option('--dry-run', 'say what would be done; change nothing')
      .option('--json', 'print one JSON document')
      .action(async (options: Options) => context.finish(await change(context, from, options)));
  }
}

const WARNINGS: Readonly<Record<StoreWarning, string>> = {
  'may-rewrite': 'This user could change events that are logged. Use one with the role VIEWER for daily work; see docs/deploy.md.',
  unencrypted: 'The connection is not encrypted and leaves this machine. Use wss://.',
};

async function status({ terminal, ports }: CommandContext, options: Options): Promise<ExitStatus> {
  const found = await storeStatus(schemaOfUser(ports));
  const warnings = found.warnings.map((warning) => WARNINGS[warning]);
  if (options.json === true) terminal.print(JSON.stringify({ riff: CONTRACT, ...found, warnings }, null, 2));
  else {
    terminal.print(`${found.store === 'local' ? 'The store of this machine' : 'A store on a server'}: ${visible(found.place)}`);
    terminal.print(schemaLine(found));
    for (const warning of warnings) terminal.print(`! ${warning}`);
  }
  return found.schema === null || found.schema === found.expected ? 0 : 1;
}

function schemaLine({ schema, expected, missing }: StoreStatus): string {
  if (schema === null) return `Nothing is stored yet; the schema (step ${expected}) is made with the first repair.`;
  if (schema === expected) return `Schema: step ${schema}, up to date.`;
  if (schema > expected)
    return `Schema: step ${schema}, of a newer Riff; this one knows ${expected} and writes nothing there. Update Riff.`;
  const steps = missing.map(({ number, name }) => `${number} ${name}`).join(', ');
  return schema === 0
    ? 'Schema: none. Make it with riff db init-schema.'
    : `Schema: step ${schema}; missing: ${steps}. Bring it up to date with riff db migrate.`;
}

async function change({ terminal, ports }: CommandContext, from: MigrateInput['from'], options: Options): Promise<ExitStatus> {
  const isDryRun = options.dryRun === true;
  const { steps, expected } = await migrateStore(schemaOfUser(ports), { from, dryRun: isDryRun });
  if (options.json === true) {
    terminal.print(JSON.stringify({ riff: CONTRACT, dryRun: isDryRun, steps, schema: isDryRun ? null : expected }, null, 2));
    return 0;
  }
  if (steps.length === 0) terminal.print(`Nothing to do: the schema is at step ${expected}.`);
  for (const { number, name } of steps) terminal.print(`${isDryRun ? 'Would apply' : 'Applied'} step ${number} (${name}).`);
  if (isDryRun && steps.length > 0) terminal.print('Dry run: nothing was changed.');
  return 0;
}
