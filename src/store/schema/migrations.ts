import log from '../../../schema/0001_log.surql';
import transcripts from '../../../schema/0002_transcripts.surql';
import viewChanges from '../../../schema/0003_view_changes.surql';

/** One step of the schema. A released step is never edited; every change is a new step. */
export interface Migration {
  /** From 1, without a gap. */
  readonly number: number;
  readonly name: string;
  readonly surql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  { number: 1, name: 'log', surql: log },
  { number: 2, name: 'transcripts', surql: transcripts },
  { number: 3, name: 'view_changes', surql: viewChanges },
];

/** Runs statements as owner; rejects with the first failure. */
export type OwnerQuery = (text: string, bindings: Readonly<Record<string, unknown>>) => Promise<unknown[]>;

/** The database was written by a newer Riff. */
export class SchemaTooNewError extends Error {}

const VERSION_TABLE = `
DEFINE TABLE IF NOT EXISTS schema_migrations TYPE NORMAL SCHEMAFULL PERMISSIONS FOR select FULL, FOR create, update, delete NONE;
DEFINE FIELD IF NOT EXISTS number     ON schema_migrations TYPE int;
DEFINE FIELD IF NOT EXISTS name       ON schema_migrations TYPE string;
DEFINE FIELD IF NOT EXISTS applied_by ON schema_migrations TYPE string;
DEFINE FIELD IF NOT EXISTS applied_at ON schema_migrations TYPE datetime;
`;

/**
 * Applies the missing migrations, each in its own transaction together with its entry in the version table.
 * @param appliedBy version of Riff
 * @returns number of the newest migration in the database
 * @throws SchemaTooNewError when the database has migrations that this version does not know
 */
export async function migrate(query: OwnerQuery, appliedBy: string, migrations: readonly Migration[] = MIGRATIONS): Promise<number> {
  await query(VERSION_TABLE, {});
  const applied = await newestApplied(query);
  const newest = migrations.at(-1)?.number ?? 0;
  if (applied > newest)
    throw new SchemaTooNewError(`The database is at step ${applied}; this version of Riff knows steps up to ${newest}.`);
  for (const migration of migrations) {
    if (migration.number <= applied) continue;
    await query(
      `BEGIN;\n${migration.surql}\nCREATE type::record('schema_migrations', $number) CONTENT { number: $number, name: $name, applied_by: $by, applied_at: time::now() };\nCOMMIT;`,
      { number: migration.number, name: migration.name, by: appliedBy },
    );
  }
  return newest;
}

async function newestApplied(query: OwnerQuery): Promise<number> {
  const [numbers] = await query('SELECT VALUE number FROM schema_migrations', {});
  const known = Array.isArray(numbers) ? numbers.filter((number): number is number => typeof number === 'number') : [];
  return Math.max(0, ...known);
}
