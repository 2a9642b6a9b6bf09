import { describe, expect, test } from 'vitest';
import { eventDigest } from '../../../src/core/log/digest.ts';
import { SIGNED_FIELDS, type RepairEvent } from '../../../src/core/log/event.ts';
import { replay } from '../../../src/core/log/replay.ts';
import { materialise } from '../../../src/core/log/view.ts';
import { seenEvent } from '../../../src/core/log/verify/seen.ts';
import type { SessionView } from '../../../src/core/log/store.ts';
import { verifyChain, verifyLog, type LogKnowledge } from '../../../src/core/log/verify/verify.ts';
import { sha256 } from '../../../src/files/sha256.ts';
import { draft } from '../../contract/sample.ts';
import { chain, logOf } from './sample-log.ts';

const log = chain([
  draft('s', { message_id: 'm1', new_parent_uuid: 'p1', payload: { line: 3 } }),
  draft('s', { message_id: 'm2', new_parent_uuid: 'p2', reason: 'a reason of its own', similarity_score: 0.4 }),
  { ...draft('s', { event_type: 'reverted', message_id: 'm1', similarity_score: null, operator: 'user:other' }), revertsSeq: 1 },
  draft('s', { message_id: 'm3', new_parent_uuid: null }),
  draft('s', { message_id: 'm4', new_parent_uuid: 'p4' }),
]);
const view = viewOf(log);
const seen = log.map((event) => seenEvent(event, sha256));
const head = { seq: 5, digest: log[4]!.event_digest };
const NOTHING: LogKnowledge = { heads: [], seen: [] };

function viewOf(events: readonly RepairEvent[]): SessionView {
  return materialise('s', replay(events), Date.UTC(2026, 0, 1), 0)!;
}

/** Faults as [code, seq, field]. */
function faults(rows: readonly unknown[], known: LogKnowledge = NOTHING, row?: unknown): unknown[] {
  const verdict = verifyLog({ sessionId: 's', rows, view: row, known, sha256 });
  const found = verdict.faults.filter(({ severity }) => severity === 'fault');
  expect(verdict.is_sound).toBe(found.length === 0);
  return found.map(({ code, seq, field }) => [code, seq, field]);
}

function withEvent(seq: number, changes: Partial<RepairEvent>): RepairEvent[] {
  return log.map((event) => (event.seq === seq ? { ...event, ...changes } : event));
}

/** As somebody would who can compute digests: the event's own fits. */
function forged(seq: number, changes: Partial<RepairEvent>): RepairEvent[] {
  return withEvent(seq, changes).map((event) => (event.seq === seq ? { ...event, event_digest: eventDigest(event, sha256) } : event));
}

/** And with all digests behind it as well. */
function rewritten(seq: number, changes: Partial<RepairEvent>): RepairEvent[] {
  const events: RepairEvent[] = [];
  for (const event of withEvent(seq, changes)) {
    const linked = { ...event, prev_digest: events.at(-1)?.event_digest ?? '' };
    events.push({ ...linked, event_digest: eventDigest(linked, sha256) });
  }
  return events;
}

/** Another value of each field that its rule allows. */
const OTHER: Partial<Record<keyof RepairEvent, Partial<RepairEvent>>> = {
  event_id: { event_id: '00000000-0000-7000-8000-aaaaaaaaaaaa' },
  session_id: { session_id: 'other' },
  seq: { seq: 9 },
  event_type: { event_type: 'message_restored' },
  timestamp: { timestamp: '2026-01-01T00:00:00.001Z' },
  operator: { operator: 'user:mallory' },
  message_id: { message_id: 'm9' },
  old_parent_uuid: { old_parent_uuid: null },
  new_parent_uuid: { new_parent_uuid: 'p9' },
  payload: { payload: { line: 4 } },
  reason: { reason: 'another' },
  similarity_score: { similarity_score: 0.5 },
  validation_passed: { validation_passed: false },
  reverts_event_id: { reverts_event_id: log[0]!.event_id },
  transcript: { transcript: { size: 11, sha256: 'a'.repeat(64) } },
  engine_version: { engine_version: '9.9.9' },
  prev_digest: { prev_digest: 'b'.repeat(64) },
  event_digest: { event_digest: 'c'.repeat(64) },
};

describe('a log as it was written', () => {
  test('is sound, with its view and with all that is known of it', () => {
    expect(faults(log, { heads: [head], seen }, view)).toEqual([]);
    expect(verifyChain(log, sha256, { seq: 3, digest: log[2]!.event_digest })).toEqual([]);
    expect(faults([], NOTHING, null)).toEqual([]);
  });

  test('two clocks and a view that waits are notes, not faults', () => {
    const late = chain([draft('s'), draft('s', { message_id: 'n' })]);
    const second = { ...late[1]!, timestamp: '2020-01-01T00:00:00.000Z' };
    const rows = [late[0]!, { ...second, event_digest: eventDigest(second, sha256) }];
    const verdict = verifyLog({ sessionId: 's', rows, view: viewOf(rows.slice(0, 1)), known: NOTHING, sha256 });
    expect(verdict.faults.map(({ code, severity, seq }) => [code, severity, seq])).toEqual([
      ['clock', 'note', 2],
      ['view-behind', 'note', null],
    ]);
    expect(verdict.is_sound).toBe(true);
  });
});

describe('every single field that is changed is named', () => {
  test('there is another value for each field', () => {
    expect(Object.keys(OTHER).sort()).toEqual([...SIGNED_FIELDS, 'event_digest'].sort());
  });

  test.each(Object.entries(OTHER))('%s, where the events were seen before', (field, changes) => {
    for (const seq of [2, 5]) {
      const found = faults(withEvent(seq, changes), { heads: [head], seen });
      expect(found).toContainEqual(field === 'seq' ? ['gap', 9, 'seq'] : ['digest', seq, field]);
    }
  });

  test.each(Object.entries(OTHER).filter(([field]) => !['event_id', 'timestamp', 'reason', 'payload'].includes(field)))(
    '%s, from the log alone',
    (field, changes) => {
      const found = faults(withEvent(2, changes), NOTHING, view) as [string, number, string | null][];
      expect(found.map((one) => one[2])).toContain(field);
    },
  );

  test('a value that nothing tells is said to be unknown, not guessed', () => {
    expect(faults(withEvent(2, { reason: 'another' }))).toEqual([['digest', 2, null]]);
    expect(faults(withEvent(2, { payload: { x: 1 } }))).toEqual([['digest', 2, 'payload']]);
  });

  test('what it was is told where the log has it', () => {
    const { faults: found } = verifyLog({
      sessionId: 's',
      rows: withEvent(2, { validation_passed: false }),
      view: undefined,
      known: NOTHING,
      sha256,
    });
    expect(found[0]).toMatchObject({
      event_id: log[1]!.event_id,
      field: 'validation_passed',
      message: expect.stringContaining('was true') as unknown,
    });
  });

  test.each<[string, unknown, string]>([
    ['seq', 'two', 'seq'],
    ['event_type', 'invented', 'event_type'],
    ['timestamp', 'yesterday', 'timestamp'],
    ['operator', 'mallory', 'operator'],
    ['similarity_score', 7, 'similarity_score'],
    ['validation_passed', 'yes', 'validation_passed'],
    ['transcript', { size: -1, sha256: 'a'.repeat(64) }, 'transcript'],
    ['event_digest', 'short', 'event_digest'],
    ['payload', null, 'payload'],
  ])('%s with a value that it cannot have', (field, value, named) => {
    const rows = log.map((event) => (event.seq === 2 ? { ...event, [field]: value } : event));
    expect(faults(rows)).toContainEqual(['unreadable', field === 'seq' ? null : 2, named]);
  });

  test.each([['reverts_event_id', { reverts_event_id: '00000000-0000-7000-8000-999999999999' }]])(
    '%s that names nothing',
    (field, changes) => {
      expect(faults(rewritten(3, changes))).toEqual([['revert', 3, field]]);
    },
  );
});

describe('events that are gone, moved or added', () => {
  test('from the middle', () => {
    const rows = log.filter((event) => event.seq !== 2);
    expect(faults(rows)).toEqual([['gap', 3, 'seq']]);
    expect(faults(rows, { heads: [head], seen })).toEqual([
      ['gap', 3, 'seq'],
      ['removed', 2, null],
    ]);
  });

  test('from the beginning', () => {
    expect(faults(log.slice(1))).toContainEqual(['gap', 2, 'seq']);
  });

  test('from the end, and all of them: by the head, and by what was seen', () => {
    expect(faults(log.slice(0, 3))).toEqual([]);
    expect(faults(log.slice(0, 3), { heads: [head], seen: [] })).toEqual([['head', 5, null]]);
    expect(faults(log.slice(0, 3), { heads: [head], seen })).toEqual([
      ['removed', 4, null],
      ['removed', 5, null],
    ]);
    expect(faults([], { heads: [head], seen: [] }, null)).toEqual([['head', 5, null]]);
    // A view of more events than there are says it, too.
    expect(faults(log.slice(0, 3), NOTHING, view)).toEqual([['view', null, 'last_seq']]);
  });

  test('reordered: rows, or their seq', () => {
    const [a, b, c, d, e] = log as [RepairEvent, RepairEvent, RepairEvent, RepairEvent, RepairEvent];
    expect(faults([a, c, b, d, e])).toContainEqual(['gap', 3, 'seq']);
    const swapped = faults([a, { ...c, seq: 2 }, { ...b, seq: 3 }, d, e]);
    expect(swapped).toContainEqual(['digest', 2, 'seq']);
    expect(swapped).toContainEqual(['digest', 3, 'seq']);
  });

  test('inserted: the events behind were moved, and say so', () => {
    const [a, b, c] = log as [RepairEvent, RepairEvent, RepairEvent];
    const unsigned = { ...b, event_id: '00000000-0000-7000-8000-bbbbbbbbbbbb', message_id: 'x' };
    const inserted = { ...unsigned, event_digest: eventDigest(unsigned, sha256) };
    const found = faults([a, inserted, { ...b, seq: 3 }, { ...c, seq: 4 }]);
    expect(found).toContainEqual(['digest', 3, 'seq']);
    expect(found).toContainEqual(['digest', 4, 'seq']);
    expect(faults([a, inserted, b, c])).toContainEqual(['gap', 2, 'seq']);
  });

  test('doubled', () => {
    const found = faults([log[0], { ...log[0]!, seq: 2 }]);
    expect(found).toContainEqual(['digest', 2, 'seq']);
    expect(found).toContainEqual(['repeated-id', 2, 'event_id']);
  });
});

describe('a forged event with digests that fit', () => {
  test('is named by the event behind it, with the field where it can be told', () => {
    expect(faults(forged(2, { operator: 'user:other' }))).toEqual([['forged', 2, 'operator']]);
    expect(faults(forged(2, { reason: 'never' }))).toEqual([['forged', 2, null]]);
    expect(faults(forged(2, { reason: 'never' }), { heads: [], seen })).toEqual([['forged', 2, 'reason']]);
  });

  test('at the end, by the head that was kept', () => {
    expect(faults(forged(5, { reason: 'never' }))).toEqual([]);
    expect(faults(forged(5, { reason: 'never' }), { heads: [head], seen: [] })).toEqual([['head', 5, 'event_digest']]);
    expect(faults(forged(5, { reason: 'never' }), { heads: [head], seen })).toEqual([['forged', 5, 'reason']]);
  });

  test('with the whole log written anew behind it', () => {
    const rows = rewritten(2, { reason: 'never', operator: 'user:other' });
    expect(faults(rows)).toEqual([]);
    expect(faults(rows, { heads: [head], seen: [] })).toEqual([['head', 5, 'event_digest']]);
    expect(faults(rows, { heads: [head], seen })).toEqual([
      ['forged', 2, 'operator'],
      ['forged', 2, 'reason'],
      ...[3, 4, 5].map((seq) => ['forged', seq, 'prev_digest']),
    ]);
  });
});

describe('an edited view', () => {
  test.each<[string, Partial<SessionView>]>([
    ['message_parents.m2', { message_parents: { ...view.message_parents, m2: 'evil' } }],
    ['message_parents.m3', { message_parents: { m2: 'p2', m4: 'p4' } }],
    ['message_parents.x', { message_parents: { ...view.message_parents, x: null } }],
    ['head_digest', { head_digest: 'd'.repeat(64) }],
    ['last_seq', { last_seq: 6 }],
    ['statistics', { statistics: { ...view.statistics, active_repairs: 99 } }],
    ['transcript', { transcript: { size: 1, sha256: 'e'.repeat(64) } }],
    ['session_id', { session_id: 'other' }],
  ])('names %s', (field, changes) => {
    expect(faults(log, NOTHING, { ...view, ...changes })).toEqual([['view', null, field]]);
  });

  test('also of an older position, and one that cannot be read', () => {
    expect(faults(log, NOTHING, { ...viewOf(log.slice(0, 2)), message_parents: { m1: 'p1' } })).toEqual([
      ['view', null, 'message_parents.m2'],
    ]);
    expect(faults(log, NOTHING, { ...view, is_stale: 'perhaps' })).toEqual([['view', null, 'is_stale']]);
  });
});

test('a log of another session is named event by event', () => {
  const other = verifyLog({ sessionId: 'other', rows: logOf(['a']), view: undefined, known: NOTHING, sha256 });
  expect(other.faults.map(({ code, field }) => [code, field])).toEqual([['session', 'session_id']]);
});
