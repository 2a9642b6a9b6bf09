import { changesView } from './event.ts';
import type { FoldedEvent, LogState } from './replay.ts';
import type { ViewChanges } from './store.ts';

/**
 * What the repairs in force change besides parents, as a view carries it: places and ids; the records that are put in are in
 * their events.
 * @returns null where there is nothing of it
 */
export function viewChanges(state: LogState<FoldedEvent>): ViewChanges | null {
  // Most logs have none of it, and reading payloads takes its time.
  const isPlain = state.activeEvents().every(({ event_type: type }) => type === 'parent_repaired' || !changesView(type));
  if (isPlain) return null;
  const { inserted, bypassed, split, quarantined, leaf, ignored } = state.repairs();
  if (inserted.length + bypassed.length + split.length + quarantined.length + ignored.length === 0 && leaf === null) return null;
  return { inserted: inserted.map(({ uuid, after }) => ({ uuid, after })), bypassed, split, quarantined, leaf, ignored };
}
