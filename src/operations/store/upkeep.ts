import * as v from 'valibot';
import { StoreError, type EventStore } from '../../core/log/store.ts';
import { checkSession } from '../../core/log/verify/check-session.ts';
import { NOTHING_KNOWN } from '../../core/log/verify/verify.ts';
import type { Run } from '../operation.ts';
import type { LogPorts } from '../ports.ts';

/** What an upkeep found and did; also as a process of its own prints it. */
export const UpkeepReport = v.object({
  views: v.object({ checked: v.number(), rebuilt: v.number() }),
  /** faulty: ids of sessions whose log is not what was written. */
  logs: v.object({ checked: v.number(), of: v.number(), faulty: v.array(v.string()) }),
});
export type UpkeepReport = v.InferOutput<typeof UpkeepReport>;

export interface UpkeepInput {
  /** Logs to check, chosen by chance; null: all. */
  readonly sample: number | null;
}

/**
 * Rebuilds the views that are stale, missing or unreadable, and checks logs.
 * @param run aborted, it ends between two logs
 * @throws StoreError
 */
export async function keepUp(
  ports: Pick<LogPorts, 'store' | 'heads' | 'work'>,
  { sample }: UpkeepInput,
  run: Run = {},
): Promise<UpkeepReport> {
  if (!ports.store.mayHoldLogs()) return { views: { checked: 0, rebuilt: 0 }, logs: { checked: 0, of: 0, faulty: [] } };
  const store = await ports.store.open();
  const ids = await store.audit.sessionIds();
  let rebuilt = 0;
  for (const id of ids) {
    if (run.signal?.aborted === true || !(await needsRebuild(store, id))) continue;
    await store.rebuildView(id);
    rebuilt += 1;
  }
  const faulty: string[] = [];
  let checked = 0;
  for (const id of shuffled(ids).slice(0, sample ?? ids.length)) {
    if (run.signal?.aborted === true) break;
    const { verdict } = await checkSession(store, ports.heads, id, NOTHING_KNOWN, false, (rows) => ports.work.verify(rows));
    if (!verdict.is_sound) faulty.push(id);
    checked += 1;
  }
  return { views: { checked: ids.length, rebuilt }, logs: { checked, of: ids.length, faulty: faulty.sort() } };
}

async function needsRebuild(store: EventStore, id: string): Promise<boolean> {
  try {
    const view = await store.view(id);
    return view === null || view.is_stale;
  } catch (error) {
    if (error instanceof StoreError && error.code === 'invalid_data') return true;
    throw error;
  }
}

function shuffled<T>(list: readonly T[]): T[] {
  const keyed = list.map((item) => ({ item, key: Math.random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
