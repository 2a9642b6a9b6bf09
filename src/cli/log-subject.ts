import { access } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { isSessionId } from '../core/session/session-id.ts';
import { clientDirectory, sessionsById } from '../files/client-directory.ts';
import { openSession } from './open-session.ts';
import type { CliPorts } from './ports.ts';
import { oneTranscript } from './transcripts.ts';

/** A session whose log is wanted. */
export interface LogSubject {
  readonly sessionId: string;
  /** Its file, absolute; null when that is gone, or is in more than one project. */
  readonly path: string | null;
}

/**
 * The session an argument means. The log outlives the file: a whole session id is enough.
 * @param argument path, session id, or the beginning of one
 * @throws CliFailure
 */
export async function logSubject(argument: string, cwd: string, ports: Pick<CliPorts, 'heads' | 'passedOver'>): Promise<LogSubject> {
  if (isSessionId(argument) && !(await exists(resolve(cwd, argument)))) {
    const [only, ...others] = await sessionsById(clientDirectory(), argument);
    return { sessionId: argument, path: others.length > 0 ? null : (only ?? null) };
  }
  const logged = (await exists(resolve(cwd, argument))) ? null : await loggedSession(argument, ports);
  if (logged !== null) return logged;
  const path = await oneTranscript(argument, cwd, ports);
  const stem = basename(path, '.jsonl');
  if (isSessionId(stem)) return { sessionId: stem, path };
  return { sessionId: (await (await openSession(path, ports)).judgement.summary()).sessionId, path };
}

/** A log of which this machine keeps the head, where no client's file has that name: an imported one, for example. */
async function loggedSession(argument: string, ports: Pick<CliPorts, 'heads'>): Promise<LogSubject | null> {
  if (argument.length < 4 || (await sessionsById(clientDirectory(), argument)).length > 0) return null;
  const ids = await ports.heads.sessionIds();
  const matches = ids.includes(argument) ? [argument] : ids.filter((id) => id.startsWith(argument));
  const [only, ...others] = matches;
  return only === undefined || others.length > 0 ? null : { sessionId: only, path: null };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
