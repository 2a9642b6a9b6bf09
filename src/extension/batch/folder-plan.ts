import { stat } from 'node:fs/promises';
import type { EventDraft } from '../../core/log/event.ts';
import { LogState } from '../../core/log/replay.ts';
import type { EventStore, LogHead } from '../../core/log/store.ts';
import type { SessionModel } from '../../core/session/model.ts';
import type { Severities } from '../../core/session/severities.ts';
import { FileSource } from '../../files/file-source.ts';
import { batchDrafts } from '../session/batch-drafts.ts';
import { isSession } from '../session/is-session.ts';
import { mayBeSession } from '../session/sniff.ts';
import type { SessionPlan } from './plan-text.ts';

/** What a folder's sessions are analysed with. */
export interface FolderPorts {
  /** Starts a reader of the file at this absolute path. */
  startModel(path: string): SessionModel;
  readonly severities: Severities;
  readonly store: EventStore;
  readonly operator: string;
}

/** The repairs of one session of a folder, ready for the log. */
export interface FolderPlan extends SessionPlan {
  readonly path: string;
  readonly sessionId: string;
  /** First the note that marks the place, then the repairs. */
  readonly drafts: readonly EventDraft[];
  /** Newest event when it was planned. */
  readonly head: LogHead;
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
    if (Object.keys(ports.severities).length > 0) await model.setSeverities(ports.severities);
    const summary = await model.summary();
    if (!isSession(summary)) return null;
    const { sessionId } = summary;
    const log = new LogState();
    log.addAll(await ports.store.events(sessionId));
    if (log.head.seq > 0) await model.applyRepairs(log.repairs());
    await model.searchElsewhere();
    const { repairs, effect } = await model.plan('high');
    if (repairs.length === 0) return null;
    const context = { sessionId, operator: ports.operator, transcript: await model.fingerprint(), reason: '' };
    const drafts = await batchDrafts(model, repairs, effect, log.overrides(), context);
    return { name, repairs, effect, path, sessionId, drafts, head: log.head, stamp };
  } finally {
    await model.dispose();
  }
}

/** How far the repairs of one session came. */
export interface FolderOutcome {
  /** Repairs in the log, the note not counted. */
  readonly done: number;
  /** Why the rest was not made; null when all were, or when it was cancelled. */
  readonly problem: string | null;
}

/**
 * Writes the planned repairs of one session to the log, one event each; ends at the first that is refused.
 * @param isCancelled asked between events
 */
export async function appendPlan(
  store: EventStore,
  plan: FolderPlan,
  isCancelled: () => boolean,
  onEvent: () => void,
): Promise<FolderOutcome> {
  if ((await stampOf(plan.path)) !== plan.stamp) return { done: 0, problem: 'The file has changed since it was planned.' };
  let { head } = plan;
  let appended = 0;
  const done = (): number => Math.max(0, appended - 1);
  for (const draft of plan.drafts) {
    if (isCancelled()) break;
    const outcome = await store.append(draft, head);
    if (outcome.kind === 'conflict') return { done: done(), problem: 'Somebody else wrote to its log meanwhile.' };
    head = { seq: outcome.event.seq, digest: outcome.event.event_digest };
    appended++;
    onEvent();
  }
  return { done: done(), problem: null };
}

/** Changes with the file. */
async function stampOf(path: string): Promise<string> {
  const { size, mtimeMs, ino } = await stat(path);
  return `${size} ${mtimeMs} ${ino}`;
}
