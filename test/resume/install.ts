/** The client itself, from npm, installed once into the cache folder outside the checkout. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, environmentWithoutNpm, npmCli, run, say, toolsNode } from '../../scripts/bootstrap.mjs';
import { cacheDirectory } from '../../scripts/dependency-cache.mjs';

const PACKAGE = '@anthropic-ai/claude-code';

/** The version that the rules in docs/resume.md were learnt from. */
export const CLIENT_VERSION = '2.1.329';

/**
 * Path of the client's program, installed now when it is not there yet.
 * @throws Failure when npm cannot install it here
 */
export async function ensureClient(): Promise<string> {
  const folder = path.join(cacheDirectory(), `claude-code-${CLIENT_VERSION}-${process.platform}-${process.arch}`);
  if (!existsSync(folder)) await install(folder);
  const program = path.join(folder, 'node_modules', PACKAGE, 'bin', 'claude.exe');
  const { code, output } = await run(program, ['--version'], { env: environmentWithoutNpm() });
  if (code !== 0 || !output.startsWith(CLIENT_VERSION)) {
    throw new Failure(`The client in ${folder} does not start as version ${CLIENT_VERSION}. Delete the folder and run the command again.`);
  }
  return program;
}

/** Installs into a folder of its own and renames it when all is well: a folder of the final name is always whole. */
async function install(folder: string): Promise<void> {
  const cli = npmCli();
  if (cli === null) throw new Failure('npm was not found; it is needed to install the client. Install Node with npm.');
  say(`Installing ${PACKAGE} ${CLIENT_VERSION} into ${folder}; once …`);
  const partial = `${folder}.partial-${process.pid}`;
  await mkdir(partial, { recursive: true });
  try {
    const manifest = { private: true, dependencies: { [PACKAGE]: CLIENT_VERSION }, allowScripts: { [PACKAGE]: true } };
    await writeFile(path.join(partial, 'package.json'), JSON.stringify(manifest));
    const { code, output } = await run(toolsNode(), [cli, 'install', '--no-audit', '--no-fund'], {
      cwd: partial,
      env: { ...environmentWithoutNpm(), PATH: [path.dirname(toolsNode()), environmentWithoutNpm().PATH].join(path.delimiter) },
    });
    if (code !== 0) {
      say(output.split('\n').slice(-20).join('\n').trimEnd());
      throw new Failure(`npm could not install ${PACKAGE} ${CLIENT_VERSION} (the end of its output is above).`);
    }
    await rename(partial, folder).catch((error: unknown) => {
      // Another process was faster: its installation is as good.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
