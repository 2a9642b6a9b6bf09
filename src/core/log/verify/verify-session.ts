import { checkSession, type Checked } from './check-session.ts';
import type { Sha256 } from '../digest.ts';
import type { RepairEvent } from '../event.ts';
import type { HeadKeeper, KeptHead } from './heads.ts';
import type { EventStore } from '../store.ts';
import { verifyLog, type LogKnowledge } from './verify.ts';

/** `checkSession`, in this thread. @throws StoreError */
export function verifySession(
  store: EventStore | null,
  keeper: HeadKeeper,
  sessionId: string,
  further: LogKnowledge,
  accept: boolean,
  sha256: Sha256,
): Promise<Checked> {
  return checkSession(store, keeper, sessionId, further, accept, (input) => verifyLog({ ...input, sha256 }));
}

/** The head of a log as an entry of a list of heads; empty for an empty log. */
export function headOf(sessionId: string, events: readonly RepairEvent[]): KeptHead[] {
  const last = events.at(-1);
  // The time of the event rather than of the check, so that the same log gives the same file.
  return last === undefined ? [] : [{ session_id: sessionId, seq: last.seq, digest: last.event_digest, written_at: last.timestamp }];
}
