import { readdir, readFile, utimes } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { putService } from '../support/bundles.ts';
import { RecordId } from 'surrealdb';
import { readDiscovery } from '../../src/files/data/service-discovery.ts';
import { Connection } from '../../src/store/connection/connection.ts';
import { localAddress } from '../../src/store/local/local-address.ts';
import { documentOf, LogDocument, RepairDocument } from '../support/cli-documents.ts';
import { conversation, idOf, lines, record, SESSION, type RecordSpec } from '../support/records.ts';
import { cliHarness, type CliHarness } from '../support/riff-cli.ts';

/** The bundled command and the real service, through a whole repair. */
let cli: CliHarness;
let count = 0;
let sessionId: string;
let path: string;

/** Two chains broken off: messages 4 … 7 and 8 … 11. */
function broken(): RecordSpec[] {
  return conversation(12).map((spec, i) => (i === 4 || i === 8 ? { ...spec, parent: idOf(900 + i) } : spec));
}

const log = async () => documentOf(LogDocument, (await cli.run(['log', sessionId, '--json'])).stdout);
const repair = async (...options: string[]) => {
  const result = await cli.run(['repair', path, '--json', ...options]);
  return { status: result.status, ...documentOf(RepairDocument, result.stdout) };
};

/** The program whose figures a session of a person gets. */
const CLIENT = { id: 'claude-code', version: expect.any(String) as string };

beforeAll(async () => {
  cli = await cliHarness();
  await putService(cli.dist);
}, 120_000);

afterAll(async () => {
  await cli.run(['service', 'stop']);
  await cli.dispose();
}, 60_000);

beforeEach(async () => {
  count += 1;
  sessionId = `aaaaaaaa-2222-4333-8444-${count.toString().padStart(12, '0')}`;
  path = await cli.file(`home/.claude/projects/-shop-${count}/${sessionId}.jsonl`, lines(broken()));
  await utimes(path, 1_700_000_000, 1_700_000_000);
});

describe('a session and its log', () => {
  test('repairs are logged once, with who and why, and the file stays as it is', async () => {
    const first = await repair('--operator', 'agent:nightly', '--reason', 'checked');
    expect(first).toMatchObject({ status: 0, resume: { before: 12, after: 12, total: 12 }, written: null });
    expect(first.plan.map(({ uuid, newParent }) => [uuid, newParent])).toEqual([
      [idOf(4), idOf(3)],
      [idOf(8), idOf(7)],
    ]);
    const { events, head } = await log();
    expect(events.map((event) => event.event_id)).toEqual(first.events);
    expect(events[0]).toMatchObject({
      seq: 1,
      session_id: sessionId,
      event_type: 'parent_repaired',
      operator: 'agent:nightly',
      reason: 'checked',
      message_id: idOf(4),
      old_parent_uuid: idOf(904),
      new_parent_uuid: idOf(3),
      validation_passed: true,
      payload: { finding: 'orphan-parent-missing', confidence: 'high', line: 5, new_parent_line: 4 },
    });
    expect(head).toEqual({ seq: 2, digest: events[1]?.['event_digest'] });
    expect(await readFile(path, 'utf8')).toBe(lines(broken()));

    const again = await repair();
    expect(again).toMatchObject({ status: 0, events: [], resume: { before: 12, after: 12 } });
    expect(again.plan).toEqual(first.plan);
    expect((await log()).events).toHaveLength(2);
    expect((await cli.run(['repair', path])).stdout).toContain('Nothing to do.');
  });

  test('an event that is taken back is marked, and its finding can be repaired again', async () => {
    await repair();
    const reverted = await cli.run(['revert', sessionId.slice(0, 36), '2', '--reason', 'wrong one', '--operator', 'bob']);
    expect(reverted).toMatchObject({ status: 0, stderr: '' });
    const { events } = await log();
    expect(events[2]).toMatchObject({
      event_type: 'reverted',
      reverts_event_id: events[1]?.event_id,
      operator: 'user:bob',
      reason: 'wrong one',
      new_parent_uuid: idOf(908),
    });
    const { stdout } = await cli.run(['log', path]);
    expect(stdout).toContain('3 events, 1 repair in force');
    expect(stdout).toMatch(/^✗ 2 .*user:tester .*\(taken back by event 3\)$/m);

    const twice = await cli.run(['revert', path, '2']);
    expect(twice).toMatchObject({ status: 2, stdout: '' });
    expect(await cli.run(['revert', path, '77'])).toMatchObject({ status: 2, stdout: '' });

    const dry = await repair('--dry-run');
    expect(dry.resume).toEqual({ loader: CLIENT, before: 12, after: 12, total: 12 });
    expect((await cli.run(['repair', path, '--dry-run'])).stdout).toContain('would log 1 repair');
    expect((await repair()).events).toHaveLength(1);
    // By its id, and a revert of a revert: the new repair of that record stays, so it must be wanted.
    const revert = (await log()).events[2]?.event_id ?? '';
    const refused = await cli.run(['revert', path, revert]);
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toContain('Event 4 by user:tester');
    expect(await cli.run(['revert', path, revert, '--force'])).toMatchObject({ status: 0 });
  });

  test('repairs in force are part of every file that is written', async () => {
    await repair('--only', 'orphan-parent-missing');
    const copy = await repair('--copy');
    expect(copy).toMatchObject({ status: 0, events: [], resume: { before: 12, after: 12 } });
    const expected = lines(conversation(12)).replaceAll(/"sessionId":"[^"]*"/g, `"sessionId":"${copy.written?.sessionId}"`);
    expect(await readFile(copy.written?.path ?? '', 'utf8')).toBe(expected);

    const inPlace = await repair('--in-place');
    expect(inPlace).toMatchObject({ status: 0, written: { path, sessionId } });
    expect(await readFile(path, 'utf8')).toBe(lines(conversation(12)));
    const backups = (await readdir(dirname(path))).filter((name) => name.startsWith(basename(path)) && name !== basename(path));
    expect(backups).toHaveLength(1);
    expect((await repair()).plan).toEqual([]);
  });

  test('of two that repair at once, each event is logged once', async () => {
    const results = await Promise.all([cli.run(['repair', path]), cli.run(['repair', path])]);
    const { events } = await log();
    expect(events.map((event) => event.seq)).toEqual([1, 2]);
    expect(results.map((result) => result.status)).toContain(0);
    for (const { status, stderr } of results) if (status !== 0) expect(stderr).toContain('Somebody else changed this session');
  });

  test('damaged lines are taken apart by repairs of their own, which can be taken back', async () => {
    const whole = lines(conversation(4)).replaceAll(SESSION, sessionId);
    const torn = whole.replace('\n', '') + whole.slice(0, 60);
    await cli.file(`home/.claude/projects/-shop-${count}/${sessionId}.jsonl`, torn);
    const result = await repair('--copy');
    expect(result).toMatchObject({ status: 0, resume: { before: 3, after: 4, total: 4 } });
    expect(result.plan).toMatchObject([
      { code: 'line-concatenated', kind: 'split', line: 1 },
      { code: 'line-torn', kind: 'quarantine', line: 4 },
    ]);
    expect((await log()).events.map((event) => event.event_type)).toEqual(['line_split', 'line_quarantined']);
    const written = result.written?.sessionId ?? '';
    expect(await readFile(result.written?.path ?? '', 'utf8')).toBe(whole.replaceAll(sessionId, written));
    await cli.run(['revert', sessionId, '1']);
    expect((await repair('--dry-run', '--only', 'line-torn')).resume).toEqual({ loader: CLIENT, before: 3, after: 3, total: 4 });
  });

  test('a lost record that stands in an agent’s file is put back, not bridged over', async () => {
    const folder = `home/.claude/projects/-shop-${count}`;
    const specs = conversation(6);
    const whole = specs.map((spec, i) => JSON.stringify(record(spec, i)).replaceAll(SESSION, sessionId));
    const stolen = (whole[3] ?? '').replace('"isSidechain":false', '"isSidechain":true,"agentId":"a1"');
    await cli.file(`${folder}/${sessionId}/subagents/agent-a1.jsonl`, `${stolen}\n`);
    await cli.file(`${folder}/${sessionId}.jsonl`, `${whole.filter((_, i) => i !== 3).join('\n')}\n`);
    const result = await repair('--copy');
    expect(result).toMatchObject({ status: 0, resume: { before: 5, after: 6, total: 6 } });
    expect(result.plan).toMatchObject([{ code: 'orphan-record-elsewhere', kind: 'restore', newParent: idOf(3), confidence: 'high' }]);
    expect((await log()).events).toMatchObject([
      { event_type: 'message_restored', message_id: idOf(3), new_parent_uuid: idOf(2), old_parent_uuid: null },
    ]);
    const written = result.written?.sessionId ?? '';
    expect(await readFile(result.written?.path ?? '', 'utf8')).toBe(`${whole.join('\n')}\n`.replaceAll(sessionId, written));
  });

  test('a sync writes the session once and says so', async () => {
    const sync = async (...options: string[]): Promise<unknown> =>
      JSON.parse((await cli.run(['sync:surrealdb', path, '--json', ...options])).stdout);
    expect(await sync('--dry-run')).toMatchObject({ isNew: true, dryRun: true, added: 12 });
    expect(await sync()).toMatchObject({ isNew: true, unchanged: false, messages: 12, added: 12, sessionId });
    expect(await sync()).toMatchObject({ isNew: false, unchanged: true, added: 0, eventsLogged: 0 });
    await cli.file(`home/.claude/projects/-shop-${count}/${sessionId}.jsonl`, lines(conversation(13)));
    expect(await sync()).toMatchObject({ unchanged: false, added: 1, parentsChanged: 2 });
    const { stdout, status } = await cli.run(['sync:surrealdb', path]);
    expect(status).toBe(0);
    expect(stdout).toContain('Nothing changed since the last sync.');
  });

  test('an agent’s file is not synced in the place of its session', async () => {
    const folder = `home/.claude/projects/-shop-${count}`;
    for (const name of [`${sessionId}/subagents/agent-a1.jsonl`, 'agent-a1.jsonl']) {
      const agent = await cli.file(`${folder}/${name}`, lines(conversation(3)).replaceAll(SESSION, sessionId));
      const refused = await cli.run(['sync:surrealdb', agent]);
      expect(refused).toMatchObject({ status: 2, stdout: '' });
      expect(refused.stderr).toContain('This is the file of a subagent');
      expect(refused.stderr).toContain('Sync the session it belongs to');
    }
    expect(await log()).toMatchObject({ events: [] });
  });

  test('upkeep rebuilds a view that is stale, checks logs, and names one that is not what was written', async () => {
    await repair();
    const found = await readDiscovery(cli.dataDir);
    if (found === null) throw new Error('no service runs');
    const raw = await Connection.open(localAddress(found), 5_000, () => undefined);
    const view = new RecordId('sessions_materialized', sessionId);
    try {
      await raw.query('UPDATE $view SET last_seq = 1', { view }, 5_000);
      const stale = await cli.run(['upkeep', '--all', '--json']);
      expect(stale.status).toBe(0);
      expect(JSON.parse(stale.stdout)).toMatchObject({ views: { rebuilt: 1 }, logs: { faulty: [] } });
      expect((await cli.run(['upkeep', '--sample', '1'])).stdout).toMatch(/0 rebuilt\.\nLogs: 1 of \d+ checked, all sound/);
      await raw.query('UPDATE $view SET message_parents = {}', { view }, 5_000);
      const spoilt = await cli.run(['upkeep', '--all', '--json']);
      expect(spoilt.status).toBe(1);
      expect(JSON.parse(spoilt.stdout)).toMatchObject({ logs: { faulty: [sessionId] } });
      await raw.query('DELETE $view', { view }, 5_000);
      expect(await cli.run(['upkeep', '--all'])).toMatchObject({ status: 0 });
    } finally {
      await raw.close();
    }
  });

  test('the service can be seen and stopped, and the log is still there', async () => {
    await repair();
    expect(JSON.parse((await cli.run(['service', 'status', '--json'])).stdout)).toMatchObject({
      running: true,
      dataDirectory: cli.dataDir,
    });
    expect((await cli.run(['service', 'stop'])).stdout).toContain('has ended');
    expect(JSON.parse((await cli.run(['service', 'status', '--json'])).stdout)).toMatchObject({ running: false });
    expect((await log()).events).toHaveLength(2);
  });
});
