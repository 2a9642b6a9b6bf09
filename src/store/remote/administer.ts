/**
 * What the owner of a remote database does for Riff: inspect the schema, create it, upgrade it.
 */
import { StoreError } from '../../core/log/store.ts';
import { ENGINE_VERSION } from '../../files/version.ts';
import { Connection } from '../connection/connection.ts';
import { StatementError, toStoreError } from '../connection/errors.ts';
import { migrate, MIGRATIONS, type Migration } from '../schema/migrations.ts';
import { isOpenToEavesdroppers, type RemoteSettings } from './remote-settings.ts';
import { schemaVersion } from '../schema/schema-check.ts';

export interface RemoteStatus {
  /** Number of the newest migration in the database; 0: Riff's tables are not there. */
  readonly schema: number;
  /** Migrations that this version knows and the database lacks. */
  readonly missing: readonly Pick<Migration, 'number' | 'name'>[];
  /** Whether the signed-in user could change events; then only the digests protect the log. */
  readonly mayRewrite: boolean;
  /** Whether the connection leaves this machine without TLS. */
  readonly isUnencrypted: boolean;
}

/** @throws StoreError */
export function remoteStatus(settings: RemoteSettings): Promise<RemoteStatus> {
  return connected(settings, async (connection) => {
    const schema = await schemaVersion(connection, settings.callTimeoutMs);
    return {
      schema,
      missing: missingAfter(schema),
      mayRewrite: await mayRewrite(connection, settings.callTimeoutMs),
      isUnencrypted: isOpenToEavesdroppers(settings.address),
    };
  });
}

/**
 * Upgrades the schema of a remote database to this version, each step in its own transaction.
 * @param from `none`: only where Riff's tables are not there yet; `some`: only where they are
 * @param isDryRun only says what would be done
 * @returns the steps that were missing
 * @throws StoreError `schema_too_new`; `misconfigured` when `from` does not match; `unauthorised` for a user without permission
 */
export function bringUpToDate(
  settings: RemoteSettings,
  from: 'none' | 'some',
  isDryRun: boolean,
): Promise<Pick<Migration, 'number' | 'name'>[]> {
  return connected(settings, async (connection) => {
    const schema = await schemaVersion(connection, settings.callTimeoutMs);
    const newest = MIGRATIONS.at(-1)?.number ?? 0;
    if (schema > newest) {
      throw new StoreError('schema_too_new', `The database is at step ${schema}; this Riff knows steps up to ${newest}.`, 'Update Riff.');
    }
    if (from === 'none' && schema > 0) {
      throw new StoreError('misconfigured', `The database has the tables of Riff already (step ${schema}).`, 'Use riff db migrate.');
    }
    if (from === 'some' && schema === 0) {
      throw new StoreError('misconfigured', 'The database has no tables of Riff yet.', 'Use riff db init-schema.');
    }
    const missing = missingAfter(schema);
    if (!isDryRun && missing.length > 0) {
      await migrate((text, bindings) => connection.query(text, { ...bindings }, settings.callTimeoutMs), ENGINE_VERSION);
    }
    return missing;
  });
}

function missingAfter(schema: number): Pick<Migration, 'number' | 'name'>[] {
  return MIGRATIONS.filter(({ number }) => number > schema).map(({ number, name }) => ({ number, name }));
}

/** A user who may import can also change events that are read-only. The statement itself changes nothing. */
async function mayRewrite(connection: Connection, timeoutMs: number): Promise<boolean> {
  try {
    await connection.query('OPTION IMPORT; RETURN 1', {}, timeoutMs);
    return true;
  } catch (error) {
    if (error instanceof StatementError) return false;
    throw error;
  }
}

async function connected<T>(settings: RemoteSettings, work: (connection: Connection) => Promise<T>): Promise<T> {
  try {
    const connection = await Connection.open(settings.address, settings.connectTimeoutMs, () => undefined);
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  } catch (error) {
    throw toStoreError(error);
  }
}
