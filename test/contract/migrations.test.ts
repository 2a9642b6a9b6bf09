/**
 * The schema from every earlier version to this one, with data in it; and what is refused.
 */
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RepairEvent } from '../../src/core/log/event.ts';
import { makeEvent } from '../../src/core/log/make-event.ts';
import { replay } from '../../src/core/log/replay.ts';
import { materialise } from '../../src/core/log/view.ts';
import { verifyChain } from '../../src/core/log/verify/verify.ts';
import { sha256 } from '../../src/files/sha256.ts';
import { SCHEMA_VERSION } from '../../src/store/schema/schema-version.ts';
import { cliHarness, type CliHarness, type CliResult } from '../support/riff-cli.ts';
import { localHarness } from './local-harness.ts';
import { buildProgram, runProgram } from './programs/run.ts';
import { PASSWORD, PLACE, remoteHarness, type RemoteHarness } from './remote-harness.ts';
import { appendNow, draft, messageRow, sessionRow, storeErrorOf, stream } from './sample.ts';

const SESSION = 'old';
const EARLIER = Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => index + 1);

/** A log as an earlier version has written it, as statements. */
function oldLog(): { events: RepairEvent[]; statements: string[] } {
  const identity = { now: () => 1_700_000_000_000, newId: () => v7(), sha256, engineVersion: '0.0.1' };
  const events: RepairEvent[] = [];
  for (const name of ['a', 'b', 'c']) {
    const last = events.at(-1);
    const head = last === undefined ? { seq: 0, digest: '' } : { seq: last.seq, digest: last.event_digest };
    events.push(makeEvent(draft(SESSION, { message_id: name }), head, identity));
  }
  const view = materialise(SESSION, replay(events), 1_700_000_000_000, 1);
  return {
    events,
    statements: [
      ...events.map((event) => `CREATE repairs_events:['${SESSION}', ${event.seq}] CONTENT ${JSON.stringify(event)}`),
      `CREATE sessions_materialized:${SESSION} CONTENT ${JSON.stringify(view)}`,
    ],
  };
}

let cli: CliHarness;

beforeAll(async () => {
  cli = await cliHarness();
}, 60_000);

afterAll(async () => {
  await cli.dispose();
});

const db = (server: RemoteHarness, user: string, ...args: string[]): Promise<CliResult> =>
  cli.run(['db', ...args], {
    env: {
      SURREAL_URL: `ws://127.0.0.1:${server.port}`,
      SURREAL_NAMESPACE: PLACE.namespace,
      SURREAL_DATABASE: PLACE.database,
      SURREAL_USER: user,
      SURREAL_PASS: PASSWORD,
    },
  });

describe.each(EARLIER)('a server at step %i', (step) => {
  test('is refused until its owner migrates it, and has all it had afterwards', async () => {
    const { events, statements } = oldLog();
    const server = await remoteHarness(step, statements);
    try {
      const refused = await storeErrorOf(server.open());
      expect([refused.code, refused.remedy]).toEqual(['schema_too_old', expect.stringContaining('riff db migrate')]);
      const before = await db(server, 'writer', 'status', '--json');
      expect(before.status).toBe(1);
      expect(JSON.parse(before.stdout)).toMatchObject({ store: 'remote', schema: step, expected: SCHEMA_VERSION, warnings: [] });
      expect(await db(server, 'writer', 'migrate')).toMatchObject({ status: 2, stdout: '' });
      const dry = await db(server, 'keeper', 'migrate', '--dry-run');
      expect(dry).toMatchObject({ status: 0, stdout: expect.stringContaining(`Would apply step ${step + 1}`) as unknown });
      expect((await storeErrorOf(server.open())).code).toBe('schema_too_old');
      expect(await db(server, 'keeper', 'init-schema')).toMatchObject({ status: 2, stdout: '' });
      expect(await db(server, 'keeper', 'migrate')).toMatchObject({
        status: 0,
        stdout: expect.stringContaining(`Applied step ${SCHEMA_VERSION}`) as unknown,
      });
      expect((await db(server, 'keeper', 'migrate')).stdout).toContain('Nothing to do');
      expect((await db(server, 'writer', 'status')).stdout).toContain('up to date');
      const store = await server.open();
      expect(await store.events(SESSION)).toEqual(events);
      expect(await store.view(SESSION)).toMatchObject({ last_seq: 3, is_stale: false });
      expect(await store.rebuildView(SESSION)).toMatchObject({ drift_detected: false });
      await appendNow(store, draft(SESSION, { message_id: 'd' }));
      expect(verifyChain(await store.events(SESSION), sha256)).toEqual([]);
      await store.sync(sessionRow(SESSION, 'v1'), stream([messageRow('a')]), { operator: 'user:tester' });
      await store.close();
    } finally {
      await server.dispose();
    }
  }, 60_000);

  test('on this machine is brought up to date when it is opened', async () => {
    const { events, statements } = oldLog();
    const harness = await localHarness();
    try {
      const program = await buildProgram('server', `${harness.root}/dist`);
      // Ends at once: its standard input is empty.
      await runProgram(program, [harness.dataDir, 'riff', 'riff', `${step}`, JSON.stringify(statements)]);
      const store = await harness.open();
      expect(await store.events(SESSION)).toEqual(events);
      const { view } = await appendNow(store, draft(SESSION, { message_id: 'd' }));
      expect(await store.view(SESSION)).toEqual(view);
      await store.close();
    } finally {
      await harness.dispose();
    }
  }, 60_000);
});

test('a server without a schema gets one when its owner asks for it', async () => {
  const server = await remoteHarness(0);
  try {
    expect((await db(server, 'keeper', 'status')).stdout).toContain('riff db init-schema');
    expect(await db(server, 'keeper', 'migrate')).toMatchObject({ status: 2 });
    expect((await db(server, 'keeper', 'init-schema', '--dry-run')).stdout).toContain('Dry run');
    expect((await storeErrorOf(server.open())).remedy).toContain('riff db init-schema');
    const made = await db(server, 'keeper', 'init-schema', '--json');
    expect(JSON.parse(made.stdout)).toMatchObject({
      dryRun: false,
      schema: SCHEMA_VERSION,
      steps: [{ number: 1 }, { number: 2 }, { number: 3 }],
    });
    expect((await db(server, 'keeper', 'status')).stdout).toContain('This user could change events');
    expect((await db(server, 'writer', 'status')).stdout).not.toContain('!');
    const store = await server.open();
    await appendNow(store, draft('new'));
    await store.close();
  } finally {
    await server.dispose();
  }
}, 60_000);

test('a server of a newer version is left alone', async () => {
  const server = await remoteHarness(SCHEMA_VERSION, [
    "CREATE schema_migrations:999 CONTENT { number: 999, name: 'future', applied_by: '9.9.9', applied_at: time::now() }",
  ]);
  try {
    expect((await storeErrorOf(server.open())).code).toBe('schema_too_new');
    expect(await db(server, 'writer', 'status')).toMatchObject({ status: 1, stdout: expect.stringContaining('Update Riff') as unknown });
    expect(await db(server, 'keeper', 'migrate')).toMatchObject({ status: 2, stderr: expect.stringContaining('Update Riff') as unknown });
  } finally {
    await server.dispose();
  }
}, 60_000);

test('without a server named there is nothing to migrate by hand', async () => {
  const result = await cli.run(['db', 'migrate']);
  expect(result).toMatchObject({ status: 2, stdout: '' });
  expect(result.stderr).toContain('by itself');
  expect((await cli.run(['db', 'status'])).stdout).toContain('Nothing is stored yet');
});
