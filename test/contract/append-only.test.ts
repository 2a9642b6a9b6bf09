/**
 * The log can be continued and nothing else: by proof, statement by statement. And what an owner of the database can do all the
 * same, and how it shows.
 */
import { CborCodec } from 'surrealdb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RepairEvent } from '../../src/core/log/event.ts';
import { verifyChain } from '../../src/core/log/verify/verify.ts';
import { readDiscovery } from '../../src/files/data/service-discovery.ts';
import { sha256 } from '../../src/files/sha256.ts';
import { Connection } from '../../src/store/connection/connection.ts';
import { localAddress } from '../../src/store/local/local-address.ts';
import { localHarness, type LocalHarness } from './local-harness.ts';
import { buildProgram, runProgram } from './programs/run.ts';
import { appendNow, draft } from './sample.ts';

const SESSION = 'guarded';
const ID = `repairs_events:['${SESSION}', 1]`;
const RANGE = `repairs_events:['${SESSION}', 0]..=['${SESSION}', 9]`;
const ALL = `repairs_events:['${SESSION}', NONE]..`;

let harness: LocalHarness;
let connection: Connection;
let events: RepairEvent[];

const codec = new CborCodec({});

/** Everything that is stored of the log and said about it, as bytes. */
async function bytes(): Promise<string> {
  const [rows, table, count] = await connection.query(
    'SELECT * FROM repairs_events ORDER BY id; INFO FOR TABLE repairs_events; SELECT count() FROM repairs_events GROUP ALL',
    {},
    10_000,
  );
  return Buffer.from(codec.encode([rows, table, count])).toString('hex');
}

beforeAll(async () => {
  harness = await localHarness();
  const store = await harness.open();
  for (const name of ['m1', 'm2', 'm3']) await appendNow(store, draft(SESSION, { message_id: name }));
  await appendNow(store, draft('beside it'));
  events = await store.events(SESSION);
  await store.close();
  const found = await readDiscovery(harness.dataDir);
  if (found === null) throw new Error('no service runs');
  connection = await Connection.open(localAddress(found), 10_000, () => undefined);
}, 120_000);

afterAll(async () => {
  await connection.close();
  await harness.dispose();
});

const changing: readonly (readonly [string, ...string[]])[] = [
  ['UPDATE … SET', `UPDATE ${ID} SET reason = 'x'`, "UPDATE repairs_events SET reason = 'x'", `UPDATE ${RANGE} SET reason = 'x'`],
  ['UPDATE … WHERE', "UPDATE repairs_events SET reason = 'x' WHERE session_id = 'guarded'", "UPDATE repairs_events SET reason += 'x'"],
  ['UPDATE … MERGE', `UPDATE ${ID} MERGE { reason: 'x' }`, "UPDATE repairs_events MERGE { reason: 'x' }"],
  [
    'UPDATE … PATCH',
    `UPDATE ${ID} PATCH [{ op: 'replace', path: '/reason', value: 'x' }]`,
    `UPDATE ${ID} PATCH [{ op: 'remove', path: '/payload' }]`,
    `UPDATE ${ID} PATCH [{ op: 'add', path: '/payload/more', value: 1 }]`,
  ],
  ['UPDATE … CONTENT and REPLACE', `UPDATE ${ID} CONTENT $forged`, `UPDATE ${ID} REPLACE $forged`],
  ['UPDATE … UNSET', `UPDATE ${ID} UNSET reason`, 'UPDATE repairs_events UNSET payload'],
  ['UPDATE of the id', `UPDATE ${ID} SET id = ['guarded', 7]`, `UPDATE ${ID} SET seq = 7`],
  [
    'UPSERT',
    `UPSERT ${ID} SET reason = 'x'`,
    `UPSERT ${ID} CONTENT $forged`,
    `UPSERT ${ID} MERGE { reason: 'x' }`,
    `UPSERT ${ID} PATCH [{ op: 'replace', path: '/reason', value: 'x' }]`,
    "UPSERT repairs_events SET reason = 'x' WHERE seq = 1",
  ],
  ['DELETE of one', `DELETE ${ID}`, `DELETE ONLY ${ID} RETURN BEFORE`],
  ['DELETE of a range', `DELETE ${RANGE}`, `DELETE ${ALL}`],
  ['DELETE of a table', 'DELETE repairs_events', 'DELETE FROM repairs_events', "DELETE repairs_events WHERE session_id = 'guarded'"],
  ['statements within others', `FOR $one IN (SELECT VALUE id FROM repairs_events) { DELETE $one }`, `RETURN (DELETE ${ID})`],
  ['a transaction', `BEGIN; DELETE ${ID}; UPDATE repairs_events SET reason = 'x'; COMMIT`],
  [
    'INSERT of what is there',
    "INSERT INTO repairs_events $row ON DUPLICATE KEY UPDATE reason = 'x'",
    'INSERT INTO repairs_events $row',
    'INSERT IGNORE INTO repairs_events $row',
    "INSERT IGNORE INTO repairs_events $row ON DUPLICATE KEY UPDATE reason = 'x'",
    `CREATE ${ID} CONTENT $event`,
  ],
  [
    'an event out of its place',
    "CREATE repairs_events:['guarded', 4] CONTENT $unlinked",
    "CREATE repairs_events:['guarded', 9] CONTENT $late",
    "CREATE repairs_events:['guarded', 0] CONTENT $early",
    "CREATE repairs_events:['guarded', 4] CONTENT $foreign",
    "CREATE repairs_events:['other', 4] CONTENT $next",
    'CREATE repairs_events:loose CONTENT $next',
    'CREATE repairs_events CONTENT $next',
    'INSERT INTO repairs_events [$next, $next]',
  ],
  [
    'edges',
    `RELATE ${ID}->repairs_events->${ID}`,
    'INSERT RELATION INTO repairs_events $edge',
    `RELATE ${ID}->edges->${ID}`,
    `DELETE ${ID}->edges`,
  ],
  [
    'OPTION IMPORT',
    'OPTION IMPORT; DELETE repairs_events',
    `OPTION IMPORT; UPDATE ${ID} SET reason = 'x'`,
    "OPTION IMPORT; CREATE repairs_events:['guarded', 9] CONTENT $late",
    'OPTION IMPORT; INSERT INTO repairs_events $row ON DUPLICATE KEY UPDATE reason = "x"',
    'OPTION IMPORT; REMOVE TABLE repairs_events',
  ],
  [
    'REMOVE',
    'REMOVE TABLE repairs_events',
    'REMOVE TABLE IF EXISTS repairs_events',
    'REMOVE EVENT repairs_events_append_only ON repairs_events',
    'REMOVE EVENT repairs_events_chain ON repairs_events',
    'REMOVE FIELD reason ON repairs_events',
    'REMOVE FIELD IF EXISTS event_digest ON repairs_events',
    'REMOVE INDEX IF EXISTS any ON repairs_events',
    'REMOVE ACCESS riff ON DATABASE',
    'REMOVE USER riff ON DATABASE',
    'REMOVE DATABASE riff',
    'REMOVE NAMESPACE riff',
  ],
  [
    'DEFINE',
    'DEFINE TABLE OVERWRITE repairs_events SCHEMALESS PERMISSIONS FULL',
    'DEFINE TABLE repairs_events SCHEMALESS PERMISSIONS FULL',
    'DEFINE TABLE OVERWRITE repairs_events DROP',
    'DEFINE TABLE copies AS SELECT * FROM repairs_events',
    "DEFINE FIELD OVERWRITE reason ON repairs_events TYPE string VALUE 'x'",
    "DEFINE FIELD more ON repairs_events TYPE string DEFAULT 'x'",
    'DEFINE EVENT OVERWRITE repairs_events_append_only ON repairs_events WHEN false THEN {}',
    'DEFINE EVENT more ON repairs_events THEN { DELETE $before.id }',
    'DEFINE INDEX more ON repairs_events FIELDS session_id UNIQUE',
    'DEFINE FUNCTION fn::x() { DELETE repairs_events }',
    "DEFINE USER intruder ON DATABASE PASSWORD 'x' ROLES OWNER",
    "DEFINE USER OVERWRITE riff ON DATABASE PASSWORD 'x' ROLES OWNER",
    'DEFINE ACCESS intruder ON DATABASE TYPE RECORD',
    "DEFINE ACCESS OVERWRITE riff ON DATABASE TYPE JWT ALGORITHM HS512 KEY 'x'",
    'DEFINE PARAM $forged VALUE 1',
  ],
  [
    'ALTER and REBUILD',
    'ALTER TABLE repairs_events SCHEMALESS',
    'ALTER TABLE repairs_events PERMISSIONS FULL',
    'ALTER FIELD reason ON repairs_events DROP READONLY',
    'REBUILD INDEX IF EXISTS any ON repairs_events',
  ],
  ['another database', 'USE NS other DB other; DEFINE TABLE x', 'USE NS other; DELETE riff'],
  [
    'the version table',
    'DELETE schema_migrations',
    'UPDATE schema_migrations SET number = 99',
    'CREATE schema_migrations:99 SET number = 99',
  ],
];

describe('as the user that Riff signs in as', () => {
  test.each(changing)('%s leaves the log as it is, byte for byte', async (_what, ...statements) => {
    const first = events[0]!;
    const last = events[2]!;
    const next = { ...last, seq: 4, prev_digest: last.event_digest, reason: 'forged' };
    const bindings = {
      event: first,
      forged: { ...first, reason: 'x' },
      row: { ...first, id: [SESSION, 1], reason: 'x' },
      next,
      unlinked: { ...next, prev_digest: 'f'.repeat(64) },
      late: { ...next, seq: 9 },
      early: { ...next, seq: 0 },
      foreign: { ...next, session_id: 'other' },
      edge: { ...next, in: ID, out: ID },
    };
    const before = await bytes();
    for (const statement of statements) {
      const answer = await connection.query(statement, bindings, 10_000).then(
        (results): unknown => results.at(-1) ?? null,
        (cause: unknown) => (cause instanceof Error ? cause.message : JSON.stringify(cause)),
      );
      const said = typeof answer === 'string' ? answer : JSON.stringify(answer);
      // Refused, or without effect; and not because it was misspelt.
      expect.soft([statement, said]).not.toEqual([statement, expect.stringMatching(/parse error|unexpected token/iu)]);
      const isWithoutEffect = answer === null || (Array.isArray(answer) && answer.length === 0);
      expect.soft([statement, isWithoutEffect || typeof answer === 'string'], said).toEqual([statement, true]);
      expect(await bytes(), statement).toBe(before);
    }
  });

  test('only the next event is taken, and once', async () => {
    const last = events[2]!;
    const next = { ...last, event_id: '0198c1b2-0000-7000-8000-000000000009', seq: 4, prev_digest: last.event_digest };
    const create = "CREATE repairs_events:['guarded', 4] CONTENT $next";
    await connection.query(create, { next }, 10_000);
    await expect(connection.query(create, { next }, 10_000)).rejects.toMatchObject({ kind: 'AlreadyExists' });
    const store = await harness.open();
    const stored = await store.events(SESSION);
    await store.close();
    expect(stored.slice(0, 3)).toEqual(events);
    // What a client makes up is in the log for good, and its digest gives it away.
    expect(verifyChain(stored, sha256)).toMatchObject([{ code: 'digest', seq: 4 }]);
  });
});

describe('as owner of the database', () => {
  /** Runs statements on the stopped store and reads the log. */
  async function asOwner(session: string, statements: readonly string[]): Promise<{ answers: string[]; stored: RepairEvent[] }> {
    await harness.stop('SIGTERM');
    const program = await buildProgram('owner', `${harness.root}/dist`);
    const answers = JSON.parse(await runProgram(program, [harness.dataDir, JSON.stringify(statements)])) as string[];
    const store = await harness.open();
    try {
      return { answers, stored: await store.events(session) };
    } finally {
      await store.close();
    }
  }

  async function newLog(session: string): Promise<RepairEvent[]> {
    const store = await harness.open();
    for (const name of ['a', 'b', 'c']) await appendNow(store, draft(session, { message_id: name }));
    const log = await store.events(session);
    await store.close();
    return log;
  }

  test('plain statements are thrown out by the table itself', async () => {
    const log = await newLog('owned');
    const { answers, stored } = await asOwner('owned', [
      "UPDATE repairs_events:['owned', 1] SET reason = 'x'",
      "UPSERT repairs_events:['owned', 1] SET operator = 'user:x'",
      "DELETE repairs_events:['owned', 3]",
      'DELETE repairs_events',
    ]);
    expect(answers).toHaveLength(4);
    for (const answer of answers) expect(answer).toMatch(/readonly|append-only/iu);
    expect(stored).toEqual(log);
  });

  test.each<[string, string, string[], string[]]>([
    ['a changed field', 'owned-1', ["UPDATE repairs_events:['owned-1', 2] SET reason = 'x'"], ['digest 2']],
    ['an event that was taken out', 'owned-2', ["DELETE repairs_events:['owned-2', 2]"], ['gap 3']],
    ['a tail that was cut off', 'owned-3', ["DELETE repairs_events:['owned-3', 3]"], ['head 3']],
    ['a log that is gone', 'owned-4', ["DELETE repairs_events:['owned-4', 1]..=['owned-4', 3]"], ['head 3']],
  ])('OPTION IMPORT gets past it; %s is found', async (_what, session, statements, problems) => {
    const log = await newLog(session);
    const { answers, stored } = await asOwner(
      session,
      statements.map((statement) => `OPTION IMPORT; ${statement}`),
    );
    expect(answers).toEqual(statements.map(() => 'ok'));
    const head = { seq: 3, digest: log[2]!.event_digest };
    const found = verifyChain(stored, sha256, head).map(({ code, seq }) => `${code} ${seq}`);
    expect(found).toEqual(expect.arrayContaining(problems));
  });

  test('a guard that was taken away is put back by nobody, and what was done without it is found', async () => {
    await newLog('owned-5');
    const { answers, stored } = await asOwner('owned-5', [
      'REMOVE EVENT repairs_events_append_only ON repairs_events',
      'DEFINE FIELD OVERWRITE reason ON repairs_events TYPE string',
      "UPDATE repairs_events:['owned-5', 1] SET reason = 'x'",
    ]);
    expect(answers).toEqual(['ok', 'ok', 'ok']);
    expect(verifyChain(stored, sha256)).toMatchObject([{ code: 'digest', seq: 1 }]);
  });
});
