import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { clientDirectory, sessionsById } from '../files/client-directory.ts';
import { UnreadableFile, whyUnreadable } from '../files/regular-file.ts';
import { sessionsBelow } from '../files/session-files.ts';
import { CliFailure } from './failure.ts';
import type { PassedOver } from './passed-over.ts';
import { visible } from './text.ts';

/** What may be a session id or its beginning. */
const ID_PREFIX = /^[0-9a-f][0-9a-f-]{3,35}$/i;

/**
 * Transcripts that an argument names: a file, all sessions below a directory, or the session whose id begins so. Agent files
 * belong to their session and are not listed by themselves; named by itself one is taken.
 * @param argument path, or at least four characters of a session id
 * @param ports told of what is named like a session and is no file
 * @param onUnreadable told of folders that are passed over
 * @returns absolute paths, sorted; empty for a directory without sessions
 * @throws CliFailure when there is nothing of that name, or an id that more than one session begins with
 */
export async function transcriptsOf(
  argument: string,
  cwd: string,
  { passedOver }: { readonly passedOver: PassedOver },
  onUnreadable: (failure: CliFailure) => void,
): Promise<string[]> {
  const path = resolve(cwd, argument);
  const found = await stat(path).catch((error: unknown) => {
    if (isAbsent(error)) return null;
    throw new CliFailure(`${visible(argument)} cannot be read: ${reasonOf(error)}`, null, { cause: error });
  });
  if (found === null) return [await sessionNamed(argument)];
  if (!found.isDirectory()) return [path];
  return sessionsBelow(path, (folder, error) => {
    if (error instanceof UnreadableFile) passedOver.add(folder, error);
    else onUnreadable(new CliFailure(`${visible(folder)} cannot be read: ${reasonOf(error)}`, null, { cause: error }));
  });
}

/** Like `transcriptsOf`, for commands that work on one session. */
export async function oneTranscript(argument: string, cwd: string, ports: { readonly passedOver: PassedOver }): Promise<string> {
  const paths = await transcriptsOf(argument, cwd, ports, (failure) => {
    throw failure;
  });
  const [only, ...others] = paths;
  if (only === undefined)
    throw new CliFailure(`There is no session in ${visible(argument)}.`, 'Name a session file, or the beginning of a session id.');
  if (others.length > 0)
    throw new CliFailure(
      `${visible(argument)} holds ${paths.length} sessions.`,
      `Name one of them:\n${paths.map((path) => `  ${visible(path)}`).join('\n')}`,
    );
  return only;
}

async function sessionNamed(argument: string): Promise<string> {
  if (!ID_PREFIX.test(argument))
    throw new CliFailure(`There is no ${visible(argument)}.`, 'Name a session file, a directory, or the beginning of a session id.');
  const directory = clientDirectory();
  const matches = await sessionsById(directory, argument);
  const [only, ...others] = matches;
  if (only === undefined) {
    throw new CliFailure(
      `There is no file ${argument}, and no session whose id begins so in ${join(directory, 'projects')}.`,
      'CLAUDE_CONFIG_DIR names another directory to look in.',
    );
  }
  if (others.length > 0) {
    throw new CliFailure(
      `${matches.length} sessions begin with ${argument}:\n${matches.map((path) => `  ${visible(path)}`).join('\n')}`,
      'Give more of the id, or the path.',
    );
  }
  return only;
}

function isAbsent(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ENAMETOOLONG')
  );
}

/** Why something could not be read, in plain words. */
export function reasonOf(error: unknown): string {
  return visible(whyUnreadable(error));
}
