/**
 * The VS Code that the npm package code-server carries: what `npm start` opens without a desktop VS Code,
 * and what the tests run in. It is installed once, into a cache folder outside the checkout.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, environmentWithoutNpm, findOnPath, npmCli, run, say, toolsNode } from './bootstrap.mjs';
import { cacheDirectory } from './dependency-cache.mjs';
import { ensureInstalled } from './debian.ts';
import type { Requirement } from './debian.ts';

/** 4.139.1 carries VS Code 1.139.1. */
const VERSION = '4.139.1';

export interface CodeServer {
  /** VS Code's own server: the only entry that lets a page name an extension under development. */
  readonly serverMain: string;
  /** code-server's command: installs packaged extensions. */
  readonly entry: string;
}

/** Where code-server is, or will be. */
export function codeServerFolder(): string {
  return path.join(cacheDirectory(), `code-server-${VERSION}-${process.platform}-${process.arch}`);
}

/**
 * The code-server in the cache folder, installed now when it is not there yet.
 * @throws Failure when it cannot be installed here
 */
export async function ensureCodeServer(): Promise<CodeServer> {
  const folder = codeServerFolder();
  if (!existsSync(folder)) await install(folder);
  const main = path.join(folder, 'node_modules', 'code-server');
  return {
    serverMain: path.join(main, 'lib', 'vscode', 'out', 'server-main.js'),
    entry: path.join(main, 'out', 'node', 'entry.js'),
  };
}

/** Installs into a folder of its own and renames it when all is well: a folder of the final name is always whole. */
async function install(folder: string): Promise<void> {
  if (process.platform === 'win32') {
    throw new Failure('code-server does not run on Windows. Install VS Code so that `code` is on the PATH, or use WSL.');
  }
  const cli = npmCli();
  if (cli === null) throw new Failure('npm was not found; it is needed to install code-server. Install Node with npm.');
  await ensureInstalled(buildTools(), "to build code-server's native modules");
  say(`Installing VS Code for the browser (code-server ${VERSION}) into ${folder}; once, about three minutes …`);
  const partial = `${folder}.partial-${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    const manifest = {
      private: true,
      dependencies: { 'code-server': VERSION },
      allowScripts: { 'code-server': true, argon2: true },
    };
    await writeFile(path.join(partial, 'package.json'), JSON.stringify(manifest));
    const env = await installEnvironment(cli);
    const { code, output } = await run(toolsNode(), [cli, 'install', '--no-audit', '--no-fund'], { cwd: partial, env });
    if (code !== 0) {
      say(output.split('\n').slice(-40).join('\n').trimEnd());
      throw new Failure(
        `npm could not install code-server ${VERSION} (the end of its output is above). Correct what it names and run the command again.`,
      );
    }
    await checkRuns(partial);
    await rename(partial, folder).catch((error: unknown) => {
      // Another process was faster: its installation is as good.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** A post-install that npm was told not to run leaves a server that cannot start: seen here, not in a test. */
async function checkRuns(partial: string): Promise<void> {
  const server = path.join(partial, 'node_modules', 'code-server', 'lib', 'vscode', 'out', 'server-main.js');
  const { code, output } = await run(toolsNode(), [server, '--version'], { cwd: partial, env: environmentWithoutNpm() });
  if (code === 0) return;
  say(output.trimEnd());
  throw new Failure(
    `code-server ${VERSION} was installed but does not start (its output is above). Check that npm may run install scripts.`,
  );
}

function buildTools(): Requirement[] {
  const command = (name: string, ...others: string[]): Requirement => ({
    package: name,
    isThere: () => [name, ...others].some((candidate) => findOnPath(candidate) !== null),
  });
  const tools = [command('python3'), command('make'), command('g++', 'clang++', 'c++')];
  if (process.platform !== 'linux') return tools;
  const kerberos = async () => existsSync('/usr/include/gssapi/gssapi.h') || (await succeeds('pkg-config', ['--exists', 'krb5-gssapi']));
  return [...tools, command('pkg-config', 'pkgconf'), { package: 'libkrb5-dev', isThere: kerberos }];
}

async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  if (findOnPath(command) === null) return false;
  return (await run(command, args)).code === 0;
}

/**
 * The environment in which npm installs code-server: its post-install takes no Node but 24, judged by npm's user agent,
 * and native modules need Node's headers.
 * @param cli npm's entry
 */
async function installEnvironment(cli: string): Promise<NodeJS.ProcessEnv> {
  const env = environmentWithoutNpm();
  env.PATH = [path.dirname(toolsNode()), env.PATH].join(path.delimiter);
  const configured = await run(toolsNode(), [cli, 'config', 'get', 'nodedir'], { env });
  const nodeDir = configured.stdout.trim();
  if (nodeDir !== '' && nodeDir !== 'undefined' && nodeDir !== 'null') return env;
  const gyp = path.join(path.dirname(cli), '..', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  if (existsSync(gyp) && (await run(toolsNode(), [gyp, 'install', '--ensure'], { env })).code === 0) return env;
  // No way to nodejs.org. The modules use Node-API alone, which is the same in the headers of every Node.
  const headers = await localHeaders();
  if (headers !== null) return { ...env, npm_config_nodedir: headers };
  throw new Failure(
    "Node's headers, needed to build code-server's native modules, can neither be downloaded from nodejs.org nor found beside the installed Node. " +
      'Allow the download, or install the headers (Debian: libnode-dev) and set npm_config_nodedir to their prefix (/usr).',
  );
}

/** Prefix of a Node that has its headers with it; null when there is none. */
async function localHeaders(): Promise<string | null> {
  const folders = [path.dirname(process.env.npm_node_execpath ?? ''), ...(process.env.PATH ?? '').split(path.delimiter)];
  for (const folder of folders) {
    const prefix = path.dirname(folder);
    const text = await readFile(path.join(prefix, 'include', 'node', 'node_version.h'), 'utf8').catch(() => null);
    if (text !== null) return prefix;
  }
  return null;
}
