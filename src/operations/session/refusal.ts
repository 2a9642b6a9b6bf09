import type { SessionModel } from '../../core/session/model.ts';
import type { SessionPaths } from './files.ts';

/** Why an operation on a session was not begun. Nothing was logged or written. */
export type SessionRefusalCode =
  /** The file cannot be read at all. */
  | 'unreadable'
  /** The file holds no session. */
  | 'not-a-session'
  /** A subagent's file, which is part of its session. */
  | 'agent-file'
  /** The folder that is to be written to is not there. */
  | 'no-folder'
  /** There is a file of that name, and nothing is overwritten. */
  | 'exists'
  /** The session cannot go on from the message that was named. */
  | 'no-end'
  /** A resume of the copy would load less than one of the session. */
  | 'loses'
  /** The session is no longer what the user decided upon. */
  | 'changed';

/** An operation on a session that was refused, with what the user can do. */
export class SessionRefused extends Error {
  readonly code: SessionRefusalCode;
  /** What to do now; null where there is nothing to say. */
  readonly remedy: string | null;

  constructor(code: SessionRefusalCode, message: string, remedy: string | null = null, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'SessionRefused';
    this.code = code;
    this.remedy = remedy;
  }
}

/**
 * Refuses to work on a file that is no session: it would be written, synced or drawn as if its lines were records.
 * @throws SessionRefused `not-a-session`
 */
export async function refuseForeignFile(session: Pick<SessionModel, 'judgement'>): Promise<void> {
  const notASession = (await session.judgement.findings()).find(({ code }) => code === 'not-a-session');
  if (notASession === undefined) return;
  const { path } = await session.judgement.summary();
  throw new SessionRefused('not-a-session', `${path}: ${notASession.message}`);
}

/**
 * Refuses to write a copy of a subagent's file, of one that is no session, and of one without a message: no copy would load anything.
 * @param path of the session's file
 * @throws SessionRefused `agent-file`, `not-a-session`
 */
export async function refuseCopy(
  path: string,
  session: Pick<SessionModel, 'judgement'>,
  files: Pick<SessionPaths, 'isAgentFile'>,
): Promise<void> {
  if (files.isAgentFile(path)) {
    throw new SessionRefused(
      'agent-file',
      'This is the file of a subagent: no client resumes it by itself.',
      'Write a copy of the session it belongs to.',
    );
  }
  await refuseForeignFile(session);
  const stub = (await session.judgement.findings()).find(({ code }) => code === 'session-stub');
  if (stub !== undefined) throw new SessionRefused('not-a-session', `${path}: ${stub.message}`);
}
