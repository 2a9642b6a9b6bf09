// @ts-check
/**
 * What every script of this project needs first: the dependencies, and a Node 24 to run the rest on.
 * Plain JavaScript without dependencies: it runs on the machine's own Node (20 or newer) with nothing installed.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepDependencies, takeDependencies } from './dependency-cache.mjs';

/** The checkout. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const localBin = path.join(root, 'node_modules', '.bin');
const OLDEST_NODE = 20;
const TOOLS_NODE = 24;

/** A failure the user can do something about: its message says what, and is printed without a stack. */
export class Failure extends Error {}

/**
 * Says what is going on, on stderr: stdout belongs to results.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Runs a script's main function; a Failure ends it with one line and exit status 1.
 * @param {() => Promise<number | void>} main resolves to the exit status, 0 when it is undefined
 */
export async function runMain(main) {
  try {
    if (nodeMajor() < OLDEST_NODE) {
      throw new Failure(
        `Riff needs Node ${OLDEST_NODE} or newer to start with; this is Node ${process.versions.node}. Install a newer Node and run the command again.`,
      );
    }
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(`riff: ${error.message}`);
    process.exitCode = 1;
  }
}

function nodeMajor() {
  return Number(process.versions.node.split('.')[0]);
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] default: the checkout
 * @property {NodeJS.ProcessEnv} [env] default: this process's
 * @property {boolean} [show] lets the output through as it comes, instead of collecting it
 */

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string, stdout: string }>} exit status (128 when a signal ended it), stdout + stderr, stdout alone
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      stdio: options.show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      output += text;
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 128, output, stdout }));
  });
}

/**
 * Path of an executable on the PATH, the checkout's own node_modules/.bin left out; null when there is none.
 * @param {string} name
 */
export function findOnPath(name) {
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd', '.bat', ''] : [''];
  for (const folder of outerPath().split(path.delimiter)) {
    for (const extension of extensions) {
      const candidate = path.join(folder, name + extension);
      if (folder !== '' && existsSync(candidate)) return candidate;
    }
  }
  return null;
}

function outerPath() {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => path.resolve(folder) !== localBin)
    .join(path.delimiter);
}

/**
 * The environment without what npm hands to the scripts it runs: a second npm would take it for its user's wishes.
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentWithoutNpm() {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, PATH: outerPath() };
  for (const name of Object.keys(env)) {
    if (/^npm_(package|lifecycle|command|node_execpath|execpath)/.test(name)) delete env[name];
    if (/^npm_config_(user_agent|prefix|local_prefix|global_prefix|npm_version|node_gyp)$/.test(name)) delete env[name];
  }
  delete env.INIT_CWD;
  return env;
}

/** npm's own entry, to be started with a Node of our choice; null when only an `npm` command of another kind is there. */
export function npmCli() {
  const given = process.env.npm_execpath;
  if (given?.endsWith('npm-cli.js') && existsSync(given)) return given;
  const command = findOnPath('npm');
  if (command === null) return null;
  const beside = path.join(path.dirname(command), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const target = realpathSync(command);
  if (target.endsWith('npm-cli.js')) return target;
  return existsSync(beside) ? beside : null;
}

/** The Node that npm itself runs on: never the one in node_modules, which an installation replaces. */
function outerNode() {
  const given = process.env.npm_node_execpath;
  if (given && !given.startsWith(path.join(root, 'node_modules'))) return given;
  return findOnPath('node') ?? process.execPath;
}

/** Whether node_modules is what package-lock.json says. npm leaves the list of what it installed in node_modules. */
function dependenciesAreCurrent() {
  const installedList = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedList)) return false;
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedList, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([place, entry]) => place === '' || entry.optional || entry.peer || installed[place]?.version === entry.version,
  );
}

/** Installs the dependencies when they are missing or package-lock.json has changed since. */
export async function ensureDependencies() {
  const areThere = () => dependenciesAreCurrent() && existsSync(toolsNodePath());
  if (areThere()) return;
  if (withCache(() => takeDependencies(root)) && areThere()) return;
  const cli = npmCli();
  if (cli === null) throw new Failure('npm was not found. Install Node 20 or newer with npm, then run the command again.');
  say('Installing dependencies (npm ci) …');
  const { code, output } = await run(outerNode(), [cli, 'ci', '--no-audit', '--no-fund'], { env: environmentWithoutNpm() });
  if (code !== 0) {
    say(output.trimEnd());
    throw new Failure('npm ci failed (its output is above). Check the connection to the npm registry and run the command again.');
  }
  withCache(() => keepDependencies(root));
}

/**
 * The cache spares time and is no condition: npm can install without it.
 * @template T
 * @param {() => T} use
 * @returns {T | null}
 */
function withCache(use) {
  try {
    return use();
  } catch (error) {
    say(`The cache of dependencies cannot be used: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}

function toolsNodePath() {
  return path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** Path of the Node 24 that the project's tools and VS Code's server run on. */
export function toolsNode() {
  const installed = toolsNodePath();
  if (existsSync(installed)) return installed;
  if (nodeMajor() >= TOOLS_NODE) return process.execPath;
  throw new Failure(
    `The npm package "node" brought no Node ${TOOLS_NODE} for ${process.platform}-${process.arch}. Install Node ${TOOLS_NODE} and run the command with it.`,
  );
}

/** The environment in which `node` and the project's tools are the ones of node_modules. */
export function toolsEnvironment() {
  return { ...process.env, PATH: [path.dirname(toolsNode()), localBin, outerPath()].join(path.delimiter) };
}

/**
 * Goes on in another script, on Node 24, with this process's terminal.
 * @param {string} script path in the checkout
 * @param {readonly string[]} args
 * @param {string} [cwd] default: the checkout
 * @returns {Promise<number>} its exit status
 */
export function continueIn(script, args, cwd = root) {
  const child = spawn(toolsNode(), [path.join(root, script), ...args], {
    cwd,
    env: toolsEnvironment(),
    stdio: 'inherit',
  });
  // This process ends when the child has ended, and tells it what it was told itself.
  process.on('SIGINT', () => child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  if (process.env.npm_lifecycle_event !== undefined) whenOrphaned(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 128));
  });
}

/**
 * npm runs scripts in a shell, and a signal for npm ends npm and the shell alone.
 * @param {() => void} callback called once
 */
function whenOrphaned(callback) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, 500);
  timer.unref();
}
