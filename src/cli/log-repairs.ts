import { appendRepairs } from '../operations/log/append-repairs.ts';
import { logInStore, WritableLog } from '../operations/log/writable-log.ts';
import type { SessionAnalysis } from '../core/session/session-analysis.ts';
import { refuseUnwritten, sayFlushed, sayWaiting } from './log-outcome.ts';
import type { CliPorts } from './ports.ts';
import { planRepair, type PlanChoice, type SessionPlan } from '../operations/session/plan-repair.ts';
import { share, type Terminal } from './terminal.ts';

/** A session to repair, as its file stands. */
export interface RepairJob {
  readonly session: SessionAnalysis;
  readonly sessionId: string;
  readonly operator: string;
  /** Null: each event says why by itself. */
  readonly reason: string | null;
  readonly terminal: Terminal;
  readonly ports: CliPorts;
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
export async function logRepairs(
  { session, sessionId, operator, reason, terminal, ports }: RepairJob,
  choice: PlanChoice,
): Promise<LoggedRepairs> {
  const log = await WritableLog.open(sessionId, logInStore(ports.store, sessionId), ports);
  sayFlushed(terminal, log.flushed);
  const plan = await planRepair(session, log.state, choice);
  const context = { sessionId, operator, transcript: await session.fingerprint() };
  const planned = { repairs: plan.additions, context, reason, simulated: { after_all: plan.resume.after }, checkpoint: null };
  const appended = await appendRepairs(log, session, planned, {
    onProgress: (done, total) => terminal.progress(`Logging … ${share(done, total, 'repair')}`),
  });
  refuseUnwritten(appended);
  await sayWaiting(terminal, ports, log);
  return {
    plan,
    events: appended.logged.map((event) => event.event_id),
    waiting: appended.waiting.map((event) => event.event_id),
  };
}
