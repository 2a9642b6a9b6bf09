import { v7 as uuidv7 } from 'uuid';
import { counted } from '../core/count-text.ts';
import { repairDraft, type DraftContext } from '../core/log/drafts.ts';
import type { EventDraft, RepairEvent } from '../core/log/event.ts';
import { isOutOfReach, type QueuedRepair } from '../core/log/append/outbox.ts';
import type { EventStore, LogHead, StoreError } from '../core/log/store.ts';
import type { SessionAnalysis } from '../core/session/session-analysis.ts';
import { CliFailure } from './failure.ts';
import type { SessionPlan } from '../operations/session/plan-repair.ts';
import { shortId, visible } from './text.ts';

/** What the command line adds to a plan. */
export interface Acting {
  readonly sessionId: string;
  readonly operator: string;
  /** Null: each event says why by itself. */
  readonly reason: string | null;
}

/**
 * A plan's new repairs as they go to the log, each with its id: whatever happens on the way, it is recognised.
 * @param expected the head that the plan was made for; null where the log could not be read
 */
export async function repairsToLog(
  session: SessionAnalysis,
  plan: SessionPlan,
  expected: LogHead | null,
  acting: Acting,
): Promise<QueuedRepair[]> {
  const transcript = await session.fingerprint();
  return plan.additions.map(({ finding, suggestion }) => {
    const reason = acting.reason ?? suggestion.reasons[0] ?? finding.message;
    const context: DraftContext = { sessionId: acting.sessionId, operator: acting.operator, transcript, reason };
    const inForce = finding.uuid === null ? undefined : plan.inForce.parents[finding.uuid];
    const seen = inForce === undefined ? finding.parentUuid : inForce;
    const draft = repairDraft(context, finding, suggestion, seen, { after_all: plan.resume.after });
    return { event_id: uuidv7(), queued_at: new Date().toISOString(), draft, expected };
  });
}

/** What became of repairs: those in the log, and those that did not get there because the store went out of reach. */
export interface AppendedRepairs {
  readonly events: readonly RepairEvent[];
  readonly rest: readonly QueuedRepair[];
  /** Why there is a rest. */
  readonly failure: StoreError | null;
}

/**
 * Logs repairs, one event each, behind the head that they were planned for.
 * @param onProgress told after each event
 * @throws CliFailure when somebody else was first: what was logged before stays, the rest is not logged; StoreError
 */
export async function appendRepairs(
  store: EventStore,
  repairs: readonly QueuedRepair[],
  head: LogHead,
  onProgress: (done: number) => void,
): Promise<AppendedRepairs> {
  const events: RepairEvent[] = [];
  let expected = head;
  for (const [index, { draft, event_id: eventId }] of repairs.entries()) {
    try {
      const event = await appended(store, draft, expected, events.length, eventId);
      expected = { seq: event.seq, digest: event.event_digest };
      events.push(event);
      onProgress(events.length);
    } catch (error) {
      if (!isOutOfReach(error)) throw error;
      const seen = expected;
      // The first of them may have arrived all the same; its id tells later.
      return { events, rest: repairs.slice(index).map((repair) => ({ ...repair, expected: seen })), failure: error };
    }
  }
  return { events, rest: [], failure: null };
}

/** Appends one event, or says who was first. @param before events of this command that are logged already */
export async function appended(
  store: EventStore,
  draft: EventDraft,
  expected: LogHead,
  before: number,
  eventId?: string,
): Promise<RepairEvent> {
  const outcome = await store.append(draft, expected, eventId);
  if (outcome.kind === 'appended') return outcome.event;
  const theirs = outcome.theirs.map(
    (event) =>
      `  ${event.seq}  ${visible(event.operator)}  ${event.event_type} ${shortId(event.message_id ?? '')}  ${visible(event.reason)}`,
  );
  const kept = before === 0 ? 'Nothing was logged.' : `${counted(before, 'event')} had been logged and stay.`;
  throw new CliFailure(
    [`Somebody else changed this session's log meanwhile. ${kept}`, ...theirs].join('\n'),
    'Look at it with riff log, then run the command again.',
  );
}
