import type { RepairEvent } from '../event.ts';
import type { LogVerdict } from './fault.ts';
import type { HeadKeeper } from './heads.ts';
import { eventFromRow } from '../rows.ts';
import type { EventStore } from '../store.ts';
import type { LogKnowledge, VerifyInput } from './verify.ts';

/** A log and the result of its check. */
export interface Checked {
  readonly verdict: LogVerdict;
  /** Empty when a part of the log could not be read. */
  readonly events: readonly RepairEvent[];
}

/** Checks rows against what is known of them: `verifyLog`, in this thread or another. */
export type LogCheck = (input: Omit<VerifyInput, 'sha256'>) => LogVerdict | Promise<LogVerdict>;

/**
 * Checks one log, and remembers it when it is sound.
 * @param store null where there is no database yet
 * @param further what is known in addition to the kept head
 * @param accept whether to forget what was known, if the log is consistent in itself
 * @param verify the check; it may run in another thread
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
  const byItself = accept ? await check({ heads: [], seen: [] }) : null;
  if (byItself?.is_sound !== true) return { verdict, events: [] };
  const events = stored.rows.map(eventFromRow);
  await keeper.accept(sessionId, events);
  return { verdict: byItself, events };
}
