import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureInstalled } from '../../../scripts/debian.ts';
import type { Requirement } from '../../../scripts/debian.ts';

let folder = '';
const calls = (): Promise<string> => readFile(path.join(folder, 'calls'), 'utf8').catch(() => '');

/** A tool that is there once apt-get has brought it. */
function tool(name: string): Requirement {
  return { package: name, isThere: () => existsSync(path.join(folder, name)) };
}

/** Puts an apt-get first on the PATH that writes down how it was called. */
async function fakeAptGet(script: string): Promise<void> {
  const file = path.join(folder, 'apt-get');
  await writeFile(file, `#!/bin/sh\necho "$@" >> '${folder}/calls'\n${script}\n`);
  await chmod(file, 0o755);
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'riff-apt-'));
  vi.stubEnv('PATH', `${folder}${path.delimiter}/usr/bin${path.delimiter}/bin`);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

function actAs(user: 'root' | 'user'): void {
  vi.spyOn(process as { getuid: () => number }, 'getuid').mockReturnValue(user === 'root' ? 0 : 1000);
}

describe.skipIf(process.platform === 'win32')('what comes from the machine', () => {
  it('is left alone when it is there', async () => {
    actAs('root');
    await fakeAptGet('exit 0');
    await writeFile(path.join(folder, 'make'), '');
    await ensureInstalled([tool('make')], 'to build');
    expect(await calls()).toBe('');
  });

  it('is installed by root, only what is missing, in one go', async () => {
    actAs('root');
    await fakeAptGet(`[ "$1" = install ] && touch '${folder}/make' '${folder}/g++'; exit 0`);
    await writeFile(path.join(folder, 'python3'), '');
    await ensureInstalled([tool('python3'), tool('make'), tool('g++')], 'to build');
    expect(await calls()).toBe('update\ninstall -y --no-install-recommends make g++\n');
  });

  it('is named, with the command that installs it, for everybody else', async () => {
    actAs('user');
    await fakeAptGet('exit 0');
    await expect(ensureInstalled([tool('make'), tool('g++')], 'to build native modules')).rejects.toThrow(
      /make, g\+\+: needed to build native modules.*sudo apt-get install -y make g\+\+/,
    );
    expect(await calls()).toBe('');
  });

  it('says so when apt-get cannot install it', async () => {
    actAs('root');
    await fakeAptGet('exit 100');
    await expect(ensureInstalled([tool('chromium')], 'to test')).rejects.toThrow(/apt-get update failed/);
  });

  it('says so when it is not there after all', async () => {
    actAs('root');
    await fakeAptGet('exit 0');
    await expect(ensureInstalled([tool('chromium')], 'to test')).rejects.toThrow(/chromium, but it was not found afterwards/);
  });
});
