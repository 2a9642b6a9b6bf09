import { flushOutbox, type FlushReport, type OutboxEntry } from '../../core/log/append/outbox.ts';
import type { LogPorts } from '../ports.ts';

/** What became of the repairs of one session that waited. */
export interface SessionFlush extends FlushReport {
  readonly sessionId: string;
  /** Conflicts that nobody was told of before. */
  readonly newConflicts: readonly OutboxEntry[];
}

/**
 * Appends what waits, session by session; what conflicts stays. The store is opened only where something waits.
 * @param sessionId one session; null: all
 * @param onSession told of each session when it is done
 * @throws StoreError when the store is out of reach: what was not sent waits on
 */
export async function flushWaiting(
  { store, outbox }: Pick<LogPorts, 'store' | 'outbox'>,
  sessionId: string | null,
  onSession: (flush: SessionFlush) => void = () => undefined,
): Promise<SessionFlush[]> {
  const done: SessionFlush[] = [];
  for (const id of sessionId === null ? await outbox.sessions() : [sessionId]) {
    const before = await outbox.waiting(id);
    if (before.length === 0) continue;
    const report = await flushOutbox(outbox, await store.open(), id);
    const flush = { ...report, sessionId: id, newConflicts: newConflicts(before, report) };
    done.push(flush);
    onSession(flush);
  }
  return done;
}

function newConflicts(before: readonly OutboxEntry[], { conflicts }: FlushReport): OutboxEntry[] {
  const known = new Set(before.filter(({ conflict }) => conflict !== null).map(({ event_id }) => event_id));
  return conflicts.filter(({ event_id }) => !known.has(event_id));
}
