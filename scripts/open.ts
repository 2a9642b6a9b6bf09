/** The second half of `npm start`: builds, and opens VS Code with Riff and a session. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { QUIET_SETTINGS, startVscodeServer, writeSettingsOnce } from '../test/harness/vscode-server.ts';
import { Failure, environmentWithoutNpm, root, runMain, say } from './bootstrap.mjs';
import { build } from './build.mjs';
import { cacheDirectory } from './dependency-cache.mjs';
import { desktopArguments, downloadDesktop, hasDisplay, installedDesktop } from './desktop.ts';

const SAMPLE_FOLDER = path.join(root, 'media', 'sample');
const SESSION_NAME = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\.jsonl$/;

/** The profile that is opened shows sessions as graphs; one's own keeps the text editor. */
const SETTINGS = { ...QUIET_SETTINGS, 'workbench.editorAssociations': { '*.jsonl': 'riff.graph' } };

/**
 * The session to open: the one that was named, or the sample.
 * @throws Failure when there is none
 */
async function chooseSession(named: string | undefined): Promise<string> {
  if (named === undefined) return findSample();
  const found = await stat(named).catch(() => null);
  if (found === null) throw new Failure(`There is no file ${named}. Name a session's .jsonl file: npm start -- FILE`);
  if (!found.isFile()) throw new Failure(`${named} is not a file. Name a session's .jsonl file: npm start -- FILE`);
  return named;
}

/** A copy of the sample: what is written beside it must not end up in the checkout. What was done with it before stays. */
async function findSample(): Promise<string> {
  const files = await readdir(SAMPLE_FOLDER, { recursive: true }).catch(() => []);
  const sessions = files.filter((file) => SESSION_NAME.test(path.basename(file))).sort();
  const [first] = sessions;
  if (first === undefined) throw new Failure(`There is no sample session in ${SAMPLE_FOLDER}. Name one of yours: npm start -- FILE`);
  const folder = folderOfCheckout('sample');
  await cp(SAMPLE_FOLDER, folder, { recursive: true, force: false });
  return path.join(folder, first);
}

/** Where this checkout's sample is tried, and where its windows keep their state. */
function folderOfCheckout(kind: 'sample' | 'desktop-profile' | 'server-profile'): string {
  const checkout = createHash('sha256').update(root).digest('hex').slice(0, 12);
  return path.join(cacheDirectory(), `${kind}-${checkout}`);
}

/** Command or executable of a desktop VS Code that can show a window here; null when there is none. */
async function findDesktop(): Promise<string | null> {
  if (!hasDisplay()) return null;
  const installed = installedDesktop();
  if (installed !== null) return installed;
  try {
    return await downloadDesktop();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say('No desktop VS Code: `code` is not on the PATH, and it cannot be downloaded. Using the one for the browser.');
    return null;
  }
}

/** The environment without what ties a process to an outer VS Code. */
function windowEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environmentWithoutNpm()).filter(([name]) => !/^(VSCODE|ELECTRON)_/.test(name)));
}

async function openInDesktop(command: string, session: string): Promise<void> {
  const profile = folderOfCheckout('desktop-profile');
  await writeSettingsOnce(path.join(profile, 'user', 'User'), SETTINGS);
  const args = [`--extensionDevelopmentPath=${root}`, '--new-window', path.dirname(session), session, ...desktopArguments(profile)];
  const child = spawn(command, args, {
    env: windowEnvironment(),
    stdio: 'ignore',
    detached: true,
    // `code` is a batch file there.
    shell: process.platform === 'win32',
  });
  await new Promise<void>((resolve, reject) => {
    child.on('spawn', resolve);
    child.on('error', (error) => reject(new Failure(`${command} could not be started: ${error.message}`)));
  });
  child.unref();
  process.stdout.write(`VS Code opens ${session} as a graph, in a profile of its own (${profile}).\n`);
}

/** Serves VS Code to a browser until this process is told to end. */
async function serve(session: string): Promise<void> {
  const server = await startVscodeServer({
    serverDataDir: folderOfCheckout('server-profile'),
    env: windowEnvironment(),
    settings: SETTINGS,
    extension: root,
  });
  const url = server.windowUrl({ folder: path.dirname(session), openFile: session });
  // Listened for before the address is told: whoever reads it may end this at once.
  const asked = untilAsked();
  process.stdout.write(`Riff is ready; open this address in a browser (Ctrl-C ends it): ${url}\n`);
  const reason = await Promise.race([asked, server.ended]);
  if (reason === null) return server.stop();
  say(server.log().split('\n').slice(-20).join('\n').trimEnd());
  throw new Failure(`VS Code's server ended by itself (${reason}; its last output is above). Run npm start again.`);
}

/** Resolves to null when this process is told to end. */
function untilAsked(): Promise<null> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(null));
  });
}

await runMain(async () => {
  const session = await chooseSession(process.argv[2]);
  await build({});
  const desktop = await findDesktop();
  await (desktop === null ? serve(session) : openInDesktop(desktop, session));
});
