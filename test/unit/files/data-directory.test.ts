import { expect, test } from 'vitest';
import { resolve } from 'node:path';
import { dataDirectory } from '../../../src/files/data-directory.ts';

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
