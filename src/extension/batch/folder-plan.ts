import { stat } from 'node:fs/promises';
import { v7 as uuidv7 } from 'uuid';
import type { EventDraft } from '../../core/log/event.ts';
import type { HeadKeeper } from '../../core/log/verify/heads.ts';
import { isOutOfReach, type QueuedRepair } from '../../core/log/append/outbox.ts';
import { replay } from '../../core/log/replay.ts';
import type { EventStore, LogHead } from '../../core/log/store.ts';
import type { SessionModel } from '../../core/session/model.ts';
import type { Severities } from '../../core/session/severities.ts';
import { FileSource } from '../../files/file-source.ts';
import { sha256 } from '../../files/sha256.ts';
import { ENGINE_VERSION } from '../../files/version.ts';
import { logInSight } from '../../operations/log/writable-log.ts';
import type { WaitingRepairs } from '../outbox/waiting-repairs.ts';
import { batchDrafts } from '../../operations/session/repair-drafts.ts';
import { isSession } from '../session/is-session.ts';
import { mayBeSession } from '../session/sniff.ts';
import type { SessionPlan } from './plan-text.ts';

/** Where the repairs of a folder go: the store, and while it is out of reach the outbox. */
export interface FolderLog {
  /** Null from when on it is known to be out of reach: one timeout is enough for all sessions. */
  store: EventStore | null;
  readonly waiting: Pick<WaitingRepairs, 'shown' | 'add'>;
  readonly heads: Pick<HeadKeeper, 'kept'>;
}

/** What a folder's sessions are analysed with. */
export interface FolderPorts {
  /** Starts a reader of the file at this absolute path. */
  startModel(path: string): SessionModel;
  readonly severities: Severities;
  readonly log: FolderLog;
  readonly operator: string;
}

/** The repairs of one session of a folder, ready for the log. */
export interface FolderPlan extends SessionPlan {
  readonly path: string;
  readonly sessionId: string;
  /** First the note that marks the place, then the repairs. */
  readonly drafts: readonly EventDraft[];
  /** Newest event of the store when it was planned; null where it could not be read. */
  readonly head: LogHead | null;
  /** The file as it was when it was planned. */
  readonly stamp: string;
}

/**
 * Plans the safe repairs of one session, with what its log has in force.
 * @param path absolute
 * @param name what to call it
 * @returns null when it is no session, or nothing of it can be repaired safely; rejects when it cannot be read
 */
export async function planSession(path: string, name: string, ports: FolderPorts): Promise<FolderPlan | null> {
  if (!(await mayBeSession(new FileSource(path)))) return null;
  const stamp = await stampOf(path);
  const model = ports.startModel(path);
  try {
    if (Object.keys(ports.severities).length > 0) await model.updates.setSeverities(ports.severities);
    const summary = await model.judgement.summary();
    if (!isSession(summary)) return null;
    const { sessionId } = summary;
    const stored = await storedLog(ports.log, sessionId);
    const { state, events } = await logInSight(sessionId, stored, {
      waiting: ports.log.waiting,
      identity: { sha256, engineVersion: ENGINE_VERSION },
    });
    if (events.length > 0) await model.updates.applyRepairs(state.repairs());
    await model.judgement.searchElsewhere();
    const { repairs, effect } = await model.trials.plan('high');
    if (repairs.length === 0) return null;
    const context = { sessionId, operator: ports.operator, transcript: await model.sync.fingerprint(), reason: '' };
    const drafts = await batchDrafts(model.records, repairs, effect, state.overrides(), context);
    return { name, repairs, effect, path, sessionId, drafts, head: stored?.state.head ?? null, stamp };
  } finally {
    await model.dispose();
  }
}

/** How far the repairs of one session came. */
export interface FolderOutcome {
  /** Repairs in the log or waiting for it, the note not counted. */
  readonly done: number;
  /** Those of them that wait for the store. */
  readonly waiting: number;
  /** Why the rest was not made; null when all were, or when it was cancelled. */
  readonly problem: string | null;
}

/**
 * Writes the planned repairs of one session to the log, one event each; ends at the first that is refused. While the store is out of
 * reach they wait for it on disk.
 * @param isCancelled asked between events
 */
export async function appendPlan(
  log: FolderLog,
  plan: FolderPlan,
  isCancelled: () => boolean,
  onEvent: () => void,
): Promise<FolderOutcome> {
  if ((await stampOf(plan.path)) !== plan.stamp) return { done: 0, waiting: 0, problem: 'The file has changed since it was planned.' };
  let { head } = plan;
  const done = { log: 0, outbox: 0 };
  // The note is the first.
  const outcome = (problem: string | null): FolderOutcome => ({
    done: Math.max(0, done.log + done.outbox - 1),
    waiting: done.log === 0 ? Math.max(0, done.outbox - 1) : done.outbox,
    problem,
  });
  for (const draft of plan.drafts) {
    if (isCancelled()) break;
    const repair: QueuedRepair = { event_id: uuidv7(), queued_at: new Date().toISOString(), draft, expected: head };
    const appended = await append(log, repair);
    if (appended === 'conflict') return outcome('Somebody else wrote to its log meanwhile.');
    head = appended ?? head;
    done[appended === null ? 'outbox' : 'log']++;
    onEvent();
  }
  return outcome(null);
}

/** @returns the new head, or null where the repair waits for the store */
async function append(log: FolderLog, repair: QueuedRepair): Promise<LogHead | 'conflict' | null> {
  if (log.store !== null && repair.expected !== null) {
    try {
      const outcome = await log.store.append(repair.draft, repair.expected, repair.event_id);
      return outcome.kind === 'conflict' ? outcome.kind : { seq: outcome.event.seq, digest: outcome.event.event_digest };
    } catch (error) {
      // It may have arrived all the same: its id tells when it is sent again.
      if (!isOutOfReach(error)) throw error;
      log.store = null;
    }
  }
  await log.waiting.add(repair.draft.session_id, [repair]);
  return null;
}

/**
 * Null while the store is out of reach. Rejects for a session that was repaired before: what is in force would be planned once more.
 */
async function storedLog(log: FolderLog, sessionId: string): Promise<Parameters<typeof logInSight>[1]> {
  if (log.store !== null) {
    try {
      const events = await log.store.events(sessionId);
      return { events, state: replay(events) };
    } catch (error) {
      if (!isOutOfReach(error)) throw error;
      log.store = null;
    }
  }
  if ((await log.heads.kept(sessionId)) === null) return null;
  throw new Error('it has repairs that cannot be read now; try again when the store is back');
}

/** Changes with the file. */
async function stampOf(path: string): Promise<string> {
  const { size, mtimeMs, ino } = await stat(path);
  return `${size} ${mtimeMs} ${ino}`;
}
