import { OperationError } from '../operation.ts';
import type { SchemaStep, StoreSchema } from './store-ports.ts';

export interface MigrateInput {
  /** `none`: make the tables where there are none yet; `some`: bring those that are there up to date. */
  readonly from: 'none' | 'some';
  readonly dryRun: boolean;
}

export interface Migrated {
  /** The steps that were missing: applied, unless it was a dry run. */
  readonly steps: readonly SchemaStep[];
  /** Step that this version knows. */
  readonly expected: number;
}

/**
 * Makes or migrates the schema of a store on a server.
 * @throws OperationError `unsupported` for the store of this machine; StoreError `schema_too_new`, `misconfigured`, `unauthorised`
 */
export async function migrateStore(store: StoreSchema, { from, dryRun }: MigrateInput): Promise<Migrated> {
  if (store.kind === 'local') {
    throw new OperationError(
      'unsupported',
      'The store of this machine makes and migrates its schema by itself when it starts.',
      'For a store on a server set SURREAL_URL and how to sign in; riff db --help tells more.',
    );
  }
  return { steps: await store.bringUpToDate(from, dryRun), expected: store.expected };
}
