import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import type { OutboxEntry } from '../../../src/core/log/append/outbox.ts';
import { MemoryEventStore } from '../../../src/core/log/append/memory-store.ts';
import { withWaiting } from '../../../src/core/log/append/waiting-log.ts';
import { sha256 } from '../../../src/files/sha256.ts';
import { appendNow, draft, revertOf } from '../../contract/sample.ts';

const identity = { sha256, engineVersion: '0.0.0' };
const entry = (changes: Parameters<typeof draft>[1], rest: Partial<OutboxEntry> = {}): OutboxEntry => ({
  event_id: v7(),
  queued_at: '2026-01-31T12:00:00.000Z',
  draft: draft('s', changes),
  expected: null,
  conflict: null,
  ...rest,
});

test('what waits stands behind the log, in force, as it will be appended', async () => {
  const store = new MemoryEventStore({ now: Date.now, newId: () => v7(), ...identity });
  const { event: stored } = await appendNow(store, draft('s', { message_id: 'a' }));
  const [b, c] = [entry({ message_id: 'b' }), entry({ message_id: 'c' })];
  const waiting = entry({ ...revertOf(stored) });
  const shown = withWaiting([stored], [b, c, waiting], identity);
  expect(shown.events.map(({ event_id, seq }) => [event_id, seq])).toEqual([
    [stored.event_id, 1],
    [b.event_id, 2],
    [c.event_id, 3],
    [waiting.event_id, 4],
  ]);
  expect(shown.state.overrides()).toEqual({ b: 'p1', c: 'p1' });
  expect(shown.events[1]?.timestamp).toBe('2026-01-31T12:00:00.000Z');
  expect([...shown.waiting]).toEqual([b.event_id, c.event_id, waiting.event_id]);
});

test('what arrived already, and what somebody else stands in the way of, is not laid over', async () => {
  const store = new MemoryEventStore({ now: Date.now, newId: () => v7(), ...identity });
  const { event: stored } = await appendNow(store, draft('s', { message_id: 'a', new_parent_uuid: 'theirs' }));
  const arrived = entry({ message_id: 'a' }, { event_id: stored.event_id });
  const conflicts = entry({ message_id: 'b' }, { conflict: [] });
  const stale = entry({ message_id: 'a', new_parent_uuid: 'mine' });
  const shown = withWaiting([stored], [arrived, conflicts, stale], identity);
  expect(shown.events).toEqual([stored]);
  expect(shown.waiting.size).toBe(0);
  expect(shown.state.overrides()).toEqual({ a: 'theirs' });
});
