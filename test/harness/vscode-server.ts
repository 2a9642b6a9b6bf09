/** VS Code's server, started and stopped as a child process of ours. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { toolsNode } from '../../scripts/bootstrap.mjs';
import { ensureCodeServer } from '../../scripts/code-server.ts';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;

const Manifest = v.object({ publisher: v.string(), name: v.string(), version: v.string() });

/** Settings of a window that asks for nothing and phones nobody. */
export const QUIET_SETTINGS: Readonly<Record<string, unknown>> = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  // The store's own port is nobody's business.
  'remote.autoForwardPorts': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

export interface ServerOptions {
  /** Settings, state and logs; made when it is missing. */
  readonly serverDataDir: string;
  /** The server's whole environment, and thereby the extension host's. */
  readonly env: NodeJS.ProcessEnv;
  /** User settings, written only when there are none yet. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Folder of an extension to load from where it is, as "Install Extension from Location" does. */
  readonly extension?: string;
  /** Lets a page name a test suite; VS Code then shows no notifications. */
  readonly suites?: boolean;
  /** Whether a folder must be trusted before its settings count; else each is. */
  readonly asksForTrust?: boolean;
  /** The extensions of VS Code's own that are there, by folder; without it all are. */
  readonly builtIn?: readonly string[];
}

/** What a window opens. All paths are absolute. */
export interface WindowOptions {
  readonly folder: string;
  readonly openFile?: string;
  /** Test suite to run in the extension host, of a server with `suites`. */
  readonly suite?: {
    /** Folder of the extension under test. */
    readonly extension: string;
    /** Module with the suite's `run()`. */
    readonly module: string;
  };
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
  await writeSettingsOnce(path.join(options.serverDataDir, 'data', 'User'), options.settings);
  if (options.extension !== undefined) await registerExtension(options.extension, options.serverDataDir);
  const port = await freePort();
  const secret = randomBytes(16).toString('hex');
  const args = [
    ...['--import', pathToFileURL(path.join(import.meta.dirname, 'end-with-parent.mjs')).href],
    serverMain,
    ...['--host', '127.0.0.1', '--port', String(port), '--connection-token', secret],
    ...['--accept-server-license-terms', '--disable-telemetry'],
    ...(options.asksForTrust === true ? [] : ['--disable-workspace-trust']),
    ...['--server-data-dir', options.serverDataDir, '--extensions-dir', extensionsDir(options.serverDataDir)],
    ...(options.suites === true ? ['--enable-smoke-test-driver'] : []),
    ...(options.builtIn === undefined
      ? []
      : ['--builtin-extensions-dir', await linkBuiltIn(serverMain, options.builtIn, options.serverDataDir)]),
  ];
  const child = spawn(toolsNode(), args, { env: options.env, stdio: ['pipe', 'pipe', 'pipe'] });
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

/**
 * Writes user settings, unless there are some: then they are the user's.
 * @param folder of the profile, `…/User`
 */
export async function writeSettingsOnce(folder: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const file = path.join(folder, 'settings.json');
  if (existsSync(file)) return;
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(settings, null, 2));
}

/** Where the server of a data directory has its installed extensions. */
export function extensionsDir(serverDataDir: string): string {
  return path.join(serverDataDir, 'extensions');
}

/** An extension under development would need the smoke-test driver, and that hides every notification. */
async function registerExtension(folder: string, serverDataDir: string): Promise<void> {
  const { publisher, name, version } = v.parse(Manifest, JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')));
  const entry = {
    identifier: { id: `${publisher}.${name}` },
    version,
    location: { $mid: 1, path: folder, scheme: 'file' },
    metadata: { source: 'vsix', pinned: true },
  };
  await mkdir(extensionsDir(serverDataDir), { recursive: true });
  await writeFile(path.join(extensionsDir(serverDataDir), 'extensions.json'), JSON.stringify([entry]));
  // The manifest as it was with the last start.
  await rm(path.join(serverDataDir, 'data', 'CachedProfilesData'), { recursive: true, force: true });
}

/** A folder with some of VS Code's own extensions. */
async function linkBuiltIn(serverMain: string, names: readonly string[], serverDataDir: string): Promise<string> {
  const folder = path.join(serverDataDir, 'built-in');
  await mkdir(folder, { recursive: true });
  const all = path.join(path.dirname(serverMain), '..', 'extensions');
  for (const name of names) await symlink(path.join(all, name), path.join(folder, name), 'dir');
  return folder;
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
  const remote = (file: string): string => `vscode-remote://127.0.0.1:${port}${file.split('/').map(encodeURIComponent).join('/')}`;
  const payload: [string, string][] = [['skipWelcome', 'true']];
  if (options.suite !== undefined) {
    payload.push(['extensionDevelopmentPath', remote(options.suite.extension)], ['extensionTestsPath', remote(options.suite.module)]);
  }
  if (options.openFile !== undefined) payload.push(['openFile', remote(options.openFile)]);
  const query = new URLSearchParams({ tkn: secret, folder: options.folder, payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  // It takes its extension hosts along.
  child.kill('SIGTERM');
  const inTime = await Promise.race([ended.then(() => true), delay(STOP_TIMEOUT_MS, false, { ref: false })]);
  if (!inTime) child.kill('SIGKILL');
  await ended;
}
