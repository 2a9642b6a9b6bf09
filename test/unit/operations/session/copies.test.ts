import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/core/json.ts';
import { SessionAnalysis } from '../../../../src/core/session/session-analysis.ts';
import { filePorts } from '../../../../src/files/file-analysis.ts';
import { REPAIRED_FILES } from '../../../../src/files/copies/repaired-files.ts';
import { branchesOf, splitBranches, SplitInHalf, type BranchPair } from '../../../../src/operations/session/split-branches.ts';
import { writeCopy, writeTarget, type WriteWish } from '../../../../src/operations/session/write-repaired-file.ts';
import { present } from '../../../support/expect-value.ts';
import { conversation, lines, SESSION, twoBranches } from '../../../support/records.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'riff copies '));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function opened(content: string, name = `${SESSION}.jsonl`): Promise<{ path: string; session: SessionAnalysis }> {
  const path = join(folder, name);
  await writeFile(path, content);
  return { path, session: await SessionAnalysis.open(filePorts(path)) };
}

describe('where a repaired session is written', () => {
  const target = async (wish: WriteWish, content = lines(conversation(4)), name?: string): ReturnType<typeof writeTarget> => {
    const { path, session } = await opened(content, name);
    return writeTarget(path, wish, session, REPAIRED_FILES);
  };

  test('a copy has a session id of its own, which names its file where nobody says otherwise', async () => {
    const beside = await target({ kind: 'copy-beside' });
    expect(beside).toEqual({ kind: 'copy', path: join(folder, `${beside.sessionId}.jsonl`), sessionId: beside.sessionId });
    expect(beside.sessionId).not.toBe(SESSION);
    const id = '99999999-2222-4333-8444-555555555555';
    expect(await target({ kind: 'copy-to', path: join(folder, `${id}.jsonl`) })).toMatchObject({ sessionId: id });
    expect((await target({ kind: 'copy-to', path: join(folder, 'fixed.jsonl') })).sessionId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('no copy is made of a subagent’s file, whichever way it is asked for', async () => {
    for (const wish of [{ kind: 'copy-beside' }, { kind: 'copy-into', folder }, { kind: 'copy-to', path: join(folder, 'x') }] as const) {
      await expect(target(wish, lines(conversation(4)), 'agent-a1.jsonl')).rejects.toMatchObject({ code: 'agent-file' });
    }
  });

  test.each([
    ['a file that is no session', { kind: 'copy-beside' }, 'hello\n', 'not-a-session'],
    ['a repair of such a file itself', { kind: 'in-place' }, 'hello\n', 'not-a-session'],
    ['a folder that is not there', { kind: 'copy-into', folder: '/no/such/folder' }, undefined, 'no-folder'],
  ] as const)('%s is refused', async (_, wish, content, code) => {
    await expect(target(wish, content)).rejects.toMatchObject({ code });
  });

  test('nothing is overwritten', async () => {
    await writeFile(join(folder, 'mine.jsonl'), 'mine');
    await expect(target({ kind: 'copy-to', path: join(folder, 'mine.jsonl') })).rejects.toMatchObject({ code: 'exists' });
  });
});

test('a copy says how many messages a resume of it loads', async () => {
  const { path, session } = await opened(lines(conversation(6)));
  const target = await writeTarget(path, { kind: 'copy-beside' }, session, REPAIRED_FILES);
  expect(await writeCopy(path, session, target, REPAIRED_FILES, false)).toMatchObject({
    path: target.path,
    sessionId: target.sessionId,
    loads: 6,
    check: [
      { isAsPredicted: true, loads: 6 },
      { isAsPredicted: true, loads: 6 },
    ],
    backup: null,
  });
  expect(await readFile(target.path, 'utf8')).toBe((await readFile(path, 'utf8')).replaceAll(SESSION, target.sessionId));
});

describe('splitting two branches', () => {
  const noted: JsonObject[] = [];
  const ports = (session: SessionAnalysis, files: Parameters<typeof splitBranches>[3]['files'] = REPAIRED_FILES) => ({
    session,
    files,
    readLog: () => Promise.resolve(),
    note: (payload: JsonObject) => Promise.resolve(noted.push(payload) > 0),
  });
  const compete = async () => {
    const { path, session } = await opened(lines(twoBranches()));
    const finding = present((await session.judgement.findings()).find(({ code }) => code === 'branches-compete'));
    return { path, session, finding, pair: present(await branchesOf(session, finding)) };
  };

  beforeEach(() => {
    noted.length = 0;
  });

  test('each branch becomes a session that loads it, and the log says so', async () => {
    const { path, session, finding, pair } = await compete();
    const { written, isNoted } = await splitBranches(path, finding, pair, ports(session));
    expect([written.map(({ loads }) => loads), isNoted]).toEqual([pair.map(({ effect }) => effect.after), true]);
    expect(await readdir(folder)).toHaveLength(3);
    const split = written.map(({ sessionId, loads }, i) => ({ session_id: sessionId, leaf: pair[i]?.uuid, loads }));
    expect(noted).toEqual([{ split_into: split, finding: finding.code, about: finding.uuid, line: finding.line }]);
  });

  test('branches that are others by now are not split', async () => {
    const { path, session, finding, pair } = await compete();
    const seen: BranchPair = [pair[1], pair[0]];
    await expect(splitBranches(path, finding, seen, ports(session))).rejects.toMatchObject({ code: 'changed' });
    await session.updates.applyRepairs({ ...(await import('../../../../src/core/graph/repairs.ts')).NO_REPAIRS, leaf: pair[1].uuid });
    await expect(splitBranches(path, finding, pair, ports(session))).rejects.toMatchObject({ code: 'changed' });
    expect([await readdir(folder), noted]).toEqual([[`${SESSION}.jsonl`], []]);
  });

  test('nothing is written where the log cannot be read, and a split that ends in its middle says what is there', async () => {
    const { path, session, finding, pair } = await compete();
    const away = new Error('away');
    await expect(splitBranches(path, finding, pair, { ...ports(session), readLog: () => Promise.reject(away) })).rejects.toBe(away);
    expect(await readdir(folder)).toHaveLength(1);
    let copies = 0;
    const full = new Error('disk full');
    const writeOnce: typeof REPAIRED_FILES.writeCopy = (...args) =>
      (copies += 1) === 1 ? REPAIRED_FILES.writeCopy(...args) : Promise.reject(full);
    const failure = await splitBranches(path, finding, pair, ports(session, { ...REPAIRED_FILES, writeCopy: writeOnce })).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(SplitInHalf);
    expect([(failure as SplitInHalf).cause, await readdir(folder)]).toEqual([full, expect.arrayContaining([`${SESSION}.jsonl`])]);
    expect(await readdir(folder)).toHaveLength(2);
    expect(noted).toEqual([]);
  });
});
