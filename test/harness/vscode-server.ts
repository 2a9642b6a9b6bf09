/** VS Code's server, started and stopped as a child process of ours. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { toolsNode } from '../../scripts/bootstrap.mjs';
import { ensureCodeServer } from '../../scripts/code-server.ts';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;

export interface ServerOptions {
  /** Settings, state and logs; made when it is missing. */
  readonly serverDataDir: string;
  /** Installed extensions; default: a folder in `serverDataDir`. */
  readonly extensionsDir?: string;
  /** The server's whole environment, and thereby the extension host's. */
  readonly env: NodeJS.ProcessEnv;
  /** User settings, written only when there are none yet. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What a window opens. All paths are absolute. */
export interface WindowOptions {
  readonly folder: string;
  readonly openFile?: string;
  /** Root of the extension under development. */
  readonly extension?: string;
  /** Module with the `run()` of a test suite. */
  readonly suite?: string;
}

export interface VscodeServer {
  readonly port: number;
  /** Everything it has printed so far. */
  log(): string;
  /** Address of a window; it carries the secret without which the server answers nobody. */
  windowUrl(options: WindowOptions): string;
  /** Resolves with the reason when the server has ended, by itself or by `stop`. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Starts a server on a free loopback port and waits until it answers. Rejects when it does not within a minute. */
export async function startVscodeServer(options: ServerOptions): Promise<VscodeServer> {
  const { serverMain } = await ensureCodeServer();
  await writeSettingsOnce(options.serverDataDir, options.settings);
  const port = await freePort();
  const secret = randomBytes(16).toString('hex');
  const args = [
    serverMain,
    ...['--host', '127.0.0.1', '--port', String(port), '--connection-token', secret],
    ...['--accept-server-license-terms', '--disable-telemetry', '--disable-workspace-trust', '--enable-smoke-test-driver'],
    ...['--server-data-dir', options.serverDataDir],
    ...(options.extensionsDir === undefined ? [] : ['--extensions-dir', options.extensionsDir]),
  ];
  // A process group of its own: stopping it takes the extension hosts along.
  const child = spawn(toolsNode(), args, { env: options.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(signal ?? `exit status ${code}`));
  });
  const server: VscodeServer = {
    port,
    log: () => log,
    windowUrl: (window) => windowUrl(port, secret, window),
    ended,
    stop: () => stop(child, ended),
  };
  const failure = await Promise.race([untilAnswers(port, secret), ended.then((reason) => `it ended (${reason})`)]);
  if (failure !== null) {
    await server.stop();
    throw new Error(`VS Code's server did not start: ${failure}\n${log}`);
  }
  return server;
}

async function writeSettingsOnce(serverDataDir: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const folder = path.join(serverDataDir, 'data', 'User');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings, null, 2), { flag: 'wx' }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
}

/** A loopback port nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** Resolves to null when the server answers, else to what went wrong. */
async function untilAnswers(port: number, secret: string): Promise<string | null> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const status = await fetch(`http://127.0.0.1:${port}/?tkn=${secret}`, { redirect: 'manual' }).then(
      (response) => response.status,
      () => null,
    );
    if (status !== null && status < 400) return null;
    await delay(100);
  }
  return `no answer on port ${port} within ${START_TIMEOUT_MS / 1000} s`;
}

function windowUrl(port: number, secret: string, options: WindowOptions): string {
  const remote = (file: string): string =>
    `vscode-remote://127.0.0.1:${port}${file.split('/').map(encodeURIComponent).join('/')}`;
  const payload: [string, string][] = [['skipWelcome', 'true']];
  if (options.extension !== undefined) payload.push(['extensionDevelopmentPath', remote(options.extension)]);
  if (options.suite !== undefined) payload.push(['extensionTestsPath', remote(options.suite)]);
  if (options.openFile !== undefined) payload.push(['openFile', remote(options.openFile)]);
  const query = new URLSearchParams({ tkn: secret, folder: options.folder, payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  signalGroup(child, 'SIGTERM');
  const inTime = await Promise.race([ended.then(() => true), delay(STOP_TIMEOUT_MS, false, { ref: false })]);
  if (!inTime) signalGroup(child, 'SIGKILL');
  await ended;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
