/**
 * What the store does on a bad day: killed, out of space, without permission. Nothing acknowledged is lost, the next start needs
 * no help, and every refusal says what to do.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyChain } from '../../src/core/log/verify/verify.ts';
import { sha256 } from '../../src/files/sha256.ts';
import { FaultRounds } from '../faults/rounds.ts';
import { localHarness, type LocalHarness } from './local-harness.ts';
import { appendNow, draft, storeErrorOf, until } from './sample.ts';

test('rounds of processes killed in the middle of their work leave all that was acknowledged', async () => {
  const rounds = await FaultRounds.prepare();
  try {
    // One in which all of them are killed, and one in which only the service is; npm run faults has a hundred.
    for (const round of [3, 4]) {
      const result = await rounds.run(round);
      expect(result.acknowledged).toBeGreaterThan(0);
      expect(result.faults, JSON.stringify(result)).toEqual([]);
    }
  } finally {
    await rounds.dispose();
  }
}, 170_000);

const isRoot = process.getuid?.() === 0;
/** A disk of its own needs the right to mount one. */
const canMount = process.platform === 'linux' && isRoot && mounts();

function mounts(): boolean {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function mount(...args: string[]): void {
  execFileSync('mount', args, { stdio: 'ignore' });
}

describe.skipIf(!canMount)('a disk that is full', () => {
  let harness: LocalHarness;

  beforeAll(async () => {
    harness = await localHarness();
    await mkdir(harness.dataDir, { recursive: true });
    mount('-t', 'tmpfs', '-o', 'size=32m,mode=0700', 'tmpfs', harness.dataDir);
  }, 60_000);

  afterAll(async () => {
    await harness.stop('SIGKILL');
    execFileSync('umount', ['-l', harness.dataDir]);
    await harness.dispose();
  });

  const ballast = (): string => join(harness.dataDir, 'ballast');
  const fill = (): void => {
    for (let size = 1024 * 1024; size >= 1024; size /= 4) {
      try {
        for (;;) writeFileSync(ballast(), Buffer.alloc(size), { flag: 'a' });
      } catch {
        // Full to this grain.
      }
    }
  };

  test('says so, loses nothing, and goes on when there is room again', async () => {
    const store = await harness.open();
    const kept = [(await appendNow(store, draft('full'))).event];
    fill();
    let refusal: unknown = null;
    // What was buffered before may still fit.
    for (let index = 0; index < 200 && refusal === null; index += 1) {
      const one = draft('full', { message_id: `m${index}`, payload: { text: 'x'.repeat(20_000) } });
      await appendNow(store, one).then(
        ({ event }) => kept.push(event),
        (error: unknown) => (refusal = error),
      );
    }
    expect(refusal).toMatchObject({ code: 'not_writable', message: expect.stringContaining('space') as unknown });
    // The same service goes on by itself.
    rmSync(ballast());
    await until(
      () =>
        appendNow(store, draft('full', { message_id: 'room' })).then(
          ({ event }) => kept.push(event) > 0,
          () => false,
        ),
      20_000,
    );
    await store.close();
    await harness.stop('SIGTERM');
    fill();
    const start = await storeErrorOf(harness.open());
    expect([start.code, start.message]).toEqual(['not_writable', expect.stringContaining('no space is left')]);
    expect(start.remedy).toContain('Make room');
    rmSync(ballast());
    const again = await harness.open();
    const events = await again.events('full');
    expect(verifyChain(events, sha256)).toEqual([]);
    expect(events.slice(0, kept.length)).toEqual(kept);
    await appendNow(again, draft('full', { message_id: 'after' }));
    await again.close();
  }, 60_000);
});

describe.skipIf(!canMount && (isRoot || process.platform === 'win32'))('a data directory that can only be read', () => {
  test('is named with what to do', async () => {
    const harness = await localHarness();
    await mkdir(harness.dataDir, { recursive: true });
    if (isRoot) mount('-t', 'tmpfs', '-o', 'ro', 'tmpfs', harness.dataDir);
    else chmodSync(harness.dataDir, 0o500);
    try {
      const error = await storeErrorOf(harness.open());
      expect(error.code).toBe('not_writable');
      expect(error.message).toContain(harness.dataDir);
      expect(error.remedy).toMatch(/RIFF_DATA_DIR/);
      expect(readdirSync(harness.dataDir)).toEqual([]);
    } finally {
      if (isRoot) execFileSync('umount', [harness.dataDir]);
      else chmodSync(harness.dataDir, 0o700);
      await harness.dispose();
    }
  }, 60_000);

  test('that holds a log already is not taken for an empty one', async () => {
    const harness = await localHarness();
    await mkdir(harness.dataDir, { recursive: true });
    if (isRoot) mount('-t', 'tmpfs', 'tmpfs', harness.dataDir);
    try {
      const store = await harness.open();
      await appendNow(store, draft('kept'));
      await store.close();
      await harness.stop('SIGTERM');
      if (isRoot) mount('-o', 'remount,ro', harness.dataDir);
      else chmodSync(harness.dataDir, 0o500);
      const error = await storeErrorOf(harness.open());
      expect([error.code, error.remedy]).toEqual(['not_writable', expect.stringContaining('RIFF_DATA_DIR')]);
      if (isRoot) mount('-o', 'remount,rw', harness.dataDir);
      else chmodSync(harness.dataDir, 0o700);
      const again = await harness.open();
      expect((await again.head('kept')).seq).toBe(1);
      await again.close();
    } finally {
      await harness.stop('SIGKILL');
      if (isRoot) execFileSync('umount', ['-l', harness.dataDir]);
      await harness.dispose();
    }
  }, 60_000);
});
