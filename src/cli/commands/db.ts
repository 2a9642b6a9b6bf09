import type { Command } from 'commander';
import { dataDirectory } from '../../files/data/data-directory.ts';
import { readDiscovery } from '../../files/data/service-discovery.ts';
import { remoteFromEnvironment, type RemoteSettings } from '../../store/remote/remote-settings.ts';
import { SCHEMA_VERSION } from '../../store/schema/schema-version.ts';
import type { CommandContext } from '../command.ts';
import { CliFailure, type ExitStatus } from '../failure.ts';
import { mayHaveLog, withStore } from '../store-access.ts';
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

interface Status {
  readonly store: 'local' | 'remote';
  readonly place: string;
  readonly schema: number | null;
  readonly expected: number;
  readonly missing: readonly { readonly number: number; readonly name: string }[];
  readonly warnings: readonly string[];
}

async function status({ terminal }: CommandContext, options: Options): Promise<ExitStatus> {
  const remote = remoteFromEnvironment(process.env);
  const found = remote === null ? await localStatus() : await statusOf(remote);
  if (options.json === true) terminal.print(JSON.stringify({ riff: 1, ...found }, null, 2));
  else {
    terminal.print(`${found.store === 'local' ? 'The store of this machine' : 'A store on a server'}: ${visible(found.place)}`);
    terminal.print(schemaLine(found));
    for (const warning of found.warnings) terminal.print(`! ${warning}`);
  }
  return found.schema === null || found.schema === found.expected ? 0 : 1;
}

function schemaLine({ schema, expected, missing }: Status): string {
  if (schema === null) return `Nothing is stored yet; the schema (step ${expected}) is made with the first repair.`;
  if (schema === expected) return `Schema: step ${schema}, up to date.`;
  if (schema > expected)
    return `Schema: step ${schema}, of a newer Riff; this one knows ${expected} and writes nothing there. Update Riff.`;
  const steps = missing.map(({ number, name }) => `${number} ${name}`).join(', ');
  return schema === 0
    ? 'Schema: none. Make it with riff db init-schema.'
    : `Schema: step ${schema}; missing: ${steps}. Bring it up to date with riff db migrate.`;
}

async function localStatus(): Promise<Status> {
  const place = dataDirectory();
  const base = { store: 'local', place, expected: SCHEMA_VERSION, missing: [], warnings: [] } as const;
  if (!mayHaveLog()) return { ...base, schema: null };
  // Opening it brings it up to date; a newer one refuses.
  return withStore(async () => ({ ...base, schema: (await readDiscovery(place))?.schema ?? null }));
}

async function statusOf(remote: RemoteSettings): Promise<Status> {
  const { remoteStatus } = await import('../../store/remote/administer.ts');
  const { schema, missing, mayRewrite, isUnencrypted } = await remoteStatus(remote);
  const { url, namespace, database } = remote.address;
  const warnings = [
    ...(mayRewrite
      ? ['This user could change events that are logged. Use one with the role VIEWER for daily work; see docs/deploy.md.']
      : []),
    ...(isUnencrypted ? ['The connection is not encrypted and leaves this machine. Use wss://.'] : []),
  ];
  return { store: 'remote', place: `${url} (${namespace}/${database})`, schema, expected: SCHEMA_VERSION, missing, warnings };
}

async function change({ terminal }: CommandContext, from: 'none' | 'some', options: Options): Promise<ExitStatus> {
  const remote = remoteFromEnvironment(process.env);
  if (remote === null) {
    throw new CliFailure(
      'The store of this machine makes and migrates its schema by itself when it starts.',
      'For a store on a server set SURREAL_URL and how to sign in; riff db --help tells more.',
    );
  }
  const { bringUpToDate } = await import('../../store/remote/administer.ts');
  const isDryRun = options.dryRun === true;
  const steps = await bringUpToDate(remote, from, isDryRun);
  if (options.json === true) {
    terminal.print(JSON.stringify({ riff: 1, dryRun: isDryRun, steps, schema: isDryRun ? null : SCHEMA_VERSION }, null, 2));
    return 0;
  }
  if (steps.length === 0) terminal.print(`Nothing to do: the schema is at step ${SCHEMA_VERSION}.`);
  for (const { number, name } of steps) terminal.print(`${isDryRun ? 'Would apply' : 'Applied'} step ${number} (${name}).`);
  if (isDryRun && steps.length > 0) terminal.print('Dry run: nothing was changed.');
  return 0;
}
