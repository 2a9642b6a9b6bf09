import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import * as v from 'valibot';
import type { FileLayout } from '../core/formats/format.ts';
import { LAYOUTS } from '../core/formats/layouts.ts';
import { isProcessAlive } from './data/service-discovery.ts';
import { isAgentFile, isTranscript } from './transcript-names.ts';
import { answered, READ_LIMITS, readText } from './regular-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where an agent keeps its sessions: what its environment variable names, else its directory in the home directory. */
export function clientDirectory(env: Environment = process.env, layout: FileLayout = LAYOUTS[0]): string {
  const { variable, home } = layout.directory;
  const chosen = env[variable];
  return chosen !== undefined && chosen !== '' ? resolve(chosen) : join(homedir(), home);
}

/**
 * Files of the client's sessions whose id begins so, over all projects, by path.
 * @param prefix of a session id, any case
 */
export async function sessionsById(directory: string, prefix: string, layout: FileLayout = LAYOUTS[0]): Promise<string[]> {
  const projects = join(directory, layout.projects);
  const folders = await answered(readdir(projects, { withFileTypes: true }), READ_LIMITS.read).catch(() => []);
  const found: string[] = [];
  for (const folder of folders) {
    if (!folder.isDirectory() && !folder.isSymbolicLink()) continue;
    const names = await answered(readdir(join(projects, folder.name)), READ_LIMITS.read).catch(() => []);
    const matching = names.filter(
      (name) => isTranscript(name, layout) && !isAgentFile(name, layout) && name.toLowerCase().startsWith(prefix.toLowerCase()),
    );
    found.push(...matching.map((name) => join(projects, folder.name, name)));
  }
  return found.sort();
}

/**
 * Process of a client that has a session open, as the notes of running clients tell; null when none has. Notes of processes that have
 * ended count for nothing.
 * @param path of the session's file: the notes of the directory it lies in are read, and those of the user's clients
 */
export async function clientThatHasOpen(path: string, sessionId: string, env?: Environment): Promise<number | null> {
  for (const files of LAYOUTS) {
    for (const directory of new Set([clientDirectory(env, files), ...directoryAround(path, files)])) {
      const client = await clientIn(join(directory, files.running.folder), sessionId, files);
      if (client !== null) return client;
    }
  }
  return null;
}

async function clientIn(folder: string, sessionId: string, layout: FileLayout): Promise<number | null> {
  const names = await answered(readdir(folder), READ_LIMITS.read).catch(() => []);
  for (const name of names.filter((one) => one.endsWith(layout.running.ending))) {
    const note = await readNote(join(folder, name), layout);
    if (note !== null && note.session === sessionId && isProcessAlive(note.process)) return note.process;
  }
  return null;
}

/** The agent's directory, where a file lies in a project of one. */
function directoryAround(path: string, layout: FileLayout): string[] {
  const projects = dirname(dirname(resolve(path)));
  return basename(projects) === layout.projects ? [dirname(projects)] : [];
}

const Note = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()));
const RunningClient = v.object({ process: v.pipe(v.number(), v.integer(), v.minValue(1)), session: v.string() });

async function readNote(path: string, { running }: FileLayout): Promise<v.InferOutput<typeof RunningClient> | null> {
  const note = v.safeParse(Note, await readText(path).catch(() => ''));
  if (!note.success) return null;
  const client = v.safeParse(RunningClient, { process: note.output[running.process], session: note.output[running.session] });
  return client.success ? client.output : null;
}
