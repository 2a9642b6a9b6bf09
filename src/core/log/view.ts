import { changesView } from './event.ts';
import type { FoldedEvent, LogState } from './replay.ts';
import type { SessionView, ViewChanges } from './store.ts';

/**
 * The view that a state materialises.
 * @param nowMs milliseconds since the epoch
 * @param rebuildMs milliseconds that the fold took
 * @returns null for an empty log
 */
export function materialise(sessionId: string, state: LogState<FoldedEvent>, nowMs: number, rebuildMs: number): SessionView | null {
  if (state.last === null) return null;
  const changes = viewChanges(state);
  return {
    session_id: sessionId,
    transcript: state.last.transcript,
    last_seq: state.head.seq,
    head_digest: state.head.digest,
    message_parents: state.overrides(),
    ...(changes === null ? {} : { message_changes: changes }),
    statistics: state.statistics(),
    materialized_at: new Date(nowMs).toISOString(),
    is_stale: false,
    drift_detected: false,
    rebuild_ms: rebuildMs,
  };
}

/**
 * What the repairs in force change besides parents, as a view carries it: places and ids; the records that are put in are in
 * their events.
 * @returns null where there is nothing of it
 */
function viewChanges(state: LogState<FoldedEvent>): ViewChanges | null {
  // Most logs have none of it, and reading payloads takes its time.
  const isPlain = state.activeEvents().every(({ event_type: type }) => type === 'parent_repaired' || !changesView(type));
  if (isPlain) return null;
  const { inserted, bypassed, split, quarantined, leaf, ignored } = state.repairs();
  if (inserted.length + bypassed.length + split.length + quarantined.length + ignored.length === 0 && leaf === null) return null;
  return { inserted: inserted.map(({ uuid, after }) => ({ uuid, after })), bypassed, split, quarantined, leaf, ignored };
}
