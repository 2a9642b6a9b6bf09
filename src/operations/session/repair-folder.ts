import { isOutOfReach } from '../../core/log/append/outbox.ts';
import type { LogHead, StoreError } from '../../core/log/store.ts';
import type { RepairPlan } from '../../core/session/analysis-types.ts';
import type { SessionJudgement } from '../../core/session/judgement/session-judgement.ts';
import type { SessionUpdates } from '../../core/session/updates/session-updates.ts';
import type { SessionRecords } from '../../core/session/records/session-records.ts';
import type { SessionSync } from '../../core/session/sync/session-sync.ts';
import type { Severities } from '../../core/judge/severities.ts';
import { appendPlan } from '../log/append-plan.ts';
import { SessionLog } from '../log-access/session-log.ts';
import { logInSight, WritableLog, type Appended } from '../log-access/writable-log.ts';
import type { Run } from '../operation.ts';
import type { LogPorts } from '../ports.ts';
import { planSafeRepairs, type SafelyRepairedSession } from './plan-safe-repairs.ts';

/** Files below a folder. All paths are absolute. */
export interface FolderFiles {
  /** Files that are named as sessions are, by path; what cannot be read is told. */
  sessionsBelow(folder: string, onUnreadable: (folder: string, error: unknown) => void): Promise<string[]>;
  /** What people call a file below this folder. */
  nameBelow(folder: string, path: string): string;
  /** Whether a file may be a session, by a look at its beginning and its end: other files must cost nothing. */
  mayBeSession(path: string): Promise<boolean>;
  /** Changes with the file. */
  stampOf(path: string): Promise<string>;
}

/** A session of a folder as its plan asks for it. */
export interface FolderSession extends SafelyRepairedSession {
  readonly judgement: Pick<SessionJudgement, 'summary' | 'searchElsewhere'>;
  readonly updates: Pick<SessionUpdates, 'setSeverities' | 'applyRepairs'>;
  readonly records: Pick<SessionRecords, 'detail'>;
  readonly sync: Pick<SessionSync, 'fingerprint'>;
  dispose(): Promise<void>;
}

export interface FolderPorts extends Pick<LogPorts, 'waiting' | 'identity'> {
  readonly store: Pick<LogPorts['store'], 'open'>;
  readonly heads: Pick<LogPorts['heads'], 'kept'>;
  readonly files: FolderFiles;
  /** Starts a reader of a file. */
  startSession(path: string): FolderSession;
  readonly severities: Severities;
  /** Told of each session that failed, for the output. */
  onFailure(error: unknown): void;
}

/** A session that was passed over, and why. */
export interface PassedOver {
  readonly name: string;
  readonly problem: string;
}

/** The safe repairs of one session of a folder, and the state that they were planned on. */
export interface FolderPlan extends RepairPlan {
  readonly path: string;
  readonly name: string;
  readonly sessionId: string;
  /** The log as it was read; null where it could not be. */
  readonly log: SessionLog | null;
  /** The newest event in it. */
  readonly head: LogHead | null;
  /** The file as it was. */
  readonly stamp: string;
  /** What the log says of the file and of records, read while the session was open. */
  readonly facts: PlanFacts;
}

/** What events need of a session whose reader has ended. */
type PlanFacts = Parameters<typeof appendPlan>[1];

/** What a folder's repair would do. */
export interface FolderPlans {
  readonly plans: readonly FolderPlan[];
  readonly passedOver: readonly PassedOver[];
  /** Files that were looked at. */
  readonly sessions: number;
  /** Why repairs will wait; null while the store answers. */
  readonly outOfReach: StoreError | null;
}

/** What became of a folder's repair. */
export interface FolderOutcome {
  /** Repairs in the log or waiting for it. */
  readonly done: number;
  /** Those of them that wait for the store. */
  readonly waiting: number;
  /** Sessions with a repair that was made. */
  readonly sessions: number;
  readonly passedOver: readonly PassedOver[];
}

/** How the repair of a folder is followed. Progress is counted in repairs. */
export interface FolderRun extends Run {
  /** The repairs of this session are next. */
  readonly onSession?: (plan: FolderPlan) => void;
}

const SOMEBODY_ELSE = 'Somebody else wrote to its log meanwhile.';

/** Whether the store answers: one timeout is enough for all sessions. */
interface Reach {
  outOfReach: StoreError | null;
}

/**
 * Plans the safe repairs of all sessions below a folder, one after the other, with what their logs have in force. Changes nothing.
 * @param run told how many sessions were planned before each of them
 * @returns null when it was cancelled
 * @throws StoreError where waiting for the store would not help
 */
export async function planFolder(folder: string, ports: FolderPorts, run: Run = {}): Promise<FolderPlans | null> {
  const reach: Reach = { outOfReach: null };
  await inReach(reach, () => ports.store.open());
  const passedOver: PassedOver[] = [];
  const paths = await ports.files.sessionsBelow(folder, (path, error) => {
    passedOver.push({ name: path.split(/[/\\]/).at(-1) ?? path, problem: messageOf(error) });
  });
  const plans: FolderPlan[] = [];
  for (const [i, path] of paths.entries()) {
    if (run.signal?.aborted === true) return null;
    run.onProgress?.(i, paths.length);
    const name = ports.files.nameBelow(folder, path);
    try {
      const plan = await planSession(path, name, reach, ports);
      if (plan === null) continue;
      // They would share one log.
      const twin = plans.find(({ sessionId }) => sessionId === plan.sessionId);
      if (twin === undefined) plans.push(plan);
      else passedOver.push({ name, problem: `${shortSessionName(twin.name)} has the same session id` });
    } catch (error) {
      ports.onFailure(error);
      passedOver.push({ name, problem: messageOf(error) });
    }
  }
  return run.signal?.aborted === true ? null : { plans, passedOver, sessions: paths.length, outOfReach: reach.outOfReach };
}

/** @returns null when it is no session, or nothing of it can be repaired safely */
async function planSession(path: string, name: string, reach: Reach, ports: FolderPorts): Promise<FolderPlan | null> {
  if (!(await ports.files.mayBeSession(path))) return null;
  const stamp = await ports.files.stampOf(path);
  const session = ports.startSession(path);
  try {
    if (Object.keys(ports.severities).length > 0) await session.updates.setSeverities(ports.severities);
    const { sessionId, rows, messages } = await session.judgement.summary();
    if (rows === 0 && messages === 0) return null;
    const log = await storedLog(sessionId, reach, ports);
    const { state, events } = await logInSight(sessionId, log, ports);
    if (events.length > 0) await session.updates.applyRepairs(state.repairs());
    const { repairs, effect } = await planSafeRepairs(session);
    if (repairs.length === 0) return null;
    return { repairs, effect, path, name, sessionId, log, head: log?.state.head ?? null, stamp, facts: await factsOf(session, repairs) };
  } finally {
    await session.dispose();
  }
}

async function factsOf(session: FolderSession, repairs: RepairPlan['repairs']): Promise<PlanFacts> {
  const transcript = await session.sync.fingerprint();
  const parents = new Map<string, { readonly parentUuid: string | null } | null>();
  for (const { finding } of repairs) {
    if (finding.uuid !== null) parents.set(finding.uuid, await session.records.detail(finding.uuid));
  }
  return {
    sync: { fingerprint: () => Promise.resolve(transcript) },
    records: { detail: (uuid) => Promise.resolve(parents.get(uuid) ?? null) },
  };
}

/**
 * Null while the store is out of reach. Rejects for a session that was repaired before: what is in force would be planned once more.
 */
async function storedLog(sessionId: string, reach: Reach, { store, heads }: FolderPorts): Promise<SessionLog | null> {
  const log = await inReach(reach, async () => SessionLog.read(await store.open(), sessionId));
  if (log !== null || (await heads.kept(sessionId)) === null) return log;
  throw new Error('it has repairs that cannot be read now; try again when the store is back');
}

/** Null, at once from then on, when the store is out of reach. */
async function inReach<T>(reach: Reach, ask: () => Promise<T>): Promise<T | null> {
  if (reach.outOfReach !== null) return null;
  try {
    return await ask();
  } catch (error) {
    if (!isOutOfReach(error)) throw error;
    reach.outOfReach = error;
    return null;
  }
}

/**
 * Writes the planned repairs of a folder's sessions to their logs, one event each, behind a checkpoint; ends a session at the first
 * that is refused. While the store is out of reach they wait for it. Files are only read.
 * @param operator `user:NAME` …
 */
export async function repairFolder(
  { plans, outOfReach }: Pick<FolderPlans, 'plans' | 'outOfReach'>,
  operator: string,
  ports: FolderPorts,
  run: FolderRun = {},
): Promise<FolderOutcome> {
  const reach: Reach = { outOfReach };
  const total = plans.reduce((sum, { repairs }) => sum + repairs.length, 0);
  const passedOver: PassedOver[] = [];
  const made = { done: 0, waiting: 0, sessions: 0 };
  for (const plan of plans) {
    if (run.signal?.aborted === true) break;
    run.onSession?.(plan);
    const before = made.done;
    const following = { ...run, onProgress: (done: number) => run.onProgress?.(before + done, total) };
    try {
      const outcome = await repairOne(plan, operator, reach, ports, following);
      made.done += outcome.done;
      made.waiting += outcome.waiting;
      if (outcome.done > 0) made.sessions += 1;
      if (outcome.problem !== null) passedOver.push({ name: plan.name, problem: outcome.problem });
    } catch (error) {
      ports.onFailure(error);
      passedOver.push({ name: plan.name, problem: messageOf(error) });
    }
  }
  return { ...made, passedOver };
}

interface SessionOutcome {
  readonly done: number;
  readonly waiting: number;
  readonly problem: string | null;
}

async function repairOne(plan: FolderPlan, operator: string, reach: Reach, ports: FolderPorts, run: Run): Promise<SessionOutcome> {
  if ((await ports.files.stampOf(plan.path)) !== plan.stamp)
    return { done: 0, waiting: 0, problem: 'The file has changed since it was planned.' };
  if (plan.log !== null && plan.log.state.head.digest !== plan.head?.digest) return { done: 0, waiting: 0, problem: SOMEBODY_ELSE };
  const log = await logOfPlan(plan, reach, ports);
  const appended = await appendPlan(log, plan.facts, { repairs: plan.repairs, effect: plan.effect, operator }, run);
  reach.outOfReach = log.outOfReach;
  if (appended.stopped?.kind === 'failed') ports.onFailure(appended.stopped.error);
  // The checkpoint is the first event.
  const [logged, waiting] = [appended.logged.length, appended.waiting.length];
  return {
    done: Math.max(0, logged + waiting - 1),
    waiting: logged === 0 ? Math.max(0, waiting - 1) : waiting,
    problem: problemOf(appended),
  };
}

/** The log as it was planned on: what others wrote to it since is a conflict. */
function logOfPlan({ sessionId, log }: FolderPlan, { outOfReach }: Reach, { waiting, identity }: FolderPorts): Promise<WritableLog> {
  const source = {
    read: async (): Promise<SessionLog> => {
      if (outOfReach !== null) throw outOfReach;
      if (log === null) throw new RangeError('a log that was not read is out of reach');
      return Promise.resolve(log);
    },
    lastRead: log,
  };
  // What waits was planned with, and is not to be sent before: it would be taken for a change by somebody else.
  const nothing = { appended: [], conflicts: [] };
  const held = {
    flush: () => Promise.resolve(nothing),
    shown: (id: string) => waiting.shown(id),
    add: (...added: Parameters<typeof waiting.add>) => waiting.add(...added),
  };
  return WritableLog.open(sessionId, source, { waiting: held, identity });
}

function problemOf({ stopped }: Appended): string | null {
  if (stopped === null) return null;
  return stopped.kind === 'conflict' ? SOMEBODY_ELSE : stopped.error.message;
}

/** Of a path that ends in a session's id, the folder and the beginning of the id. */
export function shortSessionName(name: string): string {
  return name.replace(/([0-9a-f]{8})-[0-9a-f-]{27}\.jsonl$/i, '$1…');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
