import * as v from 'valibot';
import { revertDraft, revertEffect } from '../../core/log/drafts.ts';
import type { RepairEvent } from '../../core/log/event.ts';
import { readPosition, seqAt } from '../../core/log/position/position.ts';
import { revertDrafts, revertPlan, type RevertPlan } from '../../core/log/revert-plan.ts';
import { OperationError, type Acting, type Run } from '../operation.ts';
import { fileFacts, type SessionFile } from '../log-access/session-file.ts';
import type { Appended, WritableLog } from '../log-access/writable-log.ts';

/** What to take back: events by number, id or beginning of an id, or all that changed the session since a position. */
export const RevertInput = v.variant('kind', [
  v.object({ kind: v.literal('events'), names: v.pipe(v.array(v.string()), v.minLength(1)) }),
  v.object({ kind: v.literal('since'), position: v.string() }),
]);
export type RevertInput = v.InferOutput<typeof RevertInput>;

/**
 * What a revert will take back, newest first, and which later events would be left behind.
 * @throws LogError `no-position`, `not-revertible`; OperationError `not-found`, `ambiguous`
 */
export function planRevert(log: Pick<WritableLog, 'sessionId' | 'events'>, input: RevertInput): RevertPlan {
  const { events } = log;
  if (input.kind === 'since') return revertPlan(events, { kind: 'since', seq: seqAt(events, readPosition(input.position)) });
  return revertPlan(events, { kind: 'events', events: input.names.map((name) => eventNamed(log, name)) });
}

/**
 * Takes back what was planned on this log, by one new event each; nothing is removed.
 * @param openFile opens the session's file; null where that is gone
 * @throws StoreError; OperationError `nothing-logged`
 */
export async function carryOutRevert(
  log: WritableLog,
  plan: RevertPlan,
  { operator, reason }: Acting,
  openFile: () => Promise<SessionFile | null>,
  run: Run = {},
): Promise<Appended> {
  const { sessionId, events } = log;
  const messages = plan.targets.map((event) => event.message_id);
  const { transcript, parents } = await fileFacts(sessionId, await openFile(), events, messages);
  return log.append(revertDrafts({ sessionId, operator, transcript, reason }, events, plan, parents), run);
}

/**
 * Takes back one event.
 * @returns a conflict where somebody took it back already
 * @throws OperationError `not-found`; StoreError
 */
export async function revertOne(log: WritableLog, eventId: string, { operator, reason }: Acting, file: SessionFile): Promise<Appended> {
  const { sessionId, events } = log;
  const target = events.find((event) => event.event_id === eventId);
  if (target === undefined)
    throw new OperationError('not-found', 'This repair is not in the log of the session.', 'Open the repair log to see what is.');
  if (!log.state.isActive(eventId)) {
    const theirs = events.filter((event) => event.reverts_event_id === eventId);
    return { logged: [], waiting: [], stopped: { kind: 'conflict', theirs } };
  }
  const { transcript, parents } = await fileFacts(sessionId, file, events, [target.message_id]);
  const effect = revertEffect(events, target, parents.get(target.message_id ?? '') ?? null);
  return log.append([revertDraft({ sessionId, operator, transcript, reason }, target, effect)]);
}

function eventNamed({ sessionId, events }: Pick<WritableLog, 'sessionId' | 'events'>, name: string): RepairEvent {
  // A number is a place in the log; ids are longer than any log.
  const bySeq = /^#?\d{1,6}$/.test(name) ? events.find((event) => event.seq === Number(name.replace('#', ''))) : undefined;
  const matches =
    bySeq === undefined ? events.filter((event) => name.length >= 4 && event.event_id.startsWith(name.toLowerCase())) : [bySeq];
  const [only, ...others] = matches;
  if (only === undefined)
    throw new OperationError('not-found', `The log of ${sessionId} has no event ${name}.`, 'riff log shows the events.');
  if (others.length > 0)
    throw new OperationError('ambiguous', `${matches.length} events begin with ${name}.`, 'Give more of the id, or the number.');
  return only;
}
