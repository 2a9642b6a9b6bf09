import { repairDraft, type DraftContext } from '../core/log/drafts.ts';
import type { EventDraft, RepairEvent } from '../core/log/event.ts';
import type { EventStore, LogHead } from '../core/log/store.ts';
import type { SessionAnalysis } from '../core/session/session-analysis.ts';
import { CliFailure } from './failure.ts';
import type { SessionPlan } from './repair-plan.ts';
import { counted, shortId, visible } from './text.ts';

/** What the command line adds to a plan. */
export interface Acting {
  readonly sessionId: string;
  readonly operator: string;
  /** Null: each event says why by itself. */
  readonly reason: string | null;
}

/**
 * Logs a plan's new repairs, one event each, behind the head that the plan was made for.
 * @param onProgress told after each event
 * @throws CliFailure when somebody else was first: what was logged before stays, the rest is not logged
 */
export async function appendRepairs(
  store: EventStore,
  session: SessionAnalysis,
  plan: SessionPlan,
  head: LogHead,
  acting: Acting,
  onProgress: (done: number) => void,
): Promise<RepairEvent[]> {
  const transcript = await session.fingerprint();
  const events: RepairEvent[] = [];
  let expected = head;
  for (const { finding, suggestion } of plan.additions) {
    const reason = acting.reason ?? suggestion.reasons[0] ?? finding.message;
    const context: DraftContext = { sessionId: acting.sessionId, operator: acting.operator, transcript, reason };
    const inForce = finding.uuid === null ? undefined : plan.inForce.parents[finding.uuid];
    const seen = inForce === undefined ? finding.parentUuid : inForce;
    const draft = repairDraft(context, finding, suggestion, seen, { after_all: plan.resume.after });
    const event = await appended(store, draft, expected, events.length);
    expected = { seq: event.seq, digest: event.event_digest };
    events.push(event);
    onProgress(events.length);
  }
  return events;
}

/** Appends one event, or says who was first. @param before events of this command that are logged already */
export async function appended(store: EventStore, draft: EventDraft, expected: LogHead, before: number): Promise<RepairEvent> {
  const outcome = await store.append(draft, expected);
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
