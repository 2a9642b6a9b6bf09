/** What comes from the machine's own packages: found, installed where that is allowed, or named plainly. */
import { Failure, findOnPath, run, say } from './bootstrap.mjs';

/** Something the machine must have, and the Debian package that brings it. */
export interface Requirement {
  readonly package: string;
  readonly isThere: () => boolean | Promise<boolean>;
}

/** Whether this process may install packages. */
function mayInstall(): boolean {
  return process.getuid?.() === 0 && findOnPath('apt-get') !== null;
}

/**
 * Makes sure that all requirements are met, with apt-get where this process is root and has it.
 * @param purpose what they are for, completing "… is needed"
 * @throws Failure that names what is missing and the command that installs it
 */
export async function ensureInstalled(requirements: readonly Requirement[], purpose: string): Promise<void> {
  const missing = await findMissing(requirements);
  if (missing.length === 0) return;
  if (!mayInstall()) {
    throw new Failure(
      `${missing.join(', ')}: needed ${purpose}, and not found. ` +
        `On Debian or Ubuntu: sudo apt-get install -y ${missing.join(' ')}; elsewhere install their like. Then run the command again.`,
    );
  }
  say(`Installing ${missing.join(', ')} with apt-get, needed ${purpose} …`);
  await apt(['update']);
  await apt(['install', '-y', '--no-install-recommends', ...missing]);
  const still = await findMissing(requirements);
  if (still.length > 0) {
    throw new Failure(`apt-get installed ${still.join(', ')}, but it was not found afterwards. It is needed ${purpose}.`);
  }
}

async function findMissing(requirements: readonly Requirement[]): Promise<string[]> {
  const missing: string[] = [];
  for (const requirement of requirements) {
    if (!(await requirement.isThere())) missing.push(requirement.package);
  }
  return missing;
}

async function apt(args: readonly string[]): Promise<void> {
  const { code, output } = await run('apt-get', args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  if (code === 0) return;
  say(output.trimEnd());
  throw new Failure(
    `apt-get ${args.join(' ')} failed (its output is above). Repair the machine's package sources and run the command again.`,
  );
}
