import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keepingHeads } from '../../../src/core/log/verify/heads.ts';
import { MemoryEventStore } from '../../../src/core/log/append/memory-store.ts';
import { verifyLog } from '../../../src/core/log/verify/verify.ts';
import { HeadFiles } from '../../../src/files/data/head-files.ts';
import { readHeadList, writeHeadList } from '../../../src/files/data/head-list.ts';
import { sha256 } from '../../../src/files/sha256.ts';
import { appendNow, draft } from '../../contract/sample.ts';
import { identity, logOf } from '../log/sample-log.ts';

let root: string;
let heads: HeadFiles;
const log = logOf(['a', 'b', 'c', 'd']);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'riff heads '));
  heads = new HeadFiles(root, 'local', () => Date.UTC(2026, 0, 1));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('heads beside the database', () => {
  test('are the newest that was seen, in a file that the user alone can read', async () => {
    expect(await heads.kept('s')).toBeNull();
    expect(await heads.sessionIds()).toEqual([]);
    await heads.keep('s', log.slice(0, 2));
    await heads.keep('s', log.slice(0, 3));
    expect(JSON.parse(await readFile(join(root, 'heads', 's.json'), 'utf8'))).toEqual({
      session_id: 's',
      seq: 3,
      digest: log[2]?.event_digest,
      written_at: '2026-01-01T00:00:00.000Z',
    });
    expect((await heads.kept('s'))?.seen.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    if (process.platform !== 'win32') expect((await stat(join(root, 'heads', 's.json'))).mode & 0o777).toBe(0o600);
    expect(await heads.sessionIds()).toEqual(['s']);
  });

  test('of one session are told apart by the store', async () => {
    const other = new HeadFiles(root, 'wss://db.example.org/rpc team/shop');
    await heads.keep('s', log);
    await other.keep('s', logOf(['x']));
    await other.keep('t', logOf(['x']));
    expect((await heads.kept('s'))?.head.seq).toBe(4);
    expect((await other.kept('s'))?.head.seq).toBe(1);
    expect(await heads.sessionIds()).toEqual(['s']);
    expect(await other.sessionIds()).toEqual(['s', 't']);
  });

  test('are never replaced by something older or other', async () => {
    await heads.keep('s', log);
    await heads.keep('s', logOf(['x', 'y']));
    const kept = await heads.kept('s');
    expect(kept?.head).toMatchObject({ seq: 4, digest: log[3]?.event_digest });
    const { faults } = verifyLog({
      sessionId: 's',
      rows: logOf(['x', 'b', 'c', 'd']),
      view: undefined,
      known: { heads: [kept!.head], seen: kept!.seen },
      sha256,
    });
    expect(faults).toContainEqual(expect.objectContaining({ code: 'forged', seq: 1, field: 'message_id' }));
  });

  test('what came before the first sight is remembered with the first whole reading', async () => {
    await heads.keep('s', [log[2]!]);
    await heads.keep('s', log);
    const kept = await heads.kept('s');
    expect(kept?.seen.map(({ seq }) => seq)).toEqual([3, 1, 2, 4]);
    expect(kept?.head.seq).toBe(4);
  });

  test('a line that was cut off, and a head that makes no sense, are passed over', async () => {
    await heads.keep('s', log.slice(0, 2));
    await appendFile(join(root, 'heads', 's.seen.jsonl'), '{"seq":3,"event_i');
    await writeFile(join(root, 'heads', 's.json'), '{"half');
    expect((await heads.kept('s'))?.head).toMatchObject({ seq: 2, digest: log[1]?.event_digest });
  });

  test('a session id that is no file name is kept all the same', async () => {
    const id = '../../etc/passwd';
    await heads.keep(id, [{ ...log[0]!, session_id: id }]);
    expect((await heads.kept(id))?.head).toMatchObject({ session_id: id, seq: 1 });
    expect(await readdir(root)).toEqual(['heads']);
  });

  test('accepting a log begins anew, and puts the old knowledge aside', async () => {
    await heads.keep('s', log);
    const restored = log.slice(0, 2);
    await heads.accept('s', restored);
    expect((await heads.kept('s'))?.head).toMatchObject({ seq: 2 });
    expect((await readdir(join(root, 'heads'))).filter((name) => name.endsWith('.before'))).toHaveLength(2);
    expect(await heads.sessionIds()).toEqual(['s']);
  });

  test('a store that keeps heads remembers what it appends, and appends though it cannot', async () => {
    const failures: unknown[] = [];
    const store = keepingHeads(new MemoryEventStore(identity()), heads, (cause) => failures.push(cause));
    const { event } = await appendNow(store, draft('s'));
    expect((await heads.kept('s'))?.head).toMatchObject({ seq: 1, digest: event.event_digest });
    await rm(join(root, 'heads'), { recursive: true });
    await writeFile(join(root, 'heads'), 'a file in the way');
    await appendNow(store, draft('s', { message_id: 'n' }));
    expect(await store.head('s')).toMatchObject({ seq: 2 });
    expect(failures).toHaveLength(1);
  });

  test('a list of heads can be written, committed and read', async () => {
    const path = join(root, 'heads.json');
    const head = { session_id: 's', seq: 4, digest: log[3]!.event_digest, written_at: '2026-01-01T00:00:00.000Z' };
    await writeHeadList(path, [head]);
    expect(await readHeadList(path)).toEqual([head]);
    await writeFile(path, JSON.stringify(head));
    expect(await readHeadList(path)).toEqual([head]);
    await writeFile(path, '[]');
    await expect(readHeadList(path)).rejects.toThrow('no list of heads');
  });
});
