import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dueUpkeep, type UpkeepSettings } from '../../../src/extension/upkeep/due.ts';
import { rememberUpkeep, upkeepTimes } from '../../../src/files/data/upkeep-times.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 0, 31);
const SETTINGS: UpkeepSettings = { idleMinutes: 10, sample: 5, checkAll: 'weekly' };
const due = (settings: Partial<UpkeepSettings>, ran: number, checkedAll: number, idleMs = HOUR) =>
  dueUpkeep({ ...SETTINGS, ...settings }, { ran, checkedAll }, idleMs, NOW);

it('waits until nobody works, and an hour between', () => {
  expect(due({}, 0, NOW, 9 * MINUTE)).toBeNull();
  expect(due({}, NOW - 59 * MINUTE, NOW)).toBeNull();
  expect(due({}, NOW - HOUR, NOW - DAY)).toEqual({ kind: 'sample', size: 5 });
});

it('checks all logs when their time has come, which the user sets', () => {
  expect(due({}, NOW - HOUR, NOW - 7 * DAY)).toEqual({ kind: 'all' });
  expect(due({}, 0, 0)).toEqual({ kind: 'all' });
  expect(due({ checkAll: 'daily' }, NOW - HOUR, NOW - DAY)).toEqual({ kind: 'all' });
  expect(due({ checkAll: 'never' }, 0, 0)).toEqual({ kind: 'sample', size: 5 });
  expect(due({ idleMinutes: 0 }, 0, 0)).toBeNull();
});

it('is not put off by a clock that was set back', () => {
  expect(due({}, NOW + DAY, NOW + DAY)).toEqual({ kind: 'all' });
});

it('its times are kept for each store, and a file that makes no sense counts as none', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'riff-upkeep-'));
  try {
    expect(await upkeepTimes(directory, 'local')).toEqual({ ran: 0, checkedAll: 0 });
    await rememberUpkeep(directory, 'local', { ran: 1, checkedAll: 2 });
    await rememberUpkeep(directory, 'wss://db team/shop', { ran: 3, checkedAll: 0 });
    expect(await upkeepTimes(directory, 'local')).toEqual({ ran: 1, checkedAll: 2 });
    await writeFile(join(directory, 'upkeep.json'), '{"local":');
    expect(await upkeepTimes(directory, 'local')).toEqual({ ran: 0, checkedAll: 0 });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
