import { changesView } from './event.ts';
import type { FoldedEvent, LogState } from './replay.ts';
import type { SessionView, ViewChanges } from './store.ts';

/**
 * The view of a state.
 * @param nowMs milliseconds since the epoch
 * @param rebuildMs duration of the fold, in milliseconds
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
 * What the repairs in force change besides parents, as a view stores it: places and ids. The inserted records themselves are in
 * their events.
 * @returns null when they change nothing else
 */
function viewChanges(state: LogState<FoldedEvent>): ViewChanges | null {
  // Most logs have no such changes, and reading payloads takes time.
  const isPlain = state.activeEvents().every(({ event_type: type }) => type === 'parent_repaired' || !changesView(type));
  if (isPlain) return null;
  const { inserted, bypassed, split, quarantined, leaf, ignored } = state.repairs();
  if (inserted.length + bypassed.length + split.length + quarantined.length + ignored.length === 0 && leaf === null) return null;
  return { inserted: inserted.map(({ uuid, after }) => ({ uuid, after })), bypassed, split, quarantined, leaf, ignored };
}
