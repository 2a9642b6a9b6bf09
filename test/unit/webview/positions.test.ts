import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogTick } from '../../../src/protocol/travel.ts';
import { Latest } from '../../../webview/travel/latest.ts';
import { Positions } from '../../../webview/travel/positions.ts';
import { SLIDER_KEYS } from '../../../webview/travel/slider-keys.ts';

function tick(seq: number, kind: LogTick['kind'] = 'repair'): LogTick {
  return { seq, kind, title: `event ${seq}`, operator: 'user:ada', timestamp: '2026-02-01T10:00:00.000Z', active: true };
}

function pressed(key: string, from: number, positions: Positions): number {
  return SLIDER_KEYS.find(({ keys }) => keys.includes(key))?.stop(from, positions) ?? -1;
}

test('each event is a stop, also those that are not drawn', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(), (last, n) => {
      const positions = new Positions(last, [tick(last)]);
      const seq = n % last;
      expect(positions.seqAt(positions.indexOf(seq))).toBe(seq);
      expect(pressed('ArrowRight', seq, positions)).toBe(seq + 1);
      expect(pressed('ArrowLeft', seq + 1, positions)).toBe(seq);
    }),
  );
  const positions = new Positions(2500, [tick(1000, 'checkpoint'), tick(2500)]);
  expect([positions.indexOf(null), positions.seqAt(2500), positions.indexOf(9999)]).toEqual([2500, null, 2500]);
  expect(positions.tickAt(7)).toBeUndefined();
  positions.add([tick(7)]);
  expect(positions.tickAt(7)?.title).toBe('event 7');
});

test('checkpoints are gone to one after the other, then the ends', () => {
  const positions = new Positions(2500, [tick(10), tick(1000, 'checkpoint'), tick(2000, 'checkpoint')]);
  expect([0, 1000, 1500, 2000].map((from) => pressed('PageUp', from, positions))).toEqual([1000, 2000, 2000, 2500]);
  expect([2500, 2000, 1500, 1000].map((from) => pressed('PageDown', from, positions))).toEqual([2000, 1000, 1000, 0]);
  expect([pressed('Home', 7, positions), pressed('End', 7, positions)]).toEqual([0, 2500]);
});

test('of what is asked for meanwhile the last alone is done, and a failure ends it', async () => {
  const done: number[] = [];
  const failures: unknown[] = [];
  const latest = new Latest<number>(
    async (n) => {
      await Promise.resolve();
      if (n === 9) throw new Error('gone');
      done.push(n);
    },
    (cause) => failures.push(cause),
  );
  const first = latest.ask(1);
  void latest.ask(2);
  void latest.ask(3);
  await first;
  expect([done, latest.isBusy]).toEqual([[1, 3], false]);
  await latest.ask(9);
  expect(failures).toHaveLength(1);
  await latest.ask(4);
  expect(done).toEqual([1, 3, 4]);
});
