/**
 * What the log costs over the bare engine, each as a ratio within one run on one database, and what memory the service takes.
 *
 *     npm run bench:store [-- --events N] [--messages N] [--stored N]
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { BoundIncluded, RecordId, RecordIdRange } from 'surrealdb';
import { eventsAbout } from '../../src/core/log/event-text.ts';
import { replay } from '../../src/core/log/replay.ts';
import type { MessageRow } from '../../src/core/log/store.ts';
import { NOTHING_KNOWN, verifyLog } from '../../src/core/log/verify/verify.ts';
import { readDiscovery } from '../../src/files/data/service-discovery.ts';
import { sha256 } from '../../src/files/sha256.ts';
import { Connection } from '../../src/store/connection/connection.ts';
import { localAddress } from '../../src/store/local/local-address.ts';
import { localHarness } from '../contract/local-harness.ts';
import { buildProgram, runProgram } from '../contract/programs/run.ts';
import { draft, hash, messageRow, sessionRow } from '../contract/sample.ts';
import { logOf, subject, writeLog } from './store-log.ts';

const { values } = parseArgs({
  options: {
    /** Appends that are measured. */
    events: { type: 'string', default: '600' },
    messages: { type: 'string', default: '100000' },
    /** Events in the store that is opened. */
    stored: { type: 'string', default: '100000' },
  },
});
const events = Number(values.events);
const messages = Number(values.messages);
const stored = Number(values.stored);
/** Messages in one INSERT of the bare engine. */
const BATCH = 100;
/** Records of one repair each are rarely more than this in one session. */
const SUBJECTS = 40;
const LOG = 10_000;
const ROUNDS = 5;
const TIMEOUT_MS = 120_000;
const MEMORY_MB = 250;

interface Ratio {
  readonly ours: number;
  readonly bare: number;
}

const harness = await localHarness();
let store = await harness.open();
let bare = await connect();
try {
  console.log(`Node ${process.version}, ${process.platform} ${process.arch}; milliseconds\n`);
  console.log(`${'what'.padEnd(44)} ${'Riff'.padStart(10)} ${'engine'.padStart(10)} ${'ratio'.padStart(7)}  bound`);
  row('append of an event with its view', await measureAppends(), 2);
  row(`sync of ${messages.toLocaleString('en')} messages`, await measureSync(), 1.3);
  await writeLog(bare, logOf('log', LOG));
  const all = { range: range('log') };
  row(
    `replay of ${LOG.toLocaleString('en')} events`,
    await measured(
      async () => replay(await store.events('log')),
      () => bare.query('SELECT * FROM $range', all, TIMEOUT_MS),
    ),
    null,
  );
  row(
    `verify of ${LOG.toLocaleString('en')} events`,
    await measured(
      async () =>
        verifyLog({ sessionId: 'log', rows: await store.audit.storedEvents('log'), view: undefined, known: NOTHING_KNOWN, sha256 }),
      () => bare.query('SELECT * FROM $range', all, TIMEOUT_MS),
    ),
    null,
  );
  row(
    'history of a message in it',
    await measured(
      async () => eventsAbout(await store.events('log'), subject(7)),
      () => bare.query('SELECT * FROM $range WHERE message_id = $id', { ...all, id: subject(7) }, TIMEOUT_MS),
    ),
    null,
  );
  for (let log = 1; log * LOG < stored; log += 1) await writeLog(bare, logOf(`log-${log}`, LOG));
  row(`open of a store with ${stored.toLocaleString('en')} events`, await measureOpen(), null);
  await measureMemory();
} finally {
  await bare.close();
  await store.close();
  await harness.dispose();
}

async function connect(): Promise<Connection> {
  const found = await readDiscovery(harness.dataDir);
  if (found === null) throw new Error('no service runs');
  return Connection.open(localAddress(found), 10_000, () => undefined);
}

async function measureAppends(): Promise<Ratio> {
  const ours: number[] = [];
  const plain: number[] = [];
  let head = { seq: 0, digest: '' };
  let last = { seq: 0, digest: '' };
  for (let index = 0; index < events; index += 1) {
    const one = draft('bench', { message_id: `m${index % SUBJECTS}`, event_type: index < SUBJECTS ? 'parent_repaired' : 'note' });
    const start = performance.now();
    const outcome = await store.append(one, head);
    ours.push(performance.now() - start);
    if (outcome.kind !== 'appended') throw new Error('conflict');
    head = { seq: outcome.event.seq, digest: outcome.event.event_digest };
    // The same row under another session, made beforehand: the table checks what it checks.
    const content = { ...outcome.event, session_id: 'bare', prev_digest: last.digest };
    const id = new RecordId('repairs_events', ['bare', content.seq]);
    const from = performance.now();
    await bare.query('CREATE $id CONTENT $content RETURN NONE', { id, content }, 10_000);
    plain.push(performance.now() - from);
    last = { seq: content.seq, digest: content.event_digest };
  }
  return { ours: median(ours), bare: median(plain) };
}

async function measureSync(): Promise<Ratio> {
  const all = rows();
  const start = performance.now();
  for (let from = 0; from < all.length; from += BATCH) {
    const content = all
      .slice(from, from + BATCH)
      .map((one) => ({ id: new RecordId('messages', ['bare', one.message_uuid]), session_id: 'bare', ...one, is_removed: false }));
    await bare.query('INSERT INTO messages $content RETURN NONE', { content }, TIMEOUT_MS);
  }
  const plain = performance.now() - start;
  const from = performance.now();
  await store.sync(sessionRow('bench', 'v1', { record_count: all.length }), given(all), { operator: 'user:bench' });
  return { ours: performance.now() - from, bare: plain };
}

/** From no process to the first answer: the service and its sign-in over a process that opens the engine and asks it. */
async function measureOpen(): Promise<Ratio> {
  await bare.close();
  await store.close();
  const owner = await buildProgram('owner', `${harness.root}/dist`);
  const ours: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await harness.stop('SIGTERM');
    const from = performance.now();
    await runProgram(owner, [harness.dataDir, JSON.stringify(["SELECT * FROM repairs_events:['log', 10000]"])]);
    plain.push(performance.now() - from);
    const start = performance.now();
    store = await harness.open();
    await store.events('log', LOG);
    ours.push(performance.now() - start);
    if (round < 2) await store.close();
  }
  bare = await connect();
  return { ours: median(ours), bare: median(plain) };
}

/** The most that a fresh service takes while everything is read in pages. Linux only. */
async function measureMemory(): Promise<void> {
  await bare.close();
  await store.close();
  await harness.stop('SIGTERM');
  store = await harness.open();
  bare = await connect();
  await store.events('log');
  const row = sessionRow('bench', 'v2', { record_count: messages });
  await store.sync(row, given(rows()), { operator: 'user:bench', dryRun: true });
  const status = await readFile(`/proc/${await harness.pid()}/status`, 'utf8').catch(() => '');
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 'NaN') / 1024;
  const what = `service, ${messages.toLocaleString('en')} messages and ${LOG.toLocaleString('en')} events paged`;
  console.log(`\n${what}: at most ${Math.round(peak)} MB (bound ${MEMORY_MB})${peak > MEMORY_MB ? '  OVER' : ''}`);
  if (peak > MEMORY_MB) process.exitCode = 1;
}

/** All events of a session, as the fast path wants them. */
function range(session: string): RecordIdRange {
  return new RecordIdRange('repairs_events', new BoundIncluded([session, 1]), new BoundIncluded([session, LOG]));
}

function rows(): MessageRow[] {
  return Array.from({ length: messages }, (_, index) =>
    messageRow(hash(String(index)).slice(0, 32), { line: index + 1, content: `{"n":${index},"text":"${'x'.repeat(1_200)}"}` }),
  );
}

async function* given(all: readonly MessageRow[]): AsyncIterable<MessageRow> {
  for (const one of all) yield await Promise.resolve(one);
}

async function measured(ours: () => Promise<unknown>, plain: () => Promise<unknown>): Promise<Ratio> {
  const times: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [side, work] of [
      ['bare', plain],
      ['ours', ours],
    ] as const) {
      const start = performance.now();
      await work();
      times[side].push(performance.now() - start);
    }
  }
  return { ours: median(times.ours), bare: median(times.bare) };
}

function median(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

/** @param bound on the ratio; null: told, not held */
function row(what: string, { ours, bare: base }: Ratio, bound: number | null): void {
  const ratio = ours / base;
  const isOver = bound !== null && ratio > bound;
  const told = [what.padEnd(44), ours.toFixed(1).padStart(10), base.toFixed(1).padStart(10), ratio.toFixed(2).padStart(7)];
  console.log(`${told.join(' ')}  ${bound ?? '–'}${isOver ? '  OVER' : ''}`);
  if (isOver) process.exitCode = 1;
}
