import { counted } from '../../core/count-text.ts';
import type { Finding } from '../../core/findings/finding.ts';
import type { FlushReport } from '../../core/log/append/outbox.ts';
import { replay } from '../../core/log/replay.ts';
import { StoreError } from '../../core/log/store.ts';
import { NO_REPAIRS } from '../../core/graph/repairs.ts';
import { appendRepairs } from '../log/append-repairs.ts';
import { SessionLog } from '../log-access/session-log.ts';
import { logInStore, WritableLog, type Appended } from '../log-access/writable-log.ts';
import { failureOf, type Run } from '../operation.ts';
import type { LogPorts } from '../ports.ts';
import type { RepairedFiles } from './files.ts';
import { planRepair, type PlanChoice, type PlannedSession, type SessionPlan } from './plan-repair.ts';
import { previewRepair, type PreviewedSession, type RepairPreview } from './preview-repair.ts';
import { refuseForeignFile } from './refusal.ts';
import {
  writeRepairedFile,
  writeTarget,
  type CopiedSession,
  type WriteTarget,
  type WriteWish,
  type Written,
} from './write-repaired-file.ts';

export interface RepairInput {
  /** Absolute path of the session's file. */
  readonly path: string;
  readonly choice: PlanChoice;
  /** Null: the log alone is written. */
  readonly write: WriteWish | null;
  /** Write a file also when a resume of it loads less than one of the session. */
  readonly acceptLoss: boolean;
  /** `user:NAME` … */
  readonly operator: string;
  /** Null: each event gives the reason of its suggestion. */
  readonly reason: string | null;
}

/** A session as its repair asks for it. */
export type RepairedSession = PlannedSession & PreviewedSession & CopiedSession;

export interface RepairPorts extends Pick<LogPorts, 'store' | 'waiting' | 'identity'> {
  /** Reads a session as its file stands. Rejects with SessionRefused `unreadable`. */
  open(path: string): Promise<RepairedSession>;
  readonly files: RepairedFiles;
}

/** How a repair is followed. Progress is counted in repairs that are logged. */
export interface RepairRun extends Run {
  /** Repairs that had waited were sent before. */
  readonly onFlushed?: (flushed: FlushReport) => void;
  /** The store is out of reach: this run's repairs wait for it. */
  readonly onWaiting?: (log: Pick<WritableLog, 'sessionId' | 'outOfReach'>) => Promise<void>;
}

/** What a repair would do. */
export interface RepairRehearsal {
  readonly sessionId: string;
  readonly plan: SessionPlan;
  /** Null where it was not asked for. */
  readonly preview: RepairPreview | null;
  readonly target: WriteTarget | null;
  /** Why the log could not be read, so that repairs in force are not counted; null: it was read. */
  readonly unreadLog: StoreError | null;
}

/** What a repair did. */
export interface RepairOutcome {
  readonly sessionId: string;
  readonly plan: SessionPlan;
  readonly target: WriteTarget | null;
  /** Where somebody else stood in the way, no file was written. */
  readonly appended: Appended;
  readonly written: Written | null;
  /** Findings of what was written, else of the session with its repairs. */
  readonly remaining: readonly Finding[];
}

/** A failure in the middle of a repair, with what was done before it. Its code is that of the cause. */
export class RepairUnfinished extends Error {
  readonly code: string;
  readonly remedy: string | null;

  constructor(cause: { readonly code: string; readonly message: string; readonly remedy: string | null }, done: string) {
    super(`${sentence(cause.message)} ${done}`, { cause });
    this.name = 'RepairUnfinished';
    this.code = cause.code;
    this.remedy = cause.remedy;
  }
}

const NOTHING_APPENDED: Appended = { logged: [], waiting: [], stopped: null };

/**
 * Plans the repair of a session with what its log says, where that can be read, and does nothing.
 * @param withPreview whether to compare message by message
 * @throws SessionRefused; CopyError `session-open`; LogError `damaged`
 */
export async function rehearseRepair(
  { path, choice, write }: Pick<RepairInput, 'path' | 'choice' | 'write'>,
  withPreview: boolean,
  ports: RepairPorts,
): Promise<RepairRehearsal> {
  const { session, sessionId, target } = await opened(path, write, ports);
  let log = replay([]);
  let unreadLog: StoreError | null = null;
  try {
    if (ports.store.mayHoldLogs()) log = (await SessionLog.read(await ports.store.open(), sessionId)).state;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    unreadLog = error;
  }
  if (!withPreview) return { sessionId, plan: await planRepair(session, log, choice), preview: null, target, unreadLog };
  return { sessionId, ...(await previewRepair(session, log, choice)), target, unreadLog };
}

/**
 * Repairs a session: logs each repair as an event that can be taken back, then writes a repaired file where one is wanted. Nothing is
 * written that could not be logged; what waits for the store counts as logged.
 * @throws SessionRefused; CopyError `session-open`; LogError `damaged`; RepairUnfinished when store or file failed on the way
 */
export async function repairSession(input: RepairInput, ports: RepairPorts, run: RepairRun = {}): Promise<RepairOutcome> {
  const job = await opened(input.path, input.write, ports);
  if (!ports.store.mayHoldLogs()) {
    const plan = await planRepair(job.session, replay([]), input.choice);
    // Nothing to log and nothing logged ever: no store need be made for that.
    if (plan.additions.length === 0) return finished(input, job, plan, NOTHING_APPENDED, ports);
    await job.session.updates.applyRepairs(NO_REPAIRS);
  }
  const { plan, appended } = await logged(input, job, ports, run).catch((error: unknown) => {
    throw error instanceof StoreError ? nothingWritten(error, job.target) : error;
  });
  if (appended.stopped?.kind === 'failed') throw nothingWritten(appended.stopped.error, job.target);
  return finished(input, job, plan, appended, ports);
}

interface Job {
  readonly session: RepairedSession;
  readonly sessionId: string;
  readonly target: WriteTarget | null;
}

/** The session, and where it will be written: all that is refused is refused before anything is logged. */
async function opened(path: string, write: WriteWish | null, ports: RepairPorts): Promise<Job> {
  const session = await ports.open(path);
  await refuseForeignFile(session);
  const { sessionId } = await session.judgement.summary();
  return { session, sessionId, target: write === null ? null : await writeTarget(path, write, session, ports.files) };
}

async function logged(
  { choice, operator, reason }: RepairInput,
  { session, sessionId }: Job,
  ports: RepairPorts,
  run: RepairRun,
): Promise<{ readonly plan: SessionPlan; readonly appended: Appended }> {
  const log = await WritableLog.open(sessionId, logInStore(ports.store, sessionId), ports);
  run.onFlushed?.(log.flushed);
  const plan = await planRepair(session, log.state, choice);
  const context = { sessionId, operator, transcript: await session.sync.fingerprint() };
  const simulated = { after_all: plan.resume.after };
  const appended = await appendRepairs(
    log,
    session.records,
    { repairs: plan.additions, context, reason, simulated, checkpoint: null },
    run,
  );
  if (appended.stopped === null && log.outOfReach !== null) await run.onWaiting?.(log);
  return { plan, appended };
}

async function finished(
  { path, acceptLoss }: Pick<RepairInput, 'path' | 'acceptLoss'>,
  { session, sessionId, target }: Job,
  plan: SessionPlan,
  appended: Appended,
  ports: RepairPorts,
): Promise<RepairOutcome> {
  const outcome = { sessionId, plan, target, appended };
  if (target === null || appended.stopped !== null) return { ...outcome, written: null, remaining: plan.remaining };
  const written = await writeRepairedFile(path, session, target, ports.files, acceptLoss).catch((error: unknown) => {
    throw withLogged(error, appended.logged.length);
  });
  // What was written is judged by reading it again.
  const remaining = written === null ? plan.remaining : await (await ports.open(written.path)).judgement.findings();
  return { ...outcome, written, remaining };
}

/** The log is written before the file: what it has stays true when the file fails. */
function withLogged(error: unknown, events: number): unknown {
  const failure = failureOf(error);
  if (failure === null || events === 0) return error;
  const done = `No file was written; ${counted(events, 'repair')} of this run ${events === 1 ? 'is' : 'are'} in the log.`;
  return new RepairUnfinished(failure, done);
}

function nothingWritten(error: StoreError, target: WriteTarget | null): RepairUnfinished {
  const file = target === null ? 'The session is as it was' : 'No file was written, and the session is as it was';
  return new RepairUnfinished(error, `${file}; nothing is lost.`);
}

/** Messages of the operating system end without a full stop. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
