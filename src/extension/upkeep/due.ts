import type { UpkeepTimes } from '../../files/data/upkeep-times.ts';

/** What the settings `riff.upkeep.*` say. */
export interface UpkeepSettings {
  /** Minutes without work after which the store is looked after; 0: never. */
  readonly idleMinutes: number;
  /** Logs that are checked each time. */
  readonly sample: number;
  readonly checkAll: 'never' | 'daily' | 'weekly';
}

export type UpkeepWork = { readonly kind: 'sample'; readonly size: number } | { readonly kind: 'all' };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CHECK_ALL_MS = { never: Number.POSITIVE_INFINITY, daily: DAY_MS, weekly: 7 * DAY_MS } as const;

/**
 * What is to be done now, if anything: all logs when their time has come, else views and a sample once an hour at most.
 * @param idleMs milliseconds since somebody worked in this window
 * @param now milliseconds since the epoch
 */
export function dueUpkeep(
  { idleMinutes, sample, checkAll }: UpkeepSettings,
  times: UpkeepTimes,
  idleMs: number,
  now: number,
): UpkeepWork | null {
  if (idleMinutes === 0 || idleMs < idleMinutes * 60_000) return null;
  // A clock that was set back must not put it off for ever.
  const since = (time: number): number => (time > now ? Number.POSITIVE_INFINITY : now - time);
  if (since(times.ran) < HOUR_MS) return null;
  const isAllDue = checkAll !== 'never' && since(times.checkedAll) >= CHECK_ALL_MS[checkAll];
  return isAllDue ? { kind: 'all' } : { kind: 'sample', size: sample };
}
