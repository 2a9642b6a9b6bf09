import type { RecordRow } from '../../core/session/analysis-types.ts';
import type { SessionModel } from '../../core/session/model.ts';
import type { SessionEnd } from '../../core/session/trials/session-trials.ts';
import { refuseForeignFile } from './refusal.ts';
import { allLoadedRows } from './loaded-rows.ts';

/** Where a session can go on from. */
export interface SessionEnds {
  readonly sessionId: string;
  /** Messages that there are to load. */
  readonly total: number;
  /** The newest first. */
  readonly ends: readonly SessionEnd[];
  /** Messages that the client can be told to go back to (`--resume-session-at`), in their order: all that a resume loads. */
  readonly points: readonly RecordRow[];
}

/**
 * The ends of a session's branches, the places where they branch off, and the messages that a resume can go back to. Changes nothing.
 * @throws SessionRefused for a file that is no session
 */
export async function listEnds(session: Pick<SessionModel, 'judgement' | 'trials' | 'records'>): Promise<SessionEnds> {
  await refuseForeignFile(session);
  const [{ sessionId, resume }, ends, points] = await Promise.all([
    session.judgement.summary(),
    session.trials.ends(),
    allLoadedRows(session.records),
  ]);
  return { sessionId, total: resume.total, ends, points };
}
