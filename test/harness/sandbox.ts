/** Folders and environment of one run: nothing of the machine's user is read, nothing is left behind. */
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export interface Sandbox {
  /** Home directory of everything that runs inside. */
  readonly home: string;
  /** RIFF_DATA_DIR: where Riff keeps its store, lock files and outbox. */
  readonly dataDir: string;
  /** Workspace folder of the window. */
  readonly workspace: string;
  /** VS Code's state and logs. */
  readonly serverDataDir: string;
  /** File into which a suite in the extension host writes its results. */
  readonly hostResults: string;
  /** The whole environment of what runs inside. */
  readonly env: NodeJS.ProcessEnv;
  /** Ends what still runs with this sandbox's data directory and removes all folders. */
  remove(): Promise<void>;
}

/** What a program needs of the machine it runs on. Nothing that says who the user is or where the user's data are. */
const INHERITED = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SystemRoot', 'DISPLAY', 'XAUTHORITY', 'WAYLAND_DISPLAY'];

/** Path in a folder → content. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Writes files into a folder, with the folders that they are in. */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/**
 * Makes the folders.
 * @param files of the workspace
 */
export async function makeSandbox(files: Files): Promise<Sandbox> {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'riff-test-')));
  const home = path.join(folder, 'home');
  const dataDir = path.join(folder, 'data');
  const workspace = path.join(folder, 'workspace');
  const serverDataDir = path.join(folder, 'server');
  await Promise.all([home, dataDir, workspace, serverDataDir].map((each) => mkdir(each)));
  await writeFiles(workspace, files);
  const hostResults = path.join(folder, 'host-results.jsonl');
  const env: NodeJS.ProcessEnv = { HOME: home, USERPROFILE: home, RIFF_DATA_DIR: dataDir, RIFF_HOST_RESULTS: hostResults };
  for (const name of INHERITED) if (process.env[name] !== undefined) env[name] = process.env[name];
  return {
    home,
    dataDir,
    workspace,
    serverDataDir,
    hostResults,
    env,
    remove: async () => {
      await endProcessesOf(dataDir);
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/**
 * Ends the processes that were started with this data directory: the store's service outlives the window that started
 * it. The directory's name is ours alone, so are the processes. Linux only; elsewhere the service ends when it is idle.
 */
async function endProcessesOf(dataDir: string): Promise<void> {
  for (const pid of await processesOf(dataDir)) endProcess(pid);
}

/** Processes that run with this RIFF_DATA_DIR, this one left out. Linux only. @param argument that they were started with */
export async function processesOf(dataDir: string, argument?: string): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  const found: number[] = [];
  for (const pid of names.filter((name) => /^\d+$/.test(name)).map(Number)) {
    if (pid === process.pid) continue;
    const parts = async (name: string): Promise<string[]> => (await readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')).split('\0');
    if (!(await parts('environ')).includes(`RIFF_DATA_DIR=${dataDir}`)) continue;
    if (argument === undefined || (await parts('cmdline')).includes(argument)) found.push(pid);
  }
  return found;
}

export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
