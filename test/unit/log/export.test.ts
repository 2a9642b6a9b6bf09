import { describe, expect, test } from 'vitest';
import { importKey } from '../../../src/core/log/transfer/ancestor-key.ts';
import { ancestorSessionDigest } from '../../../src/core/log/transfer/ancestor.ts';
import type { RepairEvent } from '../../../src/core/log/event.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { exportCsv, exportMarkdown } from '../../../src/core/log/transfer/export-report.ts';
import { exportLog } from '../../../src/core/log/transfer/export.ts';
import { planImport, readExport } from '../../../src/core/log/transfer/import.ts';
import { makeEvent } from '../../../src/core/log/make-event.ts';
import { MemoryEventStore } from '../../../src/core/log/append/memory-store.ts';
import { replay } from '../../../src/core/log/replay.ts';
import { verifyChain } from '../../../src/core/log/verify/verify.ts';
import { sha256 } from '../../../src/files/sha256.ts';
import { draft, hash } from '../../contract/sample.ts';
import { chain, identity, logOf } from './sample-log.ts';

const log = chain([
  draft('s', { message_id: 'm1', new_parent_uuid: 'p1' }),
  draft('s', { message_id: 'm2', new_parent_uuid: 'p2', operator: 'agent:x' }),
  draft('s', { event_type: 'note', message_id: null, payload: { checkpoint: 'before' } }),
  { ...draft('s', { event_type: 'reverted', message_id: 'm1' }), revertsSeq: 1 },
]);
const NOW = Date.UTC(2026, 1, 1);
const exported = exportLog('s', log, NOW, sha256);

function read(document: unknown) {
  return readExport(JSON.stringify(document), sha256);
}

describe('an export of ours', () => {
  test('says who, how much, and what its events come to', () => {
    expect(exported).toMatchObject({
      format_version: '2.0',
      session_id: 's',
      exported_at: '2026-02-01T00:00:00.000Z',
      event_count: 4,
      metadata: {
        total_events: 4,
        active_events: 3,
        reverted_events: 1,
        active_repairs: 1,
        messages_repaired: 1,
        operators: { 'user:tester': 3, 'agent:x': 1 },
        checkpoints: { before: 3 },
        head: { seq: 4, digest: log[3]?.event_digest },
      },
    });
    expect(exported.metadata.session_digest).toBe(hash(JSON.stringify(log.map(({ event_digest }) => event_digest))));
  });

  test('is read back as it is, and continues an older log of the same session', () => {
    const checked = read(exported);
    expect(checked).toEqual({ kind: 'riff', sessionId: 's', events: log });
    expect(planImport(checked, [], 'user:i', sha256)).toMatchObject({ known: 0, events: log });
    expect(planImport(checked, log.slice(0, 2), 'user:i', sha256)).toMatchObject({ known: 2, events: log.slice(2) });
    expect(planImport(checked, log, 'user:i', sha256)).toMatchObject({ known: 4, events: [] });
    const shorter = read(exportLog('s', log.slice(0, 2), NOW, sha256));
    expect(planImport(shorter, log, 'user:i', sha256)).toMatchObject({ known: 2, events: [] });
  });

  test('does not fork a log: it says where the two part', () => {
    expect(() => planImport(read(exported), logOf(['m1', 'other']), 'user:i', sha256)).toThrow(/part at event 1/);
    const same = chain([draft('s', { message_id: 'm1', new_parent_uuid: 'p1' }), draft('s', { message_id: 'other' })]);
    expect(() => planImport(read(exported), same, 'user:i', sha256)).toThrow(
      /part at event 2: the log has .* by user:tester .*, the file .* by agent:x/,
    );
  });

  test.each<[string, unknown, RegExp]>([
    ['a changed field', { ...exported, events: log.map((e) => (e.seq === 1 ? { ...e, operator: 'agent:x' } : e)) }, /Event 1, operator/],
    ['a missing event', { ...exported, event_count: 3, events: log.filter((e) => e.seq !== 2) }, /Event 3, seq/],
    ['a missing tail', { ...exported, event_count: 3, events: log.slice(0, 3) }, /metadata\.total_events/],
    ['a wrong count', { ...exported, event_count: 5 }, /says 5 events and holds 4/],
    [
      'a wrong session digest',
      { ...exported, metadata: { ...exported.metadata, session_digest: 'f'.repeat(64) } },
      /metadata\.session_digest/,
    ],
    ['another operator in the totals', { ...exported, metadata: { ...exported.metadata, operators: { x: 4 } } }, /metadata\.operators/],
    ['another session', { ...exported, session_id: 't' }, /Event 1, session_id/],
    ['an event that is none', { ...exported, events: [...log.slice(0, 3), { ...log[3], event_type: 'x' }] }, /Event 4, event_type/],
    ['a version to come', { ...exported, format_version: '3.0' }, /format_version is 3\.0/],
    ['anything else', [1, 2], /no exported log/],
  ])('%s is refused and named', (_name, document, message) => {
    expect(() => read(document)).toThrow(message);
  });

  test('what is no JSON is refused', () => {
    expect(() => readExport('{"format_version":', sha256)).toThrow(/no JSON/);
  });

  test('a log goes into another store as it is, and only behind its own head', async () => {
    const store = new MemoryEventStore(identity());
    for (const event of log) expect(await store.restore(event)).toMatchObject({ kind: 'appended' });
    expect(await store.events('s')).toEqual(log);
    expect(await store.view('s')).toMatchObject({ last_seq: 4, message_parents: { m2: 'p2' } });
    expect(await store.restore(log[1]!)).toMatchObject({ kind: 'appended', event: { seq: 2 } });
    expect(await store.restore(chain([draft('s', { reason: 'another' })])[0]!)).toMatchObject({ kind: 'conflict', head: { seq: 4 } });
  });
});

describe('reports', () => {
  const hostile = chain([
    draft('s', { reason: '=HYPERLINK("http://x")', operator: 'user:+1', message_id: '-a|b`c' }),
    draft('s', { reason: '<b>x</b>\n| y', message_id: '@z' }),
  ]);

  test('no cell of the CSV is a formula, and quotes stay in their cell', () => {
    const csv = exportCsv(exportLog('s', hostile, NOW, sha256));
    const lines = csv.split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(csv).toContain(`"'-a|b\`c"`);
    expect(csv).toContain(`"'@z"`);
    expect(csv).toContain('"<b>x</b>\n| y"');
    expect(csv).not.toMatch(/(^|,|")[=+@-][a-zA-Z]/m);
  });

  test('the Markdown shows text as text, one row an event', () => {
    const text = exportMarkdown(exportLog('s', hostile, NOW, sha256));
    expect(text).not.toContain('<b>');
    expect(text.split('\n').filter((line) => /^\| \d+ \| /.test(line))).toHaveLength(2);
    expect(exportMarkdown(exported)).toContain('| before | 3 |');
    expect(exportMarkdown(exported)).toContain('took back event 1');
  });
});

/** An event as the ancestor wrote it. */
function ancestor(id: string, changes: Partial<Record<string, string | number | boolean | null>> = {}, none = 'null'): JsonObject {
  const event = {
    event_id: id,
    session_id: 's',
    timestamp: '2024-10-20T12:00:00.000000+00:00',
    message_id: 'm1',
    old_parent_uuid: null,
    new_parent_uuid: 'p1',
    operator: 'user:tryk',
    reason: 'semantic similarity (0.87)',
    similarity_score: 0.87,
    validation_passed: true,
    is_reverted: false,
    reverts_event_id: null,
    created_at: '2024-10-20T12:00:00.000001+00:00',
    ...changes,
  };
  const digest = hash(
    [event.event_id, event.session_id, event.timestamp, event.message_id, changes['old_parent_uuid'] ?? none, event.new_parent_uuid].join(
      '',
    ),
  );
  return { ...event, event_digest: digest };
}

function envelope(events: readonly JsonObject[], changes: JsonObject = {}): JsonObject {
  const ids = events.map((event) => ({ event_id: event['event_id'] as string }));
  return {
    format_version: '1.0',
    export_type: 'repair_event_log',
    session_id: 's',
    exported_at: '2024-10-20T13:00:00+00:00',
    event_count: events.length,
    metadata: { total_events: events.length, operators: {}, session_digest: ancestorSessionDigest(ids, sha256) },
    events: [...events],
    ...changes,
  };
}

/** Appends a plan to a log of ours. */
function imported(document: unknown, stored: readonly RepairEvent[] = []): RepairEvent[] {
  const plan = planImport(read(document), stored, 'user:importer', sha256);
  if (plan.kind !== 'ancestor') throw new Error('not of the ancestor');
  const events = [...stored];
  let count = 100 + stored.length;
  const makers = { ...identity(), newId: () => `00000000-0000-7000-8000-${String((count += 1)).padStart(12, '0')}` };
  for (const { draft: one, reverts } of plan.drafts) {
    const target = reverts === null ? null : (events.find((event) => importKey(event) === reverts)?.event_id ?? null);
    const last = events.at(-1);
    events.push(makeEvent({ ...one, reverts_event_id: target }, { seq: last?.seq ?? 0, digest: last?.event_digest ?? '' }, makers));
  }
  return events;
}

describe('an export of the ancestor', () => {
  const first = ancestor('evt_1');
  const second = ancestor('evt_2', { timestamp: '2024-10-20T12:00:01.000000+00:00', old_parent_uuid: 'p1', new_parent_uuid: 'p2' });
  const revert = ancestor('evt_3', {
    timestamp: '2024-10-20T12:00:02.000000+00:00',
    old_parent_uuid: 'p2',
    new_parent_uuid: 'p1',
    is_reverted: true,
    reverts_event_id: 'evt_2',
    similarity_score: 0,
  });

  test('becomes events of ours that hold the originals, in a chain of our own', () => {
    const events = imported(envelope([first, second, revert]));
    expect(verifyChain(events, sha256)).toEqual([]);
    expect(events.map((event) => [event.event_type, event.operator, event.old_parent_uuid, event.new_parent_uuid])).toEqual([
      ['parent_repaired', 'user:tryk', null, 'p1'],
      ['parent_repaired', 'user:tryk', 'p1', 'p2'],
      ['reverted', 'user:tryk', 'p2', 'p1'],
    ]);
    expect(events[0]?.payload).toMatchObject({ imported: first, imported_by: 'user:importer' });
    expect(replay(events).overrides()).toEqual({ m1: 'p1' });
  });

  test('is taken in once: again gives nothing, more of it goes on', () => {
    const whole = envelope([first, second, revert]);
    const once = imported(envelope([first, second]));
    expect(imported(whole, once)).toHaveLength(3);
    expect(imported(whole, imported(whole))).toHaveLength(3);
    expect(() => imported(envelope([second]), once)).toThrow(/part at event 1/);
  });

  test('does not go over repairs that were made since', () => {
    expect(() => imported(envelope([first]), chain([draft('s', { message_id: 'm1' })]))).toThrow(/Event 1 of the log/);
    expect(imported(envelope([first]), chain([draft('s', { message_id: 'other' })]))).toHaveLength(2);
  });

  test('an event that is marked as taken back stays so, though the revert itself was lost', () => {
    const events = imported(envelope([ancestor('evt_1', { is_reverted: true }), ancestor('evt_9', { message_id: 'm9' })]));
    expect(events.map((event) => event.event_type)).toEqual(['parent_repaired', 'reverted', 'parent_repaired']);
    expect(replay(events).overrides()).toEqual({ m9: 'p1' });
    expect(imported(envelope([ancestor('evt_1', { is_reverted: true }), ancestor('evt_9', { message_id: 'm9' })]), events)).toHaveLength(3);
  });

  test('ties by time keep the order of the file, and a revert stands behind its target', () => {
    const early = { ...revert, timestamp: '2024-10-20T11:00:00.000000+00:00' };
    const resigned = ancestor('evt_3', early);
    const events = imported(envelope([resigned, first, ancestor('evt_2', { new_parent_uuid: 'p2' })]));
    expect(events.map((event) => (event.payload['imported'] as JsonObject)['event_id'])).toEqual(['evt_1', 'evt_2', 'evt_3']);
  });

  test('a revert of something that is not in the file is kept as a remark', () => {
    const events = imported(
      envelope([first, ancestor('evt_3', { is_reverted: true, reverts_event_id: 'gone', timestamp: '2024-10-20T12:00:09+00:00' })]),
    );
    expect(events.map((event) => event.event_type)).toEqual(['parent_repaired', 'note']);
    expect(replay(events).overrides()).toEqual({ m1: 'p1' });
  });

  test('its rule is read both ways: with a word for no parent, and without; never mixed', () => {
    expect(read(envelope([ancestor('evt_1', {}, ''), ancestor('evt_2', {}, '')]))).toMatchObject({ kind: 'ancestor' });
    expect(() => read(envelope([ancestor('evt_1', {}, ''), ancestor('evt_2', {}, 'null')]))).toThrow(
      /evt_2\) does not fit its event_digest/,
    );
    expect(read(envelope([first], { metadata: {} }))).toMatchObject({ kind: 'ancestor', sessionId: 's' });
  });

  test.each<[string, JsonObject, RegExp]>([
    ['another parent', envelope([first, { ...second, new_parent_uuid: 'evil' }]), /Event 2 \(evt_2\) does not fit/],
    ['a wrong count', envelope([first], { event_count: 2 }), /says 2 events and holds 1/],
    [
      'a missing event',
      envelope([first], { metadata: { session_digest: ancestorSessionDigest([{ event_id: 'evt_1' }, { event_id: 'evt_2' }], sha256) } }),
      /session_digest/,
    ],
    ['another session', envelope([ancestor('evt_1', { session_id: 't' })]), /another session_id/],
    ['an id that comes twice', envelope([first, first]), /event_id of an earlier one/],
    ['a score beyond one', envelope([ancestor('evt_1', { similarity_score: 7 })]), /Event 1 cannot be read/],
    ['no digest', envelope([{ ...first, event_digest: '' }]), /Event 1 cannot be read/],
  ])('%s is refused and named', (_name, document, message) => {
    expect(() => read(document)).toThrow(message);
  });
});
