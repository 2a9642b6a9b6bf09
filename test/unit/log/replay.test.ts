import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventDraft, RepairEvent } from '../../../src/core/log/event.ts';
import { LogState, namesParent, replay } from '../../../src/core/log/replay.ts';
import { materialise } from '../../../src/core/log/view.ts';
import { draft } from '../../contract/sample.ts';
import { chain, logOf } from './sample-log.ts';

type Step = EventDraft & { revertsSeq?: number | undefined };

function repair(message: string, parent: string | null, changes: Partial<Step> = {}): Step {
  return { ...draft('s', { message_id: message, new_parent_uuid: parent }), ...changes };
}

function revert(seq: number, changes: Partial<Step> = {}): Step {
  return { ...draft('s', { event_type: 'reverted', message_id: null, reverts_event_id: null }), revertsSeq: seq, ...changes };
}

describe('replay', () => {
  test('the last event in force names the parent', () => {
    expect(replay(chain([repair('m', 'a'), repair('m', 'b'), repair('n', null)])).overrides()).toEqual({ m: 'b', n: null });
  });

  test('reverting A after A, B leaves B; reverting B as well leaves the file', () => {
    expect(replay(chain([repair('m', 'a'), repair('m', 'b'), revert(1)])).overrides()).toEqual({ m: 'b' });
    expect(replay(chain([repair('m', 'a'), repair('m', 'b'), revert(2)])).overrides()).toEqual({ m: 'a' });
    expect(replay(chain([repair('m', 'a'), repair('m', 'b'), revert(1), revert(2)])).overrides()).toEqual({});
  });

  test('a revert can be reverted, and that again', () => {
    const log = chain([repair('m', 'a'), revert(1), revert(2), revert(3)]);
    expect([1, 2, 3, 4].map((length) => replay(log.slice(0, length)).overrides())).toEqual([{ m: 'a' }, {}, { m: 'a' }, {}]);
  });

  test('taken back twice, it comes back when both are taken back', () => {
    const log = chain([repair('m', 'a'), revert(1), revert(1), revert(2), revert(3)]);
    expect([3, 4, 5].map((length) => replay(log.slice(0, length)).overrides())).toEqual([{}, {}, { m: 'a' }]);
  });

  test('a failed validation never applies, neither of a repair nor of a revert', () => {
    expect(
      replay(
        chain([repair('m', 'a', { validation_passed: false }), repair('n', 'b'), revert(2, { validation_passed: false })]),
      ).overrides(),
    ).toEqual({ n: 'b' });
  });

  test('what a sync observed changes no parent and counts as no repair', () => {
    const state = replay(chain([repair('m', 'a', { event_type: 'parent_changed' }), repair('m', 'a', { event_type: 'note' })]));
    expect(state.overrides()).toEqual({});
    expect(state.statistics()).toMatchObject({ total_events: 2, active_repairs: 0 });
  });

  test('a revert that points at nothing, at itself or at a later event does nothing', () => {
    const log = logOf(['m']);
    const [first] = log;
    const stray = chain([
      repair('m', 'p'),
      { ...revert(1), reverts_event_id: '00000000-0000-7000-8000-999999999999', revertsSeq: undefined },
    ]);
    expect(replay(stray).overrides()).toEqual({ m: 'p' });
    const itself = chain([{ ...revert(9), reverts_event_id: first?.event_id ?? null, revertsSeq: undefined }]);
    expect(replay(itself).overrides()).toEqual({});
  });

  test('a long chain of reverts is no deeper than a short one', () => {
    const steps: Step[] = [repair('m', 'a')];
    for (let seq = 1; seq <= 3_000; seq += 1) steps.push(revert(seq));
    expect(replay(chain(steps)).overrides()).toEqual({ m: 'a' });
  });

  test('the order is seq: a missing or repeated event is refused', () => {
    const log = logOf(['a', 'b', 'c']);
    expect(() => replay(log.slice(1))).toThrow(RangeError);
    expect(() => replay([...log.slice(0, 2), ...log.slice(1)])).toThrow(RangeError);
  });

  test('the view says where it stands', () => {
    const log = chain([
      repair('m', 'a', { operator: 'user:a' }),
      revert(1, { operator: 'agent:b' }),
      repair('n', 'c', { operator: 'user:a' }),
    ]);
    expect(materialise('s', replay(log), Date.UTC(2026, 1, 1), 3)).toEqual({
      session_id: 's',
      transcript: log[2]?.transcript,
      last_seq: 3,
      head_digest: log[2]?.event_digest,
      message_parents: { n: 'c' },
      statistics: { total_events: 3, active_repairs: 1, reverted_events: 1, operators: { 'user:a': 2, 'agent:b': 1 } },
      materialized_at: '2026-02-01T00:00:00.000Z',
      is_stale: false,
      drift_detected: false,
      rebuild_ms: 3,
    });
    expect(materialise('s', new LogState(), 0, 0)).toBeNull();
  });
});

/** The rule as it is said: from the newest event backwards, in force unless an event in force takes it back. */
function byTheRule(events: readonly RepairEvent[]): { parents: Record<string, string | null>; active: Set<string> } {
  const active = new Set<string>();
  for (const event of events.toReversed()) {
    const isTakenBack = events.some(
      (later) => later.event_type === 'reverted' && later.reverts_event_id === event.event_id && active.has(later.event_id),
    );
    if (event.validation_passed && !isTakenBack) active.add(event.event_id);
  }
  const parents: Record<string, string | null> = {};
  for (const event of events)
    if (namesParent(event) && active.has(event.event_id) && event.message_id !== null) parents[event.message_id] = event.new_parent_uuid;
  return { parents, active };
}

const step = (seq: number): fc.Arbitrary<Step> =>
  fc
    .record({
      kind: fc.nat(4),
      message: fc.constantFrom('a', 'b', 'c'),
      parent: fc.constantFrom('x', 'y', null),
      ok: fc.nat(5),
      target: fc.nat(Math.max(0, seq - 2)),
    })
    .map(({ kind, message, parent, ok, target }) =>
      kind < 3 && seq > 1 ? revert(target + 1, { validation_passed: ok > 0 }) : repair(message, parent, { validation_passed: ok > 0 }),
    );
const logs = fc
  .integer({ min: 0, max: 14 })
  .chain((length) => fc.tuple(...Array.from({ length }, (_, index) => step(index + 1))))
  .map(chain);

describe('for any log', () => {
  test('the fold is what the rule says', () => {
    fc.assert(
      fc.property(logs, (events) => {
        const expected = byTheRule(events);
        const state = replay(events);
        expect(state.overrides()).toEqual(expected.parents);
        expect(state.activeEventIds()).toEqual(expected.active);
        const { reverted_events } = state.statistics();
        expect(reverted_events).toBe(events.filter((event) => event.validation_passed && !expected.active.has(event.event_id)).length);
      }),
      { numRuns: 500 },
    );
  });

  test('folding step by step gives what folding at once gives, at every point', () => {
    fc.assert(
      fc.property(logs, (events) => {
        const state = new LogState();
        events.forEach((event, index) => {
          state.add(event);
          const full = replay(events.slice(0, index + 1));
          expect(snapshot(state)).toEqual(snapshot(full));
        });
      }),
    );
  });

  test('taking the newest event out again leaves the state before it', () => {
    fc.assert(
      fc.property(logs, fc.nat(14), (events, keep) => {
        const state = replay(events);
        for (let length = events.length; length > keep; length -= 1) state.removeLast();
        expect(snapshot(state)).toEqual(snapshot(replay(events.slice(0, keep))));
        state.addAll(events.slice(keep));
        expect(snapshot(state)).toEqual(snapshot(replay(events)));
      }),
    );
  });
});

function snapshot(state: LogState): unknown {
  return [state.head, state.overrides(), state.statistics(), [...state.activeEventIds()]];
}
