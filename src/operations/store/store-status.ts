import type { SchemaStep, StoreSchema } from './store-ports.ts';

/** What somebody who uses the store should know. */
export type StoreWarning =
  /** The signed-in user could change events: the log is protected by its digests alone. */
  | 'may-rewrite'
  /** The connection has no TLS and leaves this machine. */
  | 'unencrypted';

export interface StoreStatus {
  readonly store: 'local' | 'remote';
  readonly place: string;
  /** Step of its schema; null: nothing was stored yet, 0: there are no tables. */
  readonly schema: number | null;
  /** Step that this version knows. */
  readonly expected: number;
  readonly missing: readonly SchemaStep[];
  readonly warnings: readonly StoreWarning[];
}

/** Says which store is in use and how its schema stands. @throws StoreError */
export async function storeStatus(store: StoreSchema): Promise<StoreStatus> {
  const { kind, place, expected } = store;
  if (store.kind === 'local') return { store: 'local', place, schema: await store.version(), expected, missing: [], warnings: [] };
  const { schema, missing, mayRewrite, isUnencrypted } = await store.status();
  const warnings: StoreWarning[] = [
    ...(mayRewrite ? (['may-rewrite'] as const) : []),
    ...(isUnencrypted ? (['unencrypted'] as const) : []),
  ];
  return { store: kind, place, schema, expected, missing, warnings };
}
