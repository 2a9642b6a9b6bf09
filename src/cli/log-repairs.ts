import { counted } from '../core/count-text.ts';
import { flushOutbox, isOutOfReach, type FlushReport, type Outbox, type QueuedRepair } from '../core/log/append/outbox.ts';
import type { EventStore, StoreError } from '../core/log/store.ts';
import { withWaiting } from '../core/log/append/waiting-log.ts';
import { NO_REPAIRS } from '../core/repair/repairs.ts';
import type { SessionAnalysis } from '../core/session/session-analysis.ts';
import { sha256 } from '../files/sha256.ts';
import { ENGINE_VERSION } from '../files/version.ts';
import { appendRepairs, repairsToLog, type Acting } from './append-repairs.ts';
import { planRepair, type PlanChoice, type SessionPlan } from '../operations/session/plan-repair.ts';
import { outboxOfUser, readLog, withStore, type SessionLog } from './store-access.ts';
import { share, type Terminal } from './terminal.ts';
import { shortId, visible } from './text.ts';

/** A session to repair, as its file stands. */
export interface RepairJob extends Acting {
  readonly session: SessionAnalysis;
  readonly terminal: Terminal;
}

/** What was planned, and where it went. */
export interface LoggedRepairs {
  readonly plan: SessionPlan;
  /** event_ids in the log. */
  readonly events: readonly string[];
  /** event_ids in the outbox. */
  readonly waiting: readonly string[];
}

/**
 * Plans the repair of a session and logs it, behind what waited for the log before. Where the store is out of reach, the repairs
 * wait on disk.
 * @throws CliFailure, StoreError
 */
export async function logRepairs(job: RepairJob, choice: PlanChoice): Promise<LoggedRepairs> {
  const outbox = outboxOfUser();
  try {
    return await withStore((store) => throughStore(store, outbox, job, choice));
  } catch (error) {
    if (!isOutOfReach(error)) throw error;
    // What was planned with the log in sight is planned anew without.
    await job.session.applyRepairs(NO_REPAIRS);
    const plan = await planRepair(job.session, (await logInSight(outbox, job.sessionId)).state, choice);
    const repairs = await repairsToLog(job.session, plan, null, job);
    return { plan, events: [], waiting: await keep(outbox, job, repairs, error) };
  }
}

async function throughStore(store: EventStore, outbox: Outbox, job: RepairJob, choice: PlanChoice): Promise<LoggedRepairs> {
  sayFlushed(job.terminal, await flushOutbox(outbox, store, job.sessionId));
  const log = await readLog(store, job.sessionId);
  const plan = await planRepair(job.session, log.state, choice);
  const repairs = await repairsToLog(job.session, plan, log.state.head, job);
  const { events, rest, failure } = await appendRepairs(store, repairs, log.state.head, (done) => {
    job.terminal.progress(`Logging … ${share(done, repairs.length, 'repair')}`);
  });
  const waiting = failure === null ? [] : await keep(outbox, job, rest, failure);
  return { plan, events: events.map((event) => event.event_id), waiting };
}

/** Puts repairs into the outbox and says so. @returns their event_ids */
export async function keep(
  outbox: Outbox,
  job: Pick<RepairJob, 'sessionId' | 'terminal'>,
  repairs: readonly QueuedRepair[],
  failure: StoreError,
): Promise<string[]> {
  await outbox.add(job.sessionId, repairs);
  job.terminal.say(`riff: ${failure.message}`);
  const all = (await outbox.waiting(job.sessionId)).length;
  job.terminal.say(
    all === 0
      ? 'Nothing waits for the log. What is in the log already is not counted.'
      : `${counted(all, 'repair')} of this session ${all === 1 ? 'waits' : 'wait'} on disk for the log; riff outbox shows them, and riff outbox flush, or the next riff repair, appends them.`,
  );
  return repairs.map((repair) => repair.event_id);
}

/** What waits, as if it were in the log: it is not planned twice. */
export async function logInSight(outbox: Outbox, sessionId: string): Promise<SessionLog> {
  return withWaiting([], await outbox.waiting(sessionId), { sha256, engineVersion: ENGINE_VERSION });
}

/** Says what became of repairs that waited. */
export function sayFlushed(terminal: Terminal, { appended, conflicts }: FlushReport): void {
  if (appended.length > 0)
    terminal.say(`${counted(appended.length, 'repair')} that had waited ${appended.length === 1 ? 'is' : 'are'} in the log now.`);
  for (const { event_id: id, draft, conflict } of conflicts) {
    terminal.say(`A repair of ${shortId(draft.message_id ?? '')} still waits (${id}): somebody else was there first.`);
    for (const event of conflict ?? [])
      terminal.say(`  ${event.seq}  ${visible(event.operator)}  ${event.event_type}  ${visible(event.reason)}`);
  }
}
