import { mkdir, readdir, readFile, utimes } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { documentOf, RepairDocument, ScanDocument } from '../support/cli-documents.ts';
import { conversation, idOf, lines, record, SESSION, twoBranches } from '../support/records.ts';
import { cliHarness, type CliHarness } from '../support/riff-cli.ts';

/** Here no service lies beside the bundle: all that is tested must do without a store, or say that there is none. */
let cli: CliHarness;
let count = 0;
let folder: string;

const broken = lines(conversation(10).map((spec, i) => (i === 5 ? { ...spec, parent: idOf(999) } : spec)));
/** Without a line break at its end: a repaired file has one; there is nothing to log. */
const unended = lines(conversation(4)).slice(0, -1);

beforeAll(async () => {
  cli = await cliHarness();
}, 60_000);

beforeEach(() => {
  folder = `work${(count += 1)}`;
});

afterAll(() => cli.dispose());

async function session(content: string | Uint8Array): Promise<string> {
  const path = await cli.file(`${folder}/${SESSION}.jsonl`, content);
  // Long ago: nobody is writing to it.
  await utimes(path, 1_700_000_000, 1_700_000_000);
  return path;
}

describe('riff repair --dry-run', () => {
  test('tells the plan and what a resume would load, and leaves no trace', async () => {
    const path = await session(broken);
    const result = await cli.run(['repair', path, '--dry-run', '--json']);
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(documentOf(RepairDocument, result.stdout)).toEqual({
      riff: 2,
      plan: [
        {
          code: 'orphan-parent-missing',
          kind: 'reparent',
          uuid: idOf(5),
          line: 6,
          oldParent: idOf(999),
          newParent: idOf(4),
          confidence: 'high',
        },
      ],
      resume: { loader: { id: 'claude-code', version: '2.1.332' }, before: 10, after: 10, total: 10 },
      loaders: [
        { id: 'claude-code', before: 10, after: 10, total: 10 },
        { id: 'claude-agent-sdk', before: 5, after: 10, total: 10 },
      ],
      written: null,
      events: [],
    });
    expect(await readdir(dirname(path))).toEqual([basename(path)]);
    expect(existsSync(cli.dataDir)).toBe(false);
  });

  test('says the same to people', async () => {
    const { stdout } = await cli.run(['repair', await session(broken), '--dry-run', '--copy']);
    expect(stdout).toContain('line 6  orphan-parent-missing  Continue from line 5  (high)');
    expect(stdout).toContain('Claude Code 2.1.332 loads 10 of 10 messages (Claude Agent SDK: 5 → 10).');
    expect(stdout).toContain('would log 1 repair and write a repaired copy; nothing was logged or written.');
  });

  test('what --only leaves out remains: status 1', async () => {
    const result = await cli.run(['repair', '--only', 'parent-cycle', await session(broken), '--dry-run', '--json']);
    expect(result.status).toBe(1);
    expect(documentOf(RepairDocument, result.stdout)).toMatchObject({ plan: [], resume: { before: 10, after: 10 } });
  });
});

describe('riff repair --preview', () => {
  const branches = lines(twoBranches());

  test('says message by message what a choice loads and what no longer, and leaves no trace', async () => {
    const path = await session(branches);
    const preview = async (...options: string[]): Promise<object> => {
      const { stdout } = await cli.run(['repair', path, '--preview', '--only', 'branches-compete', ...options, '--json']);
      const { plan, preview: loads } = documentOf(RepairDocument, stdout);
      return { kinds: plan.map(({ kind }) => kind), ...loads };
    };
    const [older, newer] = [[4, 5, 8, 9].map(idOf), [6, 7, 10, 11].map(idOf)];
    const links = ['reparent', 'reparent', 'reparent'];
    expect(await preview()).toEqual({ kinds: links, gained: older, lost: [] });
    expect(await preview('--choice', '1')).toEqual({ kinds: links, gained: older, lost: [] });
    expect(await preview('--choice', '2')).toEqual({ kinds: ['choose-leaf'], gained: older, lost: newer });
    expect(await readdir(dirname(path))).toEqual([basename(path)]);
    expect(existsSync(cli.dataDir)).toBe(false);
  });

  test('tells people the choices and the messages', async () => {
    const { stdout } = await cli.run(['repair', '--preview', '--only', 'branches-compete', '--choice', '2', await session(branches)]);
    expect(stdout).toContain('  1  Put all turns in order of time (3 links) (high): loads 8 → 12 of 12');
    expect(stdout).toContain('  2  Continue the session from this branch');
    expect(stdout).toContain('Loaded then and not now: 4 messages (+). Loaded now and not then: 4 (-).');
    expect(stdout).toMatch(/- line 7 +10:00 {2}user +text of 0/);
    expect(stdout).toMatch(/\+ line 10 +10:00 {2}assistant +answer 9/);
    expect(stdout).toContain('would log 1 repair; nothing was logged or written.');
  });
});

describe('without a store', () => {
  test('nothing is written that cannot be logged', async () => {
    const path = await session(broken);
    const result = await cli.run(['repair', path, '--copy', '--json']);
    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toContain('nothing is lost');
    expect(await readdir(dirname(path))).toEqual([basename(path)]);
    expect(await readFile(path, 'utf8')).toBe(broken);
  });
});

describe('writing a file', () => {
  test('--copy writes beside the session under a new id', async () => {
    const path = await session(unended);
    const result = await cli.run(['repair', path, '--copy', '--json']);
    expect(result).toMatchObject({ status: 0, stderr: '' });
    const { written, resume } = documentOf(RepairDocument, result.stdout);
    expect(resume).toEqual({ loader: { id: 'claude-code', version: '2.1.332' }, before: 4, after: 4, total: 4 });
    expect(written?.path).toBe(join(dirname(path), `${written?.sessionId}.jsonl`));
    expect(await readFile(written?.path ?? '', 'utf8')).toBe(lines(conversation(4)).replaceAll(SESSION, written?.sessionId ?? ''));
    expect(await readFile(path, 'utf8')).toBe(unended);
    expect(documentOf(ScanDocument, (await cli.run(['scan', '--json', written?.path ?? ''])).stdout).sessions).toMatchObject([
      { findings: [], resume: { now: 4 } },
    ]);
  });

  test('--copy DIR writes there; what follows --copy may be the session', async () => {
    const path = await session(unended);
    await mkdir(join(cli.root, folder, 'copies'));
    expect(await cli.run(['repair', path, '--copy', `${folder}/copies`])).toMatchObject({ status: 0 });
    expect(await readdir(join(cli.root, folder, 'copies'))).toHaveLength(1);
    expect(await cli.run(['repair', '--copy', path])).toMatchObject({ status: 0 });
    expect(await cli.run(['repair', path, '--copy', 'no/such/folder'])).toMatchObject({ status: 2 });
  });

  test('--out takes the id of the file’s name and never overwrites', async () => {
    const path = await session(unended);
    const id = '99999999-2222-4333-8444-555555555555';
    const first = await cli.run(['repair', path, '--out', `${folder}/${id}.jsonl`, '--json']);
    expect(documentOf(RepairDocument, first.stdout).written).toMatchObject({ path: join(cli.root, folder, `${id}.jsonl`), sessionId: id });
    const again = await cli.run(['repair', path, '--out', `${folder}/${id}.jsonl`]);
    expect(again).toMatchObject({ status: 2, stdout: '' });
    expect(again.stderr).toContain('exists already');
    const plain = await cli.run(['repair', path, '--out', `${folder}/fixed.jsonl`]);
    expect(plain.stdout).toContain('Clients find a session by its file');
  });

  test('--in-place changes what it must and nothing else, and keeps the file as it was', async () => {
    const other = '77777777-2222-4333-8444-555555555555';
    const odd = `{"type":"mode", "mode":"plan","n":1.0,"e":"\\u00fc","sessionId":"${other}"}\n`;
    const source = `${odd}${unended}\n${JSON.stringify({ ...record({ id: idOf(4), parent: idOf(3) }, 4), sessionId: other })}`;
    const path = await session(source);
    const result = await cli.run(['repair', path, '--in-place', '--json']);
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(documentOf(RepairDocument, result.stdout).written).toMatchObject({ path, sessionId: SESSION });
    expect(await readFile(path, 'utf8')).toBe(`${source}\n`);
    const [backup, ...others] = (await readdir(dirname(path))).filter((name) => name !== basename(path));
    expect(others).toEqual([]);
    expect(backup?.endsWith('.jsonl')).toBe(false);
    expect(await readFile(join(dirname(path), backup ?? ''), 'utf8')).toBe(source);

    await utimes(path, 1_700_000_000, 1_700_000_000);
    const again = await cli.run(['repair', path, '--in-place', '--json']);
    expect(again).toMatchObject({ status: 0 });
    expect(documentOf(RepairDocument, again.stdout).written).toBeNull();
    expect(await readdir(dirname(path))).toHaveLength(2);
  });

  test('--in-place is refused while a client has the session open, not because of one that is gone', async () => {
    const path = await session(unended);
    await cli.file(`home/.claude/sessions/${process.pid}.json`, JSON.stringify({ pid: process.pid, sessionId: SESSION }));
    const result = await cli.run(['repair', path, '--in-place']);
    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toContain(`process ${process.pid}`);
    expect(await readFile(path, 'utf8')).toBe(unended);
    await cli.file(`home/.claude/sessions/${process.pid}.json`, JSON.stringify({ pid: 2 ** 30, sessionId: SESSION }));
    expect(await cli.run(['repair', path, '--in-place'])).toMatchObject({ status: 0 });
  });

  test('--in-place is refused while the file is written to', async () => {
    const path = await session(unended);
    await utimes(path, new Date(), new Date());
    const writing = setInterval(() => void utimes(path, new Date(), new Date()), 100);
    try {
      const result = await cli.run(['repair', path, '--in-place']);
      expect(result).toMatchObject({ status: 2, stdout: '' });
      expect(result.stderr).toContain('is being written to');
    } finally {
      clearInterval(writing);
    }
    expect(await readFile(path, 'utf8')).toBe(unended);
  });
});

describe('wrong use', () => {
  test.each([
    ['two ways to write', ['--copy', '--out', 'x.jsonl']],
    ['an unknown code', ['--only', 'nonsense']],
    ['a choice for no finding', ['--choice', '2']],
    ['no number of a choice', ['--only', 'parent-cycle', '--choice', '0']],
    ['an unknown confidence', ['--confidence', 'sure']],
    ['an unknown option', ['--force']],
  ])('%s: status 2, nothing on standard output', async (_, options) => {
    const result = await cli.run(['repair', await session(broken), ...options]);
    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).not.toBe('');
  });

  test('no session named, several, or none in the file', async () => {
    expect(await cli.run(['repair', '--copy'])).toMatchObject({ status: 2, stdout: '' });
    await cli.file(`${folder}/22222222-2222-4333-8444-555555555555.jsonl`, unended);
    await session(unended);
    const several = await cli.run(['repair', folder]);
    expect(several).toMatchObject({ status: 2, stdout: '' });
    expect(several.stderr).toContain('holds 2 sessions');
    const notes = await cli.file(`${folder}/notes.txt`, 'hello\n');
    const foreign = await cli.run(['repair', notes]);
    expect(foreign).toMatchObject({ status: 2, stdout: '' });
    expect(foreign.stderr).toContain('not a session');
  });
});
