import * as v from 'valibot';
import { parseRow } from '../../core/log/rows.ts';
import { StoreError } from '../../core/log/store.ts';
import type { Connection } from '../connection/connection.ts';
import { StatementError } from '../connection/errors.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

/**
 * Number of the newest migration in the database; 0 where Riff's tables are missing.
 * @throws StatementError, ConnectionLostError; StoreError `invalid_data`
 */
export async function schemaVersion(connection: Connection, timeoutMs: number): Promise<number> {
  try {
    const [numbers] = await connection.query('SELECT VALUE number FROM schema_migrations', {}, timeoutMs);
    return Math.max(0, ...parseRow(v.array(v.number()), numbers, 'version'));
  } catch (error) {
    if (error instanceof StatementError && error.kind === 'NotFound') return 0;
    throw error;
  }
}

/**
 * Refuses to work with a schema of another version, because this version's rows would not fit it.
 * @throws StoreError `schema_too_old` or `schema_too_new`
 */
export function checkSchemaVersion(found: number, where: string): void {
  if (found > SCHEMA_VERSION) {
    throw new StoreError(
      'schema_too_new',
      `The store at ${where} was migrated by a newer Riff (step ${found}; this one knows ${SCHEMA_VERSION}). Nothing was written.`,
      'Update Riff.',
    );
  }
  if (found === 0) {
    throw new StoreError(
      'schema_too_old',
      `The database at ${where} has no tables of Riff yet.`,
      'Make them once, signed in as owner of the database: riff db init-schema',
    );
  }
  if (found < SCHEMA_VERSION) {
    throw new StoreError(
      'schema_too_old',
      `The store at ${where} is at step ${found} of the schema; this Riff needs ${SCHEMA_VERSION}. Nothing was written.`,
      'Migrate it, signed in as owner of the database: riff db migrate (--dry-run shows what it would do)',
    );
  }
}
