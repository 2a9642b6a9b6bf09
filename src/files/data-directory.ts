import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where the database is, in the data directory; there once something was stored. */
export const STORE_DIRECTORY = 'store';

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
 */
export async function ensurePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}
