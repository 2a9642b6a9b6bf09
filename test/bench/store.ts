/**
 * What the log costs over the bare engine, as ratios within one run over one connection.
 *
 *     npm run bench:store [-- --events N] [--messages N]
 */
import { parseArgs } from 'node:util';
import { RecordId } from 'surrealdb';
import type { MessageRow } from '../../src/core/log/store.ts';
import { readDiscovery } from '../../src/files/service-discovery.ts';
import { Connection } from '../../src/store/connection.ts';
import { localAddress } from '../../src/store/local-address.ts';
import { localHarness } from '../contract/local-harness.ts';
import { draft, hash, messageRow, sessionRow } from '../contract/sample.ts';

const { values } = parseArgs({ options: { events: { type: 'string', default: '600' }, messages: { type: 'string', default: '100000' } } });
const events = Number(values.events);
const messages = Number(values.messages);
/** Events that are written in turns, so that both sides meet the same machine. */
const TURN = 50;
const BATCH = 100;
/** Records of one repair each are rarely more than this in one session. */
const SUBJECTS = 40;

const harness = await localHarness();
const store = await harness.open();
const found = await readDiscovery(harness.dataDir);
if (found === null) throw new Error('no service runs');
const bare = await Connection.open(localAddress(found), 10_000, () => undefined);
try {
  const appends = await measureAppends();
  report('append of an event with its view', appends.ours, 'bare CREATE of the same row', appends.bare, 2);
  const syncs = await measureSync();
  report(`sync of ${messages} messages`, syncs.ours, 'bare INSERT of the same rows by 100', syncs.bare, 1.3);
} finally {
  await bare.close();
  await store.close();
  await harness.dispose();
}

async function measureAppends(): Promise<{ ours: number; bare: number }> {
  const ours: number[] = [];
  const plain: number[] = [];
  let head = { seq: 0, digest: '' };
  let last = { seq: 0, digest: '' };
  for (let done = 0; done < events; done += TURN) {
    for (let index = done; index < done + TURN; index += 1) {
      const one = draft('bench', { message_id: `m${index % SUBJECTS}`, event_type: index < SUBJECTS ? 'parent_repaired' : 'note' });
      const start = performance.now();
      const outcome = await store.append(one, head);
      ours.push(performance.now() - start);
      if (outcome.kind !== 'appended') throw new Error('conflict');
      head = { seq: outcome.event.seq, digest: outcome.event.event_digest };
      // The same row under another session, made beforehand: the table checks what it checks.
      const row = { ...outcome.event, session_id: 'bare', prev_digest: last.digest };
      const id = new RecordId('repairs_events', ['bare', row.seq]);
      const from = performance.now();
      await bare.query('CREATE $id CONTENT $row RETURN NONE', { id, row }, 10_000);
      plain.push(performance.now() - from);
      last = { seq: row.seq, digest: row.event_digest };
    }
  }
  return { ours: median(ours), bare: median(plain) };
}

function rows(): MessageRow[] {
  return Array.from({ length: messages }, (_, index) =>
    messageRow(hash(String(index)).slice(0, 32), { line: index + 1, content: `{"n":${index},"text":"${'x'.repeat(1_200)}"}` }),
  );
}

async function measureSync(): Promise<{ ours: number; bare: number }> {
  const all = rows();
  const start = performance.now();
  for (let from = 0; from < all.length; from += BATCH) {
    const content = all
      .slice(from, from + BATCH)
      .map((row) => ({ id: new RecordId('messages', ['bare', row.message_uuid]), session_id: 'bare', ...row, is_removed: false }));
    await bare.query('INSERT INTO messages $content RETURN NONE', { content }, 60_000);
  }
  const plain = performance.now() - start;
  const from = performance.now();
  await store.sync(sessionRow('bench', 'v1', { record_count: all.length }), given(all), { operator: 'user:bench' });
  return { ours: performance.now() - from, bare: plain };
}

async function* given(all: readonly MessageRow[]): AsyncIterable<MessageRow> {
  for (const row of all) yield await Promise.resolve(row);
}

function median(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function report(what: string, ours: number, against: string, base: number, bound: number): void {
  const ratio = ours / base;
  console.log(
    `${what}: ${ours.toFixed(2)} ms; ${against}: ${base.toFixed(2)} ms; ratio ${ratio.toFixed(2)} (bound ${bound})${ratio > bound ? '  OVER' : ''}`,
  );
  if (ratio > bound) process.exitCode = 1;
}
