import { importKey } from './ancestor-key.ts';
import type { RepairEvent } from '../event.ts';
import type { ImportPlan } from './import.ts';
import { LogError } from '../log-error.ts';
import type { AppendOutcome, EventStore, LogHead } from '../store.ts';

/**
 * Appends the events of an import to the log that it was planned for.
 * @param stored the log as it was when the import was planned, by seq
 * @param onProgress called after each event
 * @throws LogError `forked` when somebody else was first: the events appended so far stay, and the next import continues from
 * there; StoreError
 */
export async function appendImport(
  store: EventStore,
  plan: ImportPlan,
  stored: readonly RepairEvent[],
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  if (plan.kind === 'riff') {
    for (const [i, event] of plan.events.entries()) {
      appendedOf(await store.restore(event), i);
      onProgress(i + 1, plan.events.length);
    }
    return;
  }
  const idOf = new Map(stored.flatMap((event): [string, string][] => keyed(event)));
  const last = stored.at(-1);
  let head: LogHead = { seq: last?.seq ?? 0, digest: last?.event_digest ?? '' };
  for (const [i, { draft, reverts, key }] of plan.drafts.entries()) {
    const target = reverts === null ? null : (idOf.get(reverts) ?? null);
    const event = appendedOf(await store.append({ ...draft, reverts_event_id: target }, head), i);
    head = { seq: event.seq, digest: event.event_digest };
    idOf.set(key, event.event_id);
    onProgress(i + 1, plan.drafts.length);
  }
}

function keyed(event: RepairEvent): [string, string][] {
  const key = importKey(event);
  return key === null ? [] : [[key, event.event_id]];
}

function appendedOf(outcome: AppendOutcome, before: number): RepairEvent {
  if (outcome.kind === 'appended') return outcome.event;
  const kept =
    before === 0 ? 'Nothing was imported.' : `Of the file ${before === 1 ? 'one event was' : `${before} events were`} imported and stay.`;
  throw new LogError('forked', `Somebody else changed this session's log meanwhile. ${kept}`, 'Look at the log, then import again.');
}
