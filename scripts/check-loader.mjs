// Reads sessions with the documented loader (getSessionMessages of the agent SDK) and prints what it loads.
// The SDK is installed once into a cache outside the checkout; the loader sees an empty home with nothing but the session.
// Usage: node scripts/check-loader.mjs FILE|FOLDER…
// Prints a JSON array of { path, sessionId, visible: [uuid…] } or { path, sessionId, error }.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheDirectory } from './dependency-cache.mjs';

const SDK = '@anthropic-ai/claude-agent-sdk';
const SDK_VERSION = '0.3.329';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Installs the SDK if it is not there yet; returns the path of its module. */
function installSdk() {
  const folder = join(cacheDirectory(), `agent-sdk-${SDK_VERSION}`);
  const module = join(folder, 'node_modules', SDK, 'sdk.mjs');
  if (!existsSync(module)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    // npm's own messages must not reach stdout, which is for the result.
    execFileSync('npm', ['install', '--omit=optional', '--no-audit', '--no-fund', '--ignore-scripts', `${SDK}@${SDK_VERSION}`], {
      cwd: folder,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    });
  }
  return module;
}

function sessionsIn(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return entry.name === 'subagents' ? [] : sessionsIn(inner);
      return entry.name.endsWith('.jsonl') ? [inner] : [];
    });
}

async function main(paths) {
  if (paths.length === 0 || paths.includes('--help')) {
    console.error('Usage: node scripts/check-loader.mjs FILE|FOLDER…');
    return paths.length === 0 ? 2 : 0;
  }
  const module = installSdk();
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'riff-loader-')));
  process.env.HOME = join(scratch, 'home');
  process.env.USERPROFILE = process.env.HOME;
  process.env.CLAUDE_CONFIG_DIR = join(scratch, 'config');
  mkdirSync(process.env.HOME, { recursive: true });
  try {
    const { getSessionMessages } = await import(pathToFileURL(module).href);
    const results = [];
    for (const path of paths.flatMap((argument) => sessionsIn(resolve(argument)))) {
      results.push(await read(getSessionMessages, scratch, path, results.length));
    }
    console.log(JSON.stringify(results, null, 1));
    return 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Lays the session out as the client does, in a project of its own, and loads it. */
async function read(getSessionMessages, scratch, path, index) {
  const stem = basename(path, '.jsonl');
  const sessionId = UUID.test(stem) ? stem : randomUUID();
  const cwd = join(scratch, `work${index}`);
  const project = join(process.env.CLAUDE_CONFIG_DIR, 'projects', cwd.replace(/[^a-zA-Z0-9]/g, '-'));
  const file = join(project, `${sessionId}.jsonl`);
  mkdirSync(cwd, { recursive: true });
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(path, file);
  try {
    const messages = await getSessionMessages(sessionId, { dir: cwd });
    return { path, sessionId: stem, visible: messages.map((message) => message.uuid) };
  } catch (error) {
    return { path, sessionId: stem, error: error instanceof Error ? error.message : String(error) };
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
