import { appendImport } from '../core/log/append-import.ts';
import type { ImportPlan } from '../core/log/import.ts';
import type { EventStore } from '../core/log/store.ts';
import type { SessionLog } from './store-access.ts';

/** Appends what an import brings, behind the log that it was planned for. @throws LogError, StoreError */
export function importPlanned(
  store: EventStore,
  plan: ImportPlan,
  { events }: SessionLog,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  return appendImport(store, plan, events, onProgress);
}
