/**
 * `npm run bench:log`: what reading back a log of 10,000 events costs, each as a ratio to parsing the same events as JSON in the
 * same run. Medians of several rounds.
 */
import type { EventDraft, RepairEvent } from '../../src/core/log/event.ts';
import { exportLog } from '../../src/core/log/transfer/export.ts';
import { makeEvent } from '../../src/core/log/make-event.ts';
import { replayTo } from '../../src/core/log/position/position.ts';
import { replay } from '../../src/core/log/replay.ts';
import { materialise } from '../../src/core/log/view.ts';
import { revertPlan } from '../../src/core/log/revert-plan.ts';
import { seenEvent } from '../../src/core/log/verify/seen.ts';
import { fromSnapshot, snapshotOf } from '../../src/core/log/snapshot.ts';
import { NOTHING_KNOWN, verifyLog } from '../../src/core/log/verify/verify.ts';
import { sha256 } from '../../src/files/sha256.ts';
import { createRandom } from '../generator/random.ts';

const EVENTS = 10_000;
const ROUNDS = 9;
/** One in so many takes back an earlier event; one in so many of the repairs is no other parent. */
const REVERTS = 5;
const OTHERS = 10;

const random = createRandom(4);
const below = (limit: number): number => Math.floor(random.next() * limit);

function draft(seq: number, events: readonly RepairEvent[]): EventDraft {
  const uuid = `00000000-0000-4000-8000-${String(below(3_000)).padStart(12, '0')}`;
  const parent = `00000000-0000-4000-8000-${String(below(3_000)).padStart(12, '0')}`;
  const target = seq > 1 && seq % REVERTS === 0 ? (events[below(seq - 1)] ?? null) : null;
  const isBypass = target === null && seq % OTHERS === 1;
  const action = isBypass ? { kind: 'bypass', uuid } : { kind: 'reparent', uuid, parent };
  return {
    session_id: 'bench',
    event_type: target !== null ? 'reverted' : isBypass ? 'record_bypassed' : 'parent_repaired',
    operator: `user:${seq % 7}`,
    message_id: uuid,
    old_parent_uuid: null,
    new_parent_uuid: parent,
    payload:
      target !== null
        ? {}
        : { action, finding: 'orphan-parent-missing', line: seq, confidence: 'high', reasons: ['It is the last record before this one.'] },
    reason: 'It is the last record before this one.',
    similarity_score: 0.9,
    validation_passed: true,
    reverts_event_id: target?.event_id ?? null,
    transcript: { size: 1_000_000, sha256: 'a'.repeat(64) },
  };
}

function makeLog(): RepairEvent[] {
  const events: RepairEvent[] = [];
  let made = 0;
  const identity = {
    now: () => Date.UTC(2026, 0, 1) + made * 1000,
    newId: () => `00000000-0000-7000-8000-${String((made += 1)).padStart(12, '0')}`,
    sha256,
    engineVersion: '0.0.0',
  };
  for (let seq = 1; seq <= EVENTS; seq += 1) {
    const last = events.at(-1);
    events.push(makeEvent(draft(seq, events), { seq: seq - 1, digest: last?.event_digest ?? '' }, identity));
  }
  return events;
}

/** Milliseconds, the median. */
function measured(work: () => unknown): number {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

const events = makeLog();
const lines = events.map((event) => JSON.stringify(event));
const view = materialise('bench', replay(events), 0, 0);
const snapshot = JSON.stringify(snapshotOf('bench', replay(events.slice(0, EVENTS - 100))));
const seen = events.map((event) => seenEvent(event, sha256));
const time = { kind: 'time', ms: Date.parse(events[EVENTS / 2]?.timestamp ?? '') } as const;

const parse = measured(() => lines.map((line) => JSON.parse(line) as unknown));
const rows: readonly (readonly [string, () => unknown])[] = [
  ['replay, full', () => replay(events).repairs()],
  ['replay to a time in the middle', () => replayTo(events, time).repairs()],
  ['go on from a snapshot 100 events old', () => fromSnapshot(JSON.parse(snapshot), events.slice(EVENTS - 101))?.repairs()],
  ['revert of all: plan', () => revertPlan(events, { kind: 'since', seq: 0 })],
  ['verify: digests, chain, view', () => verifyLog({ sessionId: 'bench', rows: events, view, known: NOTHING_KNOWN, sha256 })],
  [
    'verify, and against all that was seen',
    () => verifyLog({ sessionId: 'bench', rows: events, view, known: { heads: [], seen }, sha256 }),
  ],
  ['export', () => JSON.stringify(exportLog('bench', events, 0, sha256))],
];

const bytes = lines.reduce((sum, line) => sum + line.length, 0);
process.stdout.write(
  `${EVENTS.toLocaleString('en')} events, ${(bytes / 1e6).toFixed(1)} MB of JSON, snapshot ${(snapshot.length / 1e6).toFixed(1)} MB\n\n`,
);
process.stdout.write(`${'JSON.parse of each'.padEnd(40)} ${parse.toFixed(1).padStart(8)} ms      1.00\n`);
for (const [name, work] of rows) {
  const ms = measured(work);
  process.stdout.write(`${name.padEnd(40)} ${ms.toFixed(1).padStart(8)} ms  ${(ms / parse).toFixed(2).padStart(8)}\n`);
}
