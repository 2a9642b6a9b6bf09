/** Whatever a folder lists, reading it ends: only regular files are opened. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { filePorts, sharedSurroundings } from '../../../src/files/file-analysis.ts';
import { FileSource } from '../../../src/files/file-source.ts';
import { answered, openRegular, readText, unansweredCalls } from '../../../src/files/regular-file.ts';
import { sessionsBelow } from '../../../src/files/session-files.ts';
import { conversation, idOf, lines, SESSION } from '../../support/records.ts';
import { cliHarness, type CliHarness } from '../../support/riff-cli.ts';

let folder: string;
let server: Server;
const at = (name: string): string => join(folder, name);

/** Everything that may stand where a file is expected. */
const OTHERS: readonly (readonly [string, string])[] = [
  ['pipe.jsonl', 'it is a pipe.'],
  ['to-pipe.jsonl', 'it is a pipe.'],
  ['socket.jsonl', 'it is a socket.'],
  ['device.jsonl', 'it is a device.'],
  ['folder.jsonl', 'it is a directory.'],
];

describe.skipIf(process.platform === 'win32')('what is no regular file', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'riff-odd-'));
    spawnSync('mkfifo', [at('pipe.jsonl')]);
    await symlink(at('pipe.jsonl'), at('to-pipe.jsonl'));
    await symlink('/dev/zero', at('device.jsonl'));
    await symlink(at('circle.jsonl'), at('circle.jsonl'));
    await mkdir(at('folder.jsonl'));
    await writeFile(at('plain.jsonl'), 'text');
    await symlink(at('plain.jsonl'), at('to-plain.jsonl'));
    server = createServer();
    await new Promise<void>((resolve) => server.listen(at('socket.jsonl'), resolve));
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(OTHERS)('%s is refused at once by every reader', async (name, why) => {
    await expect(openRegular(at(name))).rejects.toThrow(why);
    await expect(readText(at(name))).rejects.toThrow(why);
    await expect(new FileSource(at(name)).size()).rejects.toThrow(why);
    await expect(new FileSource(at(name)).read(0, 10)).rejects.toThrow(why);
  });

  test('a link counts as what it leads to, and links in a circle lead nowhere', async () => {
    expect(await readText(at('to-plain.jsonl'))).toBe('text');
    await expect(readText(at('circle.jsonl'))).rejects.toThrow('ELOOP');
  });

  test('the sessions below a folder are its files; what has their name and is none is told', async () => {
    const told: string[] = [];
    const found = await sessionsBelow(folder, (path) => void told.push(path));
    expect(found).toEqual(['circle', 'device', 'plain', 'to-pipe', 'to-plain'].map((name) => at(`${name}.jsonl`)));
    expect(told.sort()).toEqual([at('pipe.jsonl'), at('socket.jsonl')]);
  });
});

test('no call waits longer than its limit, and what arrives late is given back', async () => {
  let arrive = (_value: string): void => undefined;
  const call = new Promise<string>((resolve) => {
    arrive = resolve;
  });
  const late: string[] = [];
  await expect(answered(call, 20, (value) => late.push(value))).rejects.toThrow('did not answer');
  expect(unansweredCalls()).toBe(1);
  arrive('file');
  await expect.poll(() => [late, unansweredCalls()]).toEqual([['file'], 0]);
  expect(await answered(Promise.resolve(1), 20)).toBe(1);
});

test('each file beside the sessions of a folder is read once, however many look for their records in it', async () => {
  const root = await mkdtemp(join(tmpdir(), 'riff-many-'));
  const orphan = (n: number): string =>
    lines([
      { id: idOf(n), parent: idOf(5000) },
      { id: idOf(n + 1000), parent: idOf(n) },
    ]);
  const paths = Array.from({ length: 60 }, (_, n) => join(root, `s${n}.jsonl`));
  await Promise.all(paths.map((path, n) => writeFile(path, orphan(n))));
  const read = new Map<string, number>();
  const around = sharedSurroundings(() => undefined);
  const sourceOf = around.folders.sourceOf.bind(around.folders);
  around.folders.sourceOf = (path) => {
    const source = sourceOf(path);
    const bytes = source.read.bind(source);
    if (!read.has(path)) {
      read.set(path, 0);
      source.read = (...range) => {
        read.set(path, (read.get(path) ?? 0) + 1);
        return bytes(...range);
      };
    }
    return source;
  };
  for (const path of paths) await SessionAnalysis.open(filePorts(path, around));
  await rm(root, { recursive: true, force: true });
  // The 50 newest others of each; none of them has what is lost.
  expect(read.size).toBe(51);
  expect(Math.max(...read.values())).toBe(1);
}, 30_000);

describe.skipIf(process.platform === 'win32')('riff beside a pipe', () => {
  let cli: CliHarness;
  let session: string;
  beforeAll(async () => {
    cli = await cliHarness();
    const broken = lines(conversation(10).map((spec, i) => (i === 5 ? { ...spec, parent: idOf(999) } : spec)));
    session = await cli.file(`p/${SESSION}.jsonl`, broken);
    await cli.file(`p/${SESSION}/subagents/agent-a.jsonl`, lines(conversation(2)));
    for (const name of ['p/other.jsonl', 'p/agent-b.jsonl', `p/${SESSION}/subagents/agent-c.jsonl`])
      spawnSync('mkfifo', [join(cli.root, name)]);
    await symlink(join(cli.root, 'gone'), join(cli.root, 'p', 'lost.jsonl'));
  }, 60_000);
  afterAll(() => cli.dispose());

  test.each([[['scan']], [['repair', '--dry-run']], [['graph']]])(
    '%s ends and tells of each thing beside the session once',
    async (command) => {
      const result = await cli.run([...command, session]);
      const told = result.stderr.split('\n').filter((line) => line.includes('passed over'));
      expect(told.map((line) => /[^/]+$/u.exec(line)?.[0]).sort()).toEqual([
        'agent-b.jsonl is passed over: it is a pipe.',
        'agent-c.jsonl is passed over: it is a pipe.',
        'lost.jsonl is passed over: it is not there.',
        'other.jsonl is passed over: it is a pipe.',
      ]);
      expect(result.status).not.toBe(2);
    },
  );

  test('a named pipe is refused, a folder with one is scanned', async () => {
    expect(await cli.run(['scan', join(cli.root, 'p', 'other.jsonl')])).toMatchObject({ status: 2 });
    const whole = await cli.run(['scan', '--json', 'p']);
    expect(whole.stderr).toContain('other.jsonl is passed over: it is a pipe.');
    // A session that a link names and that is not there cannot be read.
    expect(whole).toMatchObject({ status: 2 });
    expect(whole.stderr.match(/lost\.jsonl/gu)).toHaveLength(1);
  });
});
