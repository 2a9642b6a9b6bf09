/** The client itself, from npm, installed once into the cache folder outside the checkout. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, environmentWithoutNpm, npmCli, run, say, toolsNode } from '../../scripts/bootstrap.mjs';
import { cacheDirectory } from '../../scripts/dependency-cache.mjs';

const PACKAGE = '@anthropic-ai/claude-code';

/** The version that the rules in docs/resume.md were learnt from. */
export const CLIENT_VERSION = '2.1.332';

/** The client that sessions are resumed with. */
export interface InstalledClient {
  readonly version: string;
  /** Path of its program. */
  readonly program: string;
}

/**
 * The client of a version, installed now when it is not there yet.
 * @param wanted a version, or `latest`: the newest on npm
 * @throws Failure when npm does not know it, or cannot install it here
 */
export async function ensureClient(wanted: string): Promise<InstalledClient> {
  const version = wanted === 'latest' ? await newestVersion() : wanted;
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Failure(`${version} is no version of ${PACKAGE}: say 2.1.332, for example, or latest.`);
  const folder = path.join(cacheDirectory(), `claude-code-${version}-${process.platform}-${process.arch}`);
  if (!existsSync(folder)) await install(folder, version);
  const binary = path.join(folder, 'node_modules', PACKAGE, 'bin', 'claude.exe');
  // Older versions are scripts.
  const program = existsSync(binary) ? binary : path.join(folder, 'node_modules', '.bin', 'claude');
  const { code, output } = await run(program, ['--version'], { env: environmentWithoutNpm() });
  if (code !== 0 || !output.startsWith(version)) {
    throw new Failure(`The client in ${folder} does not start as version ${version}. Delete the folder and run the command again.`);
  }
  return { version, program };
}

async function newestVersion(): Promise<string> {
  const { code, output } = await run(toolsNode(), [requireNpm(), 'view', PACKAGE, 'version'], { env: environmentWithoutNpm() });
  const version = output.trim().split('\n').at(-1) ?? '';
  if (code !== 0) throw new Failure(`npm could not say which version of ${PACKAGE} is the newest: ${version}`);
  return version;
}

function requireNpm(): string {
  const cli = npmCli();
  if (cli === null) throw new Failure('npm was not found; it is needed to install the client. Install Node with npm.');
  return cli;
}

/** Installs into a folder of its own and renames it when all is well: a folder of the final name is always whole. */
async function install(folder: string, version: string): Promise<void> {
  const cli = requireNpm();
  say(`Installing ${PACKAGE} ${version} into ${folder}; once …`);
  const partial = `${folder}.partial-${process.pid}`;
  await mkdir(partial, { recursive: true });
  try {
    const manifest = { private: true, dependencies: { [PACKAGE]: version }, allowScripts: { [PACKAGE]: true } };
    await writeFile(path.join(partial, 'package.json'), JSON.stringify(manifest));
    const { code, output } = await run(toolsNode(), [cli, 'install', '--no-audit', '--no-fund'], {
      cwd: partial,
      env: { ...environmentWithoutNpm(), PATH: [path.dirname(toolsNode()), environmentWithoutNpm().PATH].join(path.delimiter) },
    });
    if (code !== 0) {
      say(output.split('\n').slice(-20).join('\n').trimEnd());
      throw new Failure(`npm could not install ${PACKAGE} ${version} (the end of its output is above).`);
    }
    await rename(partial, folder).catch((error: unknown) => {
      // Another process was faster: its installation is as good.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
