import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import * as v from 'valibot';
import { isAgentFile } from './sibling-files.ts';
import { isProcessAlive } from './data/service-discovery.ts';

/** Where the client keeps its sessions: CLAUDE_CONFIG_DIR, else `.claude` in the home directory. */
export function clientDirectory(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const chosen = env['CLAUDE_CONFIG_DIR'];
  return chosen !== undefined && chosen !== '' ? resolve(chosen) : join(homedir(), '.claude');
}

/**
 * Files of the client's sessions whose id begins so, over all projects, by path.
 * @param prefix of a session id, any case
 */
export async function sessionsById(directory: string, prefix: string): Promise<string[]> {
  const projects = join(directory, 'projects');
  const folders = await readdir(projects, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const folder of folders) {
    if (!folder.isDirectory() && !folder.isSymbolicLink()) continue;
    const names = await readdir(join(projects, folder.name)).catch(() => []);
    const matching = names.filter(
      (name) => name.endsWith('.jsonl') && !isAgentFile(name) && name.toLowerCase().startsWith(prefix.toLowerCase()),
    );
    found.push(...matching.map((name) => join(projects, folder.name, name)));
  }
  return found.sort();
}

const OpenSession = v.object({ pid: v.pipe(v.number(), v.integer(), v.minValue(1)), sessionId: v.string() });

/**
 * Process of a client that has a session open, as the client's own notes in `<config>/sessions/` tell; null when none has.
 * Notes of processes that are gone count for nothing.
 * @param path of the session's file: the notes beside its `projects` folder are read, and those of the user's client
 */
export async function clientThatHasOpen(
  path: string,
  sessionId: string,
  env?: Readonly<Record<string, string | undefined>>,
): Promise<number | null> {
  const directories = new Set([clientDirectory(env), ...directoryAround(path)]);
  for (const directory of directories) {
    const folder = join(directory, 'sessions');
    for (const name of await readdir(folder).catch(() => [])) {
      const note = name.endsWith('.json') ? await readNote(join(folder, name)) : null;
      if (note !== null && note.sessionId === sessionId && isProcessAlive(note.pid)) return note.pid;
    }
  }
  return null;
}

/** `<config>` of `<config>/projects/<project>/<id>.jsonl`. */
function directoryAround(path: string): string[] {
  const projects = dirname(dirname(resolve(path)));
  return basename(projects) === 'projects' ? [dirname(projects)] : [];
}

async function readNote(path: string): Promise<v.InferOutput<typeof OpenSession> | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), OpenSession), text);
  return parsed.success ? parsed.output : null;
}
