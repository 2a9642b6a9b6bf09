import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { StoreError } from '../../core/log/store.ts';
import { UnreadableFile } from '../regular-file.ts';

/** The database's directory inside the data directory; it exists once something was stored. */
export const STORE_DIRECTORY = 'store';

/** The name of this machine's store, where the logs of several stores are kept apart. */
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
  // The XDG specification says that a relative path must be ignored.
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(home, '.local', 'share'), 'riff');
}

/**
 * Creates the directory if it is missing, closed to other users (mode 0700). An existing one keeps its mode: the user chose it, and
 * it may contain other files.
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

/** What the system's errors mean to the user. */
const CAUSES: ReadonlyMap<string, { readonly why: string; readonly remedy: string }> = new Map([
  ['EACCES', DENIED],
  ['EPERM', DENIED],
  ['EEXIST', FILE_IN_THE_WAY],
  ['ENOTDIR', FILE_IN_THE_WAY],
  ['EROFS', { why: 'it can only be read', remedy: 'Make it writable' }],
  ['ENOSPC', FULL],
  ['EDQUOT', FULL],
]);

function whatTheSystemMeans(cause: unknown): { readonly why: string; readonly remedy: string } {
  if (cause instanceof UnreadableFile)
    return { why: `a file in it cannot be read: ${cause.message.replace(/\.$/u, '')}`, remedy: 'Look at it' };
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : String(cause);
  return CAUSES.get(code) ?? { why: code, remedy: 'Check it' };
}

/**
 * Converts a failure to create, read or write in the data directory into an error for the user.
 * @param cause the file system's error
 */
export function dataDirectoryError(path: string, cause: unknown): StoreError {
  const { why, remedy } = whatTheSystemMeans(cause);
  return new StoreError(
    'not_writable',
    `The data directory ${path} cannot be used: ${why}.`,
    `${remedy}, or name another directory in RIFF_DATA_DIR.`,
    { cause },
  );
}
