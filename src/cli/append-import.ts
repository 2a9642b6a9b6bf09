import { importKey } from '../core/log/ancestor-import.ts';
import type { RepairEvent } from '../core/log/event.ts';
import type { ImportPlan } from '../core/log/import.ts';
import type { AppendOutcome, EventStore } from '../core/log/store.ts';
import { appended } from './append-repairs.ts';
import { CliFailure } from './failure.ts';
import type { SessionLog } from './store-access.ts';
import { counted } from './text.ts';

/**
 * Appends what an import brings, behind the head that it was planned for.
 * @throws CliFailure when somebody else was first: what was taken in before stays, and the next import goes on from there
 */
export async function appendImport(
  store: EventStore,
  plan: ImportPlan,
  { events: stored, state }: SessionLog,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  if (plan.kind === 'riff') {
    for (const [i, event] of plan.events.entries()) {
      refuseConflict(await store.restore(event), i);
      onProgress(i + 1, plan.events.length);
    }
    return;
  }
  const idOf = new Map(stored.flatMap((event): [string, string][] => keyed(event)));
  let head = state.head;
  for (const [i, { draft, reverts, key }] of plan.drafts.entries()) {
    const target = reverts === null ? null : (idOf.get(reverts) ?? null);
    const event = await appended(store, { ...draft, reverts_event_id: target }, head, i);
    head = { seq: event.seq, digest: event.event_digest };
    idOf.set(key, event.event_id);
    onProgress(i + 1, plan.drafts.length);
  }
}

function keyed(event: RepairEvent): [string, string][] {
  const key = importKey(event);
  return key === null ? [] : [[key, event.event_id]];
}

function refuseConflict(outcome: AppendOutcome, before: number): void {
  if (outcome.kind === 'appended') return;
  const kept = before === 0 ? 'Nothing was imported.' : `${counted(before, 'event')} had been imported and stay.`;
  throw new CliFailure(`Somebody else changed this session's log meanwhile. ${kept}`, 'Look at it with riff log, then import again.');
}
