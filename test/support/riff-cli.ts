import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { putProgram } from './bundles.ts';

export interface CliResult {
  /** Exit status; null when a signal ended the process. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Program that runs the bundle; default: the Node of the tests. */
  readonly node?: string;
}

/** The command, bundled into a folder of its own, with a home, a client's folder and a data directory of its own. */
export interface CliHarness {
  readonly root: string;
  /** Where the bundle is; the service goes beside it. */
  readonly dist: string;
  readonly entry: string;
  readonly dataDir: string;
  readonly config: string;
  run(args: readonly string[], options?: RunOptions): Promise<CliResult>;
  environment(changes?: Readonly<Record<string, string>>): Record<string, string>;
  /** Writes a file below the root and returns its path. */
  file(name: string, content: string | Uint8Array): Promise<string>;
  dispose(): Promise<void>;
}

/** Bundles the command into `outdir`. @returns its path */
export function buildCli(outdir: string): Promise<string> {
  return putProgram('cli', 'src/cli/main.ts', outdir);
}

export async function cliHarness(): Promise<CliHarness> {
  const root = await mkdtemp(join(tmpdir(), 'riff cli ü '));
  const dist = join(root, 'dist');
  const entry = await buildCli(dist);
  const dataDir = join(root, 'data');
  const config = join(root, 'home', '.claude');
  const environment = (changes: Readonly<Record<string, string>> = {}): Record<string, string> => ({
    PATH: process.env['PATH'] ?? '',
    HOME: join(root, 'home'),
    USERPROFILE: join(root, 'home'),
    RIFF_DATA_DIR: dataDir,
    RIFF_OPERATOR: 'tester',
    RIFF_SERVICE_IDLE_SECONDS: '20',
    ...changes,
  });
  const file = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  };
  const run = (args: readonly string[], options: RunOptions = {}): Promise<CliResult> =>
    ended(options.node ?? process.execPath, [entry, ...args], options.cwd ?? root, environment(options.env));
  const dispose = (): Promise<void> => rm(root, { recursive: true, force: true });
  return { root, dist, entry, dataDir, config, run, environment, file, dispose };
}

function ended(program: string, args: readonly string[], cwd: string, env: Record<string, string>): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const parts = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (parts.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (parts.stderr += text));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, ...parts }));
  });
}
