import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreError } from '../../../src/core/log/store.ts';
import { dataDirectory, dataDirectoryError, ensurePrivateDirectory } from '../../../src/files/data/data-directory.ts';
import { readDiscovery } from '../../../src/files/data/service-discovery.ts';
import { LocalService } from '../../../src/store/local/local-service.ts';

test.each([
  ['the user’s choice, everywhere', { RIFF_DATA_DIR: '/chosen', XDG_DATA_HOME: '/xdg' }, 'linux', '/chosen'],
  ['the user’s choice, made absolute', { RIFF_DATA_DIR: 'here' }, 'linux', resolve('here')],
  ['XDG on Linux', { XDG_DATA_HOME: '/xdg' }, 'linux', '/xdg/riff'],
  ['a relative XDG path counts as none', { XDG_DATA_HOME: 'xdg' }, 'linux', '/home/me/.local/share/riff'],
  ['the default on Linux', { RIFF_DATA_DIR: '' }, 'linux', '/home/me/.local/share/riff'],
  ['macOS', { XDG_DATA_HOME: '/xdg' }, 'darwin', '/home/me/Library/Application Support/riff'],
] as const)('%s', (_name, env, platform, expected) => {
  expect(dataDirectory({ env, platform, home: '/home/me' })).toBe(expected);
});

test('Windows keeps it in the local application data', () => {
  expect(dataDirectory({ env: { LOCALAPPDATA: 'C:\\Local' }, platform: 'win32', home: 'C:\\me' })).toMatch(/^C:\\Local.riff$/u);
});

describe('a data directory that cannot be used', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'riff-data-'));
    file = join(folder, 'file');
    await writeFile(file, '');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test.each([
    ['a file in its place', (path: string) => path],
    ['a file in the place of a directory above it', (path: string) => join(path, 'data')],
  ])('%s is told with the directory and a remedy', async (_name, directoryOf) => {
    const dataDir = directoryOf(file);
    const options = { dataDir, serviceEntry: join(folder, 'service.cjs'), nodePath: process.execPath, nodeEnv: {}, startTimeoutMs: 5_000 };
    const service = new LocalService(options);
    const attempts = [
      () => ensurePrivateDirectory(dataDir),
      () => readDiscovery(dataDir),
      () => service.connect(() => undefined, new AbortController().signal),
    ];
    for (const attempt of attempts) {
      const error: unknown = await attempt().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StoreError);
      expect(error).toMatchObject({
        code: 'not_writable',
        message: `The data directory ${dataDir} cannot be used: a file is in the way.`,
        remedy: 'Move that file away, or name another directory in RIFF_DATA_DIR.',
      });
    }
  });

  test.each([
    ['EACCES', 'access is denied', 'Allow your user to read and write there'],
    ['EPERM', 'access is denied', 'Allow your user to read and write there'],
    ['EROFS', 'it can only be read', 'Make it writable'],
    ['ENOSPC', 'no space is left', 'Make room there'],
    ['EDQUOT', 'no space is left', 'Make room there'],
    ['EIO', 'EIO', 'Check it'],
  ])('%s in words', (code, why, remedy) => {
    const cause = Object.assign(new Error(`${code}: a system's words, mkdir '/data/riff'`), { code });
    expect(dataDirectoryError('/data/riff', cause)).toMatchObject({
      code: 'not_writable',
      message: `The data directory /data/riff cannot be used: ${why}.`,
      remedy: `${remedy}, or name another directory in RIFF_DATA_DIR.`,
      cause,
    });
  });
});
