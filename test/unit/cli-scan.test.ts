import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentOf, ScanDocument } from '../support/cli-documents.ts';
import { conversation, idOf, lines, SESSION, type RecordSpec } from '../support/records.ts';
import { cliHarness, type CliHarness, type CliResult } from '../support/riff-cli.ts';

/** Records 0 … 4, then 5 … 9 under a parent that is nowhere. */
function broken(): RecordSpec[] {
  return conversation(10).map((spec, i) => (i === 5 ? { ...spec, parent: idOf(999) } : spec));
}

let cli: CliHarness;
const scan = (result: CliResult) => documentOf(ScanDocument, result.stdout).sessions;

beforeAll(async () => {
  cli = await cliHarness();
}, 60_000);

afterAll(() => cli.dispose());

describe('riff scan', () => {
  test('a healthy session: status 0, nothing found, all messages are loaded', async () => {
    const path = await cli.file(`healthy/${SESSION}.jsonl`, lines(conversation(10)));
    const result = await cli.run(['scan', '--json', path]);
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(scan(result)).toEqual([
      {
        path,
        sessionId: SESSION,
        bytes: lines(conversation(10)).length,
        lines: 10,
        records: 10,
        messages: 10,
        tokens: { input: 0, cacheWrite: 0, cacheRead: 0, output: 0 },
        resume: { loader: { id: 'claude-code', version: '2.1.332' }, now: 10, repaired: 10, total: 10 },
        loaders: ['claude-code', 'claude-agent-sdk'].map((id) => ({ id, now: 10, repaired: 10, total: 10 })),
        findings: [],
      },
    ]);
  });

  test('an orphan: status 1, its place, its best parent, and what a resume loads', async () => {
    const path = await cli.file(`broken/${SESSION}.jsonl`, lines(broken()));
    const result = await cli.run(['scan', '--json', '--chain', path]);
    expect(result.status).toBe(1);
    const [session] = scan(result);
    // Claude Code steps over a gap of a second by itself; the SDK does not.
    const all = Array.from({ length: 10 }, (_, i) => idOf(i));
    expect(session?.resume).toEqual({
      loader: { id: 'claude-code', version: '2.1.332' },
      now: 10,
      repaired: 10,
      total: 10,
      chain: { now: all, repaired: all },
    });
    expect(session?.loaders[1]).toEqual({ id: 'claude-agent-sdk', now: 5, repaired: 10, total: 10 });
    expect(session?.findings).toMatchObject([{ code: 'orphan-parent-missing', severity: 'error', line: 6, uuid: idOf(5) }]);
    expect(session?.findings[0]?.suggestions[0]).toMatchObject({ kind: 'reparent', newParent: idOf(4), confidence: 'high' });
  });

  test('the table says the same in one line a session, without colours in a pipe', async () => {
    const path = await cli.file(`broken/${SESSION}.jsonl`, lines(broken()));
    const { stdout, status } = await cli.run(['scan', path]);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      new RegExp(
        `${SESSION}\\.jsonl +10 messages +loads 10 of 10 in Claude Code 2\\.1\\.332 +1 error +Claude Agent SDK 0\\.3\\.329 loads 5 now, 10 after repair\\.\n`,
      ),
    );
    expect(stdout).toMatch(/line 6 +error +orphan-parent-missing/);
    expect(stdout).toContain('→ Continue from line 5 (high)');
    expect(stdout).not.toContain('\u001b');
  });

  test('a directory is searched in depth; agent files are no sessions, unless one is named', async () => {
    await cli.file(`tree/one/${SESSION}.jsonl`, lines(conversation(2)));
    await cli.file('tree/two/deep/22222222-2222-4333-8444-555555555555.jsonl', lines(conversation(4)));
    await cli.file('tree/two/agent-a1.jsonl', lines(conversation(2)));
    await cli.file('tree/two/notes.txt', 'no session');
    const agent = await cli.file(`tree/one/${SESSION}/subagents/agent-a2.jsonl`, lines(conversation(6)));
    const all = await cli.run(['scan', '--json', 'tree', 'tree/one']);
    expect(scan(all).map((session) => session.messages)).toEqual([2, 4]);
    expect(scan(await cli.run(['scan', '--json', agent])).map((session) => session.messages)).toEqual([6]);
  });

  test('a session id is looked up among the client’s sessions', async () => {
    const path = await cli.file('home/.claude/projects/-shop/abcd1234-2222-4333-8444-555555555555.jsonl', lines(conversation(2)));
    const other = await cli.file('home/.claude/projects/-shop/abcd9999-2222-4333-8444-555555555555.jsonl', lines(conversation(2)));
    expect(scan(await cli.run(['scan', '--json', 'ABCD1']))).toMatchObject([{ path }]);

    const ambiguous = await cli.run(['scan', 'abcd']);
    expect(ambiguous).toMatchObject({ status: 2, stdout: '' });
    expect(ambiguous.stderr).toContain(path);
    expect(ambiguous.stderr).toContain(other);

    const unknown = await cli.run(['scan', 'beef5678']);
    expect(unknown).toMatchObject({ status: 2, stdout: '' });
    expect(unknown.stderr).toContain(join(cli.config, 'projects'));

    await cli.file('elsewhere/projects/p/beef5678-2222-4333-8444-555555555555.jsonl', lines(conversation(2)));
    expect(await cli.run(['scan', 'beef5678'], { env: { CLAUDE_CONFIG_DIR: join(cli.root, 'elsewhere') } })).toMatchObject({ status: 0 });
  });

  test('a directory without sessions: nothing to judge, status 2; beside others it is only mentioned', async () => {
    await cli.file('bare/readme.txt', 'hello');
    const path = await cli.file(`healthy/${SESSION}.jsonl`, lines(conversation(2)));
    const alone = await cli.run(['scan', '--json', 'bare']);
    expect(alone.status).toBe(2);
    expect(scan(alone)).toEqual([]);
    expect(alone.stderr).toContain('There is no session in bare.');
    expect(await cli.run(['scan', 'bare', path])).toMatchObject({ status: 0 });
  });

  test('what cannot be read is said on stderr and in the JSON; the rest is reported; status 2', async () => {
    const path = await cli.file(`healthy/${SESSION}.jsonl`, lines(conversation(2)));
    await cli.file('links/x.txt', '');
    await symlink(join(cli.root, 'links', 'gone'), join(cli.root, 'links', 'lost.jsonl'));
    const result = await cli.run(['scan', '--json', 'links', path, 'no-such-file.jsonl']);
    expect(result.status).toBe(2);
    expect(scan(result)).toMatchObject([{ findings: [{ code: 'not-a-session', severity: 'error' }] }, { path, findings: [] }]);
    expect(result.stderr).toContain('lost.jsonl cannot be read');
    expect(result.stderr).toContain('There is no no-such-file.jsonl.');
  });

  test('a reader that goes away ends it quietly', async () => {
    await cli.file(`many/${SESSION}.jsonl`, lines(Array.from({ length: 3000 }, (_, i) => ({ id: idOf(i), parent: idOf(i + 100_000) }))));
    const child = spawn(process.execPath, [cli.entry, 'scan', '--json', 'many'], {
      cwd: cli.root,
      env: cli.environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let complaints = '';
    child.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(complaints).toBe('');
    expect([0, 1]).toContain(status);
  });

  test('control characters of a transcript do not reach the terminal', async () => {
    const path = await cli.file(
      `hostile/${SESSION}.jsonl`,
      lines([
        { id: '\u001b[2Jx\u202e', parent: '\u001b]0;title\u0007' },
        { id: idOf(1), parent: '\u001b[31mred' },
      ]),
    );
    const { stdout, stderr } = await cli.run(['scan', '--chain', path]);
    // eslint-style check by hand: no C0 but the newline, no C1, nothing that turns the direction of text.
    expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e]/u);
  });
});

describe('damaged and foreign files', () => {
  const whole = lines(conversation(4));
  const utf8 = new TextEncoder();

  test.each([
    ['an empty file', '', 1, 'not-a-session'],
    ['blank lines', '\n\n\n', 1, 'not-a-session'],
    ['binary data', Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256), 1, 'not-a-session'],
    ['one object over several lines', JSON.stringify({ name: 'package', version: 1 }, null, 2), 1, 'not-a-session'],
    ['lines of other JSON', '{"a":1}\n{"a":2}\n', 1, 'not-a-session'],
    ['a torn last line', whole.slice(0, -40), 1, 'line-torn'],
    ['two records on a line', whole.replace('\n', ''), 1, 'line-concatenated'],
    ['NUL bytes before a record', whole.replace('\n', '\n\0\0\0\0'), 1, 'line-nul-bytes'],
  ])('%s is said plainly', async (_, content, status, code) => {
    const path = await cli.file(`odd/${SESSION}.jsonl`, content);
    const result = await cli.run(['scan', '--json', path]);
    expect(result).toMatchObject({ status, stderr: '' });
    expect(scan(result)[0]?.findings.map((finding) => finding.code)).toContain(code);
    const table = await cli.run(['scan', path]);
    expect(table).toMatchObject({ status, stderr: '' });
    expect(table.stdout).toContain(code);
  });

  test.each([
    ['CRLF', whole.replaceAll('\n', '\r\n')],
    ['no newline at the end', whole.slice(0, -1)],
  ])('%s is no finding', async (_, content) => {
    const path = await cli.file(`odd/${SESSION}.jsonl`, content);
    const result = await cli.run(['scan', '--json', path]);
    expect(scan(result)[0]).toMatchObject({ messages: 4, findings: [] });
    expect(result.status).toBe(0);
  });

  test('a byte order mark is worth knowing, and no more', async () => {
    const path = await cli.file(`odd/${SESSION}.jsonl`, utf8.encode(`\ufeff${whole}`));
    const result = await cli.run(['scan', '--json', path]);
    expect(scan(result)[0]?.findings).toMatchObject([{ code: 'byte-order-mark', severity: 'info', line: 1 }]);
    expect(result.status).toBe(0);
  });
});

const corpus = process.env['RIFF_CORPUS'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus', 'projects');

describe.skipIf(!existsSync(corpus))('real sessions', () => {
  test('the genuine orphans are named', async () => {
    const result = await cli.run(['scan', '--json', join(corpus, 'dangling')]);
    expect(result.status).toBe(1);
    const orphans = scan(result).map(({ path, findings }) => ({
      session: basename(path).slice(0, 8),
      lines: findings.filter((finding) => finding.code === 'orphan-parent-missing').map((finding) => finding.line),
    }));
    expect(orphans).toEqual([
      { session: '0a93878f', lines: [144] },
      { session: '1e0816ef', lines: [725, 943, 1042, 1061, 1072] },
      { session: '3de3ff10', lines: [103] },
      { session: '5e231473', lines: [149, 155] },
    ]);
  });

  test('healthy sessions are healthy', async () => {
    const result = await cli.run(['scan', '--json', join(corpus, 'healthy')]);
    expect(result.status).toBe(0);
    for (const { findings, resume } of scan(result)) {
      expect(findings.filter((finding) => finding.severity !== 'info')).toEqual([]);
      expect(resume.repaired).toBe(resume.now);
    }
  });
});
