import { spawn } from 'node:child_process';
import { readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { putService } from '../support/bundles.ts';
import { documentOf, LogDocument } from '../support/cli-documents.ts';
import { conversation, idOf, lines } from '../support/records.ts';
import { cliHarness, type CliHarness, type CliResult } from '../support/riff-cli.ts';
import { hash, until } from './sample.ts';

/** The commands on the log, bundled, over the real service. */
let cli: CliHarness;
let count = 0;
let sessionId: string;
let path: string;

const run = (...args: string[]): Promise<CliResult> => cli.run(args);
const json = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { status, stdout, stderr } = await run(...args, '--json');
  if (stdout === '') throw new Error(`status ${status}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
};
const log = async () => documentOf(LogDocument, (await run('log', sessionId, '--json')).stdout);

beforeAll(async () => {
  cli = await cliHarness();
  await putService(cli.dist);
}, 120_000);

afterAll(async () => {
  await run('service', 'stop');
  await cli.dispose();
}, 60_000);

/** A session with two repairs in its log: events 1 and 2. */
beforeEach(async () => {
  count += 1;
  sessionId = `bbbbbbbb-2222-4333-8444-${count.toString().padStart(12, '0')}`;
  const broken = conversation(12).map((spec, i) => (i === 4 || i === 8 ? { ...spec, parent: idOf(900 + i) } : spec));
  path = await cli.file(`home/.claude/projects/-shop-${count}/${sessionId}.jsonl`, lines(broken));
  await utimes(path, 1_700_000_000, 1_700_000_000);
  expect(await run('repair', path)).toMatchObject({ status: 0 });
});

describe('positions of a log', () => {
  test('a checkpoint is named once, listed, looked at, compared with and gone back to', async () => {
    expect((await run('checkpoint', sessionId, 'both repaired', '--reason', 'to be safe')).stdout).toBe(
      'Event 3: checkpoint both repaired.\n',
    );
    expect(await run('checkpoint', sessionId, 'both repaired')).toMatchObject({ status: 2, stdout: '' });
    await run('revert', sessionId, '1', '2');
    await run('repair', path, '--only', 'orphan-parent-missing');
    expect(await json('checkpoints', path)).toMatchObject({
      checkpoints: [{ name: 'both repaired', seq: 3, reason: 'to be safe', operator: 'user:tester' }],
    });
    expect(documentOf(LogDocument, (await run('log', path, '--json', '--to', 'both repaired')).stdout).head.seq).toBe(3);
    expect((await run('log', path, '--to', '1')).stdout).toContain('1 event, 1 repair in force');
    expect(await run('log', path, '--to', 'nowhere')).toMatchObject({ status: 2, stdout: '' });

    const compared = await json('compare', path, 'both repaired', '5');
    expect(compared).toMatchObject({ from: 3, to: 5, parents: [{ uuid: idOf(4) }, { uuid: idOf(8) }], leaf: null });
    expect((await run('compare', path, 'both repaired', 'head')).stdout).toContain('The state is the same.');

    const dry = await run('revert', path, '--since', '0', '--dry-run');
    expect(dry).toMatchObject({ status: 0, stderr: '' });
    expect(dry.stdout).toContain('2 events would be taken back');
    const before = (await log()).head.seq;
    expect(await json('revert', path, '--since', '0')).toMatchObject({ conflicts: [], targets: { length: 2 }, events: { length: 2 } });
    const { events, head } = await log();
    expect(head.seq).toBe(before + 2);
    expect(events.slice(-2)).toMatchObject([
      { event_type: 'reverted', message_id: idOf(8), old_parent_uuid: idOf(7), new_parent_uuid: idOf(908) },
      { event_type: 'reverted', message_id: idOf(4), old_parent_uuid: idOf(3), new_parent_uuid: idOf(904) },
    ]);
    expect((await run('compare', path, '0', 'head')).stdout).toContain('The state is the same.');
    // Back to the checkpoint: the reverts made since are taken back themselves.
    expect(await run('revert', path, '--since', 'both repaired')).toMatchObject({ status: 0 });
    expect((await run('compare', path, 'both repaired', 'head')).stdout).toContain('The state is the same.');
    expect((await run('revert', path, '--since', 'head')).stdout).toContain('nothing to take back');
  });
});

describe('verifying', () => {
  test('a log is sound; a head from elsewhere, and an export, are held against it', async () => {
    const heads = join(cli.root, `heads-${count}.json`);
    const out = join(cli.root, `export-${count}.json`);
    expect(await run('verify', path, '--write-head', heads)).toMatchObject({
      status: 0,
      stderr: '',
      stdout: `✔ ${sessionId}: 2 events, sound\n`,
    });
    await run('export', path, '--out', out);
    await run('checkpoint', path, 'later');
    expect(await run('verify', path, '--expect-head', heads, '--against', out)).toMatchObject({ status: 0 });

    const { heads: list } = JSON.parse(await readFile(heads, 'utf8')) as { heads: { digest: string; seq: number }[] };
    expect(list).toMatchObject([{ session_id: sessionId, seq: 2 }]);
    await writeFile(heads, JSON.stringify({ riff: 1, heads: [{ ...list[0], digest: 'f'.repeat(64) }] }));
    expect(await json('verify', path, '--expect-head', heads)).toMatchObject({
      sessions: [{ sound: false, faults: [{ code: 'head', seq: 2 }] }],
    });
    expect(await run('verify', path, '--expect-head', heads)).toMatchObject({ status: 1 });
    await writeFile(heads, '{"riff":1,"heads":[]}');
    expect(await run('verify', path, '--expect-head', heads)).toMatchObject({ status: 2, stdout: '' });
  });

  test('a log that was cut, or is gone altogether, is missed; a restored one can be accepted', async () => {
    const kept = join(cli.dataDir, 'heads', `${sessionId}.json`);
    const head = JSON.parse(await readFile(kept, 'utf8')) as { seq: number; digest: string };
    expect(head).toMatchObject({ session_id: sessionId, seq: 2, digest: (await log()).head.digest });
    // The head of a longer log: as if events had been cut off since.
    await writeFile(kept, JSON.stringify({ ...head, seq: 5, digest: 'a'.repeat(64) }));
    const cut = await run('verify', '--all');
    expect(cut.status).toBe(1);
    expect(cut.stdout).toContain(`✖ ${sessionId}: 2 events, 1 fault`);
    expect(cut.stdout).toContain('event 5: The log ends at event 2; it was seen up to event 5.');
    expect(await run('verify', path, '--accept')).toMatchObject({ status: 0 });
    expect(await run('verify', path)).toMatchObject({ status: 0 });

    const elsewhere = cli.environment({ RIFF_DATA_DIR: join(cli.root, `other-${count}`) });
    await cli.file(`other-${count}/heads/${sessionId}.json`, JSON.stringify(head));
    const gone = await cli.run(['verify', sessionId], { env: elsewhere });
    expect(gone).toMatchObject({ status: 1 });
    expect(gone.stdout).toContain('The log is empty; it was seen with 2 events.');
  });
});

describe('export and import', () => {
  test('a log goes into another store as it is, once, and only where it continues what is there', async () => {
    const out = join(cli.root, `log-${count}.json`);
    expect(await run('export', path, '--out', out)).toMatchObject({ status: 0, stdout: '' });
    expect(await run('export', path, '--out', out)).toMatchObject({ status: 2 });
    expect((await run('export', path, '--format', 'md')).stdout).toContain(`# Repair log of session \`${sessionId}\``);
    expect((await run('export', path, '--format', 'csv')).stdout.split('\r\n')).toHaveLength(3);

    const env = { RIFF_DATA_DIR: join(cli.root, `second-${count}`) };
    const there = (...args: string[]): Promise<CliResult> => cli.run(args, { env });
    try {
      expect((await there('import', out, '--dry-run')).stdout).toContain('2 events would be imported');
      expect(await there('import', out)).toMatchObject({ status: 0 });
      expect(JSON.parse((await there('log', sessionId, '--json')).stdout)).toEqual(await log());
      expect((await there('import', out)).stdout).toContain('0 events imported. 2 events were in the log already.');
      expect(await there('verify', '--all')).toMatchObject({ status: 0 });

      await there('checkpoint', sessionId, 'only here');
      await run('checkpoint', path, 'only there');
      const longer = join(cli.root, `longer-${count}.json`);
      await run('export', path, '--out', longer);
      const forked = await there('import', longer);
      expect(forked).toMatchObject({ status: 2, stdout: '' });
      expect(forked.stderr).toContain('part at event 3');

      const text = await readFile(out, 'utf8');
      await writeFile(out, text.replace('"validation_passed": true', '"validation_passed": false'));
      const changed = await there('import', out);
      expect(changed.stderr).toContain('Event 1, validation_passed');
    } finally {
      await there('service', 'stop');
    }
  });

  test('a log of the tool before Riff becomes events of this one, with the originals in them', async () => {
    const session = `session-${count}`;
    const event = (id: string, old: string | null, parent: string, extra: object = {}): object => {
      const timestamp = `2024-10-20T12:00:0${id.slice(-1)}.000000+00:00`;
      const base = { event_id: id, session_id: session, timestamp, message_id: 'm', old_parent_uuid: old, new_parent_uuid: parent };
      const event_digest = hash([id, session, timestamp, 'm', old ?? 'null', parent].join(''));
      return {
        ...base,
        operator: 'user:tryk',
        reason: 'why',
        similarity_score: 0.5,
        validation_passed: true,
        is_reverted: false,
        ...extra,
        event_digest,
      };
    };
    const events = [
      event('evt_1', null, 'p1'),
      event('evt_2', 'p1', 'p2'),
      event('evt_3', 'p2', 'p1', { is_reverted: true, reverts_event_id: 'evt_2' }),
    ];
    const document = {
      format_version: '1.0',
      session_id: session,
      exported_at: 'x',
      event_count: 3,
      metadata: { session_digest: hash('evt_1evt_2evt_3') },
      events,
    };
    const file = await cli.file(`ancestor-${count}.json`, JSON.stringify(document));
    expect(await json('import', file)).toMatchObject({ sessionId: session, format: 'ancestor', known: 0, added: 3 });
    expect(await json('import', file)).toMatchObject({ known: 3, added: 0 });
    const shown = await run('log', session);
    expect(shown.stdout).toContain('3 events, 1 repair in force');
    expect(shown.stdout).toContain('(taken back by event 3)');
    expect(await run('verify', session)).toMatchObject({ status: 0 });
  });
});

describe('following a log', () => {
  test('each new event is told, whoever logs it, until Ctrl-C', async () => {
    const child = spawn(process.execPath, [cli.entry, 'log', sessionId, '--follow', '--json'], {
      env: cli.environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    try {
      await until(() => told.split('\n').length === 3);
      await run('checkpoint', path, 'seen live');
      await until(() => told.includes('seen live'));
    } finally {
      child.kill('SIGINT');
    }
    expect(await ended).toBe(0);
    expect(
      told
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { seq: number }).seq),
    ).toEqual([1, 2, 3]);
  });
});

test('a head that cannot be kept is said, and the event is logged all the same', async () => {
  const heads = join(cli.dataDir, 'heads');
  await rename(heads, `${heads}.aside`);
  await writeFile(heads, 'a file in the way');
  try {
    const { status, stderr } = await run('checkpoint', path, 'all the same');
    expect(status).toBe(0);
    expect(stderr).toContain('could not be kept');
  } finally {
    await rm(heads);
    await rename(`${heads}.aside`, heads);
  }
  expect((await log()).head.seq).toBe(3);
});
