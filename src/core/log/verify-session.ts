import type { Sha256 } from './digest.ts';
import type { RepairEvent } from './event.ts';
import type { LogVerdict } from './fault.ts';
import type { HeadKeeper, KeptHead } from './heads.ts';
import { eventFromRow } from './rows.ts';
import type { EventStore } from './store.ts';
import { NOTHING_KNOWN, verifyLog, type LogKnowledge, type VerifyInput } from './verify.ts';

/** A log and what is to be said of it. */
export interface Checked {
  readonly verdict: LogVerdict;
  /** Empty where the log could not be read throughout. */
  readonly events: readonly RepairEvent[];
}

/** Checks rows against what is known of them: `verifyLog`, here or in another thread. */
export type LogCheck = (input: Omit<VerifyInput, 'sha256'>) => LogVerdict | Promise<LogVerdict>;

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

/**
 * Checks one log, and remembers it when it is sound.
 * @param store null where there is no database yet
 * @param further what is known besides the kept head
 * @param accept whether to forget what was known when the log holds together by itself
 * @throws StoreError
 */
export async function checkSession(
  store: EventStore | null,
  keeper: HeadKeeper,
  sessionId: string,
  further: LogKnowledge,
  accept: boolean,
  verify: LogCheck,
): Promise<Checked> {
  const stored =
    store === null
      ? { rows: [], view: null }
      : { rows: await store.audit.storedEvents(sessionId), view: await store.audit.storedView(sessionId) };
  const kept = await keeper.kept(sessionId);
  const known: LogKnowledge =
    kept === null
      ? further
      : { heads: [...further.heads, { seq: kept.head.seq, digest: kept.head.digest }], seen: [...further.seen, ...kept.seen] };
  const check = async (knowledge: LogKnowledge): Promise<LogVerdict> => verify({ sessionId, ...stored, known: knowledge });
  const verdict = await check(known);
  if (verdict.is_sound) {
    const events = stored.rows.map(eventFromRow);
    await keeper.keep(sessionId, events);
    return { verdict, events };
  }
  const byItself = accept ? await check(NOTHING_KNOWN) : null;
  if (byItself?.is_sound !== true) return { verdict, events: [] };
  const events = stored.rows.map(eventFromRow);
  await keeper.accept(sessionId, events);
  return { verdict: byItself, events };
}

/** The head of a log, as a list of heads has it; none for an empty log. */
export function headOf(sessionId: string, events: readonly RepairEvent[]): KeptHead[] {
  const last = events.at(-1);
  // The time of the event, not of the check: the same log gives the same file.
  return last === undefined ? [] : [{ session_id: sessionId, seq: last.seq, digest: last.event_digest, written_at: last.timestamp }];
}
