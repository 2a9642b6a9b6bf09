import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { StoreError } from '../../core/log/store.ts';

/** Where the database is, in the data directory; there once something was stored. */
export const STORE_DIRECTORY = 'store';

/** The name of the store of this machine, where logs of several are told apart. */
export const LOCAL_STORE = 'local';

/** The parts of the process that decide where data lives. */
export interface DataDirectoryContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

/**
 * Where Riff keeps its data: RIFF_DATA_DIR, else the platform's place for an application's data.
 * @returns an absolute path; the directory may not exist yet
 */
export function dataDirectory(context: DataDirectoryContext = { env: process.env, platform: process.platform, home: homedir() }): string {
  const { env, platform, home } = context;
  const chosen = env['RIFF_DATA_DIR'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'riff');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'riff');
  const xdg = env['XDG_DATA_HOME'];
  // The specification says that a relative path is to be ignored.
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(home, '.local', 'share'), 'riff');
}

/**
 * Creates the directory where it is missing, closed to other users (mode 0700). One that is there already keeps its mode: it
 * was chosen, and may hold more than ours.
 * @throws StoreError `not_writable`
 */
export async function ensurePrivateDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw dataDirectoryError(path, error);
  }
}

const DENIED = { why: 'access is denied', remedy: 'Allow your user to read and write there' };
const FILE_IN_THE_WAY = { why: 'a file is in the way', remedy: 'Move that file away' };
const FULL = { why: 'no space is left', remedy: 'Make room there' };

/** What the system's errors mean for whoever has to do something about them. */
const CAUSES: ReadonlyMap<string, { readonly why: string; readonly remedy: string }> = new Map([
  ['EACCES', DENIED],
  ['EPERM', DENIED],
  ['EEXIST', FILE_IN_THE_WAY],
  ['ENOTDIR', FILE_IN_THE_WAY],
  ['EROFS', { why: 'it can only be read', remedy: 'Make it writable' }],
  ['ENOSPC', FULL],
  ['EDQUOT', FULL],
]);

/**
 * A failure to create, read or write in the data directory, as the user may see it.
 * @param cause the file system's error
 */
export function dataDirectoryError(path: string, cause: unknown): StoreError {
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : String(cause);
  const { why, remedy } = CAUSES.get(code) ?? { why: code, remedy: 'Check it' };
  return new StoreError(
    'not_writable',
    `The data directory ${path} cannot be used: ${why}.`,
    `${remedy}, or name another directory in RIFF_DATA_DIR.`,
    { cause },
  );
}
