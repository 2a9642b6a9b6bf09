import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actionJson, columnsOf } from '../../../src/core/log/action-payload.ts';
import { checkpointDraft, checkpointsOf } from '../../../src/core/log/position/checkpoints.ts';
import { compareAt, isSameEverywhere, type LogComparison } from '../../../src/core/log/position/compare.ts';
import type { EventDraft, RepairEvent } from '../../../src/core/log/event.ts';
import { LogError } from '../../../src/core/log/log-error.ts';
import { makeEvent } from '../../../src/core/log/make-event.ts';
import { readPosition, replayTo, seqAt } from '../../../src/core/log/position/position.ts';
import { LogState, replay, type FoldedEvent } from '../../../src/core/log/replay.ts';
import { repairsAfter, revertDrafts, revertPlan, type RevertPlan } from '../../../src/core/log/revert-plan.ts';
import { fromSnapshot, snapshotOf } from '../../../src/core/log/snapshot.ts';
import type { RepairAction } from '../../../src/core/graph/repairs.ts';
import { draft } from '../../contract/sample.ts';
import { chain, identity, logOf } from './sample-log.ts';

type Step = EventDraft & { revertsSeq?: number | undefined };

const CONTEXT = { sessionId: 's', operator: 'user:tester', transcript: { size: 10, sha256: 'a'.repeat(64) }, reason: 'because' };

function act(action: RepairAction, changes: Partial<Step> = {}): Step {
  return { ...draft('s', { ...columnsOf(action), payload: { action: actionJson(action) } }), ...changes };
}
function reparent(uuid: string, parent: string | null, changes: Partial<Step> = {}): Step {
  return act({ kind: 'reparent', uuid, parent }, changes);
}
function ignore(id: string): Step {
  return draft('s', { event_type: 'finding_ignored', message_id: null, new_parent_uuid: null, payload: { finding_id: id } });
}
function revert(seq: number, changes: Partial<Step> = {}): Step {
  return { ...draft('s', { event_type: 'reverted', message_id: null, reverts_event_id: null }), revertsSeq: seq, ...changes };
}
function checkpoint(name: string): Step {
  return draft('s', { event_type: 'note', message_id: null, new_parent_uuid: null, payload: { checkpoint: name } });
}

/** Every kind of event, with conflicts, reverts of reverts, failed checks, and times that run wild and tie. */
const step = (seq: number): fc.Arbitrary<Step> =>
  fc
    .record({
      kind: fc.nat(12),
      uuid: fc.constantFrom('a', 'b', 'c'),
      parent: fc.constantFrom('x', 'y', null),
      passed: fc.nat(6),
      target: fc.nat(Math.max(0, seq - 2)),
      line: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ kind, uuid, parent, passed, target, line }) => {
      const changes = { validation_passed: passed > 0 };
      const inserted = [{ uuid: `new-${uuid}`, after: 'x', record: `{"parentUuid":"x"}`, adopts: [] }];
      if (kind < 5 && seq > 1) return revert(target + 1, changes);
      switch (kind) {
        case 5:
          return act({ kind: 'restore', uuid: `new-${uuid}`, inserted, file: 'f', line }, changes);
        case 6:
          return act({ kind: 'bypass', uuid }, changes);
        case 7:
          return act({ kind: 'split', line, uuid: null }, changes);
        case 8:
          return act({ kind: 'quarantine', lines: [[line, line + 1]], uuid: null }, changes);
        case 9:
          return act({ kind: 'choose-leaf', uuid }, changes);
        case 10:
          return ignore(`finding ${uuid}`);
        case 11:
          return checkpoint(`point ${uuid}`);
        default:
          return reparent(uuid, parent, changes);
      }
    });
const logs = fc
  .integer({ min: 0, max: 16 })
  .chain((length) =>
    fc.tuple(fc.tuple(...Array.from({ length }, (_, i) => step(i + 1))), fc.array(fc.nat(5), { minLength: 16, maxLength: 16 })),
  )
  .map(([steps, hours]) => timed(steps, hours));

/** A log whose clock jumps: event i is dated `hours[i]`. */
function timed(steps: readonly Step[], hours: readonly number[]): RepairEvent[] {
  let i = 0;
  const makers = { ...identity(), now: () => Date.UTC(2026, 0, 1, hours[i] ?? 0) };
  const events: RepairEvent[] = [];
  for (const { revertsSeq, ...one } of steps) {
    const last = events.at(-1);
    const target = revertsSeq === undefined ? one.reverts_event_id : (events[revertsSeq - 1]?.event_id ?? null);
    events.push(makeEvent({ ...one, reverts_event_id: target }, { seq: last?.seq ?? 0, digest: last?.event_digest ?? '' }, makers));
    i += 1;
  }
  return events;
}

function facts(state: LogState<FoldedEvent>): unknown {
  return [state.head, state.repairs(), state.overrides(), state.statistics(), [...state.activeEventIds()]];
}

describe('positions', () => {
  test.each([
    ['12', { kind: 'seq', seq: 12 }],
    ['#3', { kind: 'seq', seq: 3 }],
    ['head', { kind: 'head' }],
    ['2026-01-31', { kind: 'time', ms: Date.UTC(2026, 0, 31, 23, 59, 59, 999) }],
    ['2026-01-31 12:00', { kind: 'time', ms: Date.UTC(2026, 0, 31, 12) }],
    ['2026-01-31T12:00:05.5Z', { kind: 'time', ms: Date.UTC(2026, 0, 31, 12, 0, 5, 500) }],
    ['2026-01-31T12:00:05+02:00', { kind: 'time', ms: Date.UTC(2026, 0, 31, 10, 0, 5) }],
    ['2026-99-99', { kind: 'checkpoint', name: '2026-99-99' }],
    ['before the merge', { kind: 'checkpoint', name: 'before the merge' }],
  ])('%s', (text, expected) => expect(readPosition(text)).toEqual(expected));

  test('what is not there is refused, and said', () => {
    const log = logOf(['a', 'b']);
    for (const text of ['3', 'nowhere']) expect(() => seqAt(log, readPosition(text))).toThrow(LogError);
    expect(seqAt(log, { kind: 'seq', seq: 0 })).toBe(0);
    expect(seqAt([], { kind: 'head' })).toBe(0);
    expect(seqAt(log, readPosition('2020-01-01'))).toBe(0);
  });

  test('a time means the last event dated no later, and all before it whatever their clocks said', () => {
    const log = timed([reparent('a', 'x'), reparent('b', 'x'), reparent('c', 'x')], [1, 9, 2]);
    const at = (hour: number): number => seqAt(log, { kind: 'time', ms: Date.UTC(2026, 0, 1, hour) });
    expect([0, 1, 2, 9].map(at)).toEqual([0, 1, 3, 3]);
  });

  test('the state is the same by every path: at once, step by step, to a seq, a checkpoint, a time, and from any snapshot', () => {
    fc.assert(
      fc.property(logs, fc.nat(16), fc.nat(16), (events, to, cut) => {
        const seq = Math.min(to, events.length);
        const expected = facts(replay(events.slice(0, seq)));
        const stepwise = new LogState();
        for (const event of events.slice(0, seq)) stepwise.add(event);
        expect(facts(stepwise)).toEqual(expected);
        expect(facts(replayTo(events, { kind: 'seq', seq }))).toEqual(expected);
        const after = replay(events);
        while (after.head.seq > seq) after.removeLast();
        expect(facts(after)).toEqual(expected);
        for (const { name, seq: there } of checkpointsOf(events)) {
          const newest = Math.max(...checkpointsOf(events).flatMap((one) => (one.name === name ? [one.seq] : [])));
          if (there === newest)
            expect(facts(replayTo(events, { kind: 'checkpoint', name }))).toEqual(facts(replay(events.slice(0, there))));
        }
        const at = Math.min(cut, seq);
        if (at > 0) {
          const stored: unknown = JSON.parse(JSON.stringify(snapshotOf('s', replay(events.slice(0, at)))));
          const resumed = fromSnapshot(stored, events.slice(at - 1, seq));
          expect(resumed === null ? null : facts(resumed)).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a snapshot of another log, a changed or a foreign one is not used', () => {
    const log = logOf(['a', 'b', 'c']);
    const snapshot = snapshotOf('s', replay(log.slice(0, 2)));
    expect(fromSnapshot(snapshot, log)).not.toBeNull();
    expect(fromSnapshot(snapshot, logOf(['a', 'x', 'c']))).toBeNull();
    expect(fromSnapshot({ ...snapshot, events: snapshot.events.slice(1) }, log)).toBeNull();
    expect(fromSnapshot({ some: 'thing' }, log)).toBeNull();
    expect(fromSnapshot(snapshot, log.slice(2))).toBeNull();
  });
});

describe('checkpoints', () => {
  test('are named once; one that was taken back frees its name', () => {
    const log = chain([reparent('a', 'x'), checkpoint('start'), reparent('a', 'y')]);
    expect(checkpointsOf(log).map(({ name, seq }) => [name, seq])).toEqual([['start', 2]]);
    expect(() => checkpointDraft(CONTEXT, log, 'start')).toThrow('There is a checkpoint start already: event 2.');
    const freed = chain([reparent('a', 'x'), checkpoint('start'), reparent('a', 'y'), revert(2)]);
    expect(checkpointDraft(CONTEXT, freed, ' start ')).toMatchObject({ event_type: 'note', payload: { checkpoint: 'start' } });
    expect(() => seqAt(freed, { kind: 'checkpoint', name: 'start' })).toThrow(LogError);
  });

  test.each(['', '7', '2026-01-01', 'head', 'a\nb', 'x'.repeat(81)])('%j cannot be a name', (name) => {
    expect(() => checkpointDraft(CONTEXT, [], name)).toThrow(LogError);
  });
});

describe('comparing two positions', () => {
  test('says what came in force and what went', () => {
    const log = chain([
      reparent('a', 'x'),
      reparent('b', 'x'),
      act({ kind: 'bypass', uuid: 'k' }),
      act({ kind: 'choose-leaf', uuid: 'l' }),
      revert(1),
      revert(3),
      reparent('b', null),
      act({ kind: 'split', line: 4, uuid: null }),
      ignore('f'),
    ]);
    const compared = compareAt(log, { kind: 'seq', seq: 3 }, { kind: 'head' });
    expect(compared).toMatchObject({
      from: 3,
      to: 9,
      parents: [
        { uuid: 'a', before: { from: 'log', parent: 'x' }, after: { from: 'file' } },
        { uuid: 'b', before: { from: 'log', parent: 'x' }, after: { from: 'log', parent: null } },
      ],
      bypassed: { added: [], removed: ['k'] },
      split: { added: [4], removed: [] },
      ignored: { added: ['f'], removed: [] },
      leaf: { before: null, after: 'l' },
    });
    expect(compared.events.map(({ seq }) => seq)).toEqual([4, 5, 6, 7, 8, 9]);
  });

  test('there and back are opposites, and nothing changed is nothing', () => {
    fc.assert(
      fc.property(logs, fc.nat(16), fc.nat(16), (events, a, b) => {
        const [from, to] = [Math.min(a, events.length), Math.min(b, events.length)] as const;
        const there = compareAt(events, { kind: 'seq', seq: from }, { kind: 'seq', seq: to });
        const back = compareAt(events, { kind: 'seq', seq: to }, { kind: 'seq', seq: from });
        expect(back.bypassed).toEqual({ added: there.bypassed.removed, removed: there.bypassed.added });
        expect(back.parents.map(({ uuid, before, after }) => [uuid, after, before]).sort()).toEqual(
          there.parents.map(({ uuid, before, after }) => [uuid, before, after]).sort(),
        );
        expect(isSameEverywhere(compareAt(events, { kind: 'seq', seq: from }, { kind: 'seq', seq: from }))).toBe(true);
      }),
    );
  });
});

describe('taking back several events', () => {
  const log = chain([reparent('a', 'x'), reparent('a', 'y'), reparent('b', 'x'), revert(3), checkpoint('c')]);
  const seqs = (plan: RevertPlan): number[] => plan.targets.map(({ seq }) => seq);

  test('newest first, each once', () => {
    expect(seqs(revertPlan(log, { kind: 'events', events: [log[0]!, log[3]!, log[0]!] }))).toEqual([4, 1]);
    expect(seqs(revertPlan(log, { kind: 'since', seq: 0 }))).toEqual([2, 1]);
  });

  test('a later event on the same message is a conflict, unless it goes too', () => {
    const alone = revertPlan(log, { kind: 'events', events: [log[0]!] });
    expect(alone.conflicts.map(({ target, later, reason }) => [target.seq, later.seq, reason])).toEqual([[1, 2, 'same-message']]);
    expect(revertPlan(log, { kind: 'events', events: [log[0]!, log[1]!] }).conflicts).toEqual([]);
  });

  test('so is one that hangs a message under a record that goes', () => {
    const inserted = [{ uuid: 'n', after: 'x', record: '{"parentUuid":"x"}', adopts: [] }];
    const restored = chain([act({ kind: 'restore', uuid: 'n', inserted, file: 'f', line: 1 }), reparent('a', 'n')]);
    expect(revertPlan(restored, { kind: 'events', events: [restored[0]!] }).conflicts).toMatchObject([
      { later: { seq: 2 }, reason: 'needs-it' },
    ]);
  });

  test('what is not in force, or only tells what was seen, is refused', () => {
    expect(() => revertPlan(log, { kind: 'events', events: [log[2]!] })).toThrow(LogError);
    const seen = chain([draft('s', { event_type: 'message_added' })]);
    expect(() => revertPlan(seen, { kind: 'events', events: [seen[0]!] })).toThrow(LogError);
  });

  test('the drafts name the parent before and after each', () => {
    const drafts = revertDrafts(CONTEXT, log, revertPlan(log, { kind: 'since', seq: 0 }), new Map([['a', 'file']]));
    expect(drafts.map((one) => [one.old_parent_uuid, one.new_parent_uuid])).toEqual([
      ['y', 'x'],
      ['x', 'file'],
    ]);
  });

  test('restoring a position gives its state, whatever came since, and loses nothing', () => {
    fc.assert(
      fc.property(logs, fc.nat(16), (events, to) => {
        const seq = Math.min(to, events.length);
        const plan = revertPlan(events, { kind: 'since', seq });
        const all = appended(events, revertDrafts(CONTEXT, events, plan, new Map()));
        // What the question says of the state afterwards is of this one.
        expect(repairsAfter(events, plan)).toEqual(replay(all).repairs());
        const restored = compareAt(all, { kind: 'seq', seq }, { kind: 'head' });
        expect(isSameEverywhere(onlyChanges(restored))).toBe(true);
        expect(all.slice(0, events.length)).toEqual(events);
        // The reverts of a restored log can be taken back again.
        const undo = revertPlan(all, { kind: 'since', seq: events.length });
        const undone = appended(all, revertDrafts(CONTEXT, all, undo, new Map()));
        expect(isSameEverywhere(onlyChanges(compareAt(undone, { kind: 'seq', seq: events.length }, { kind: 'head' })))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

function onlyChanges({ parents, inserted, bypassed, split, quarantined, ignored, leaf }: LogComparison) {
  return { parents, inserted, bypassed, split, quarantined, ignored, leaf };
}

function appended(events: readonly RepairEvent[], drafts: readonly EventDraft[]): RepairEvent[] {
  const all = [...events];
  let count = 500 + events.length;
  const makers = { ...identity(), newId: () => `00000000-0000-7000-8000-${String((count += 1)).padStart(12, '0')}` };
  for (const one of drafts) {
    const last = all.at(-1);
    all.push(makeEvent(one, { seq: last?.seq ?? 0, digest: last?.event_digest ?? '' }, makers));
  }
  return all;
}
