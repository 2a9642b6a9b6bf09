import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { withPrimary, type Loader, type Loaders } from '../../src/core/loaders/loader.ts';
import { LOADERS } from '../../src/core/loaders/loaders.ts';
import { NO_REPAIRS } from '../../src/core/graph/repairs.ts';
import { SessionAnalysis } from '../../src/core/session/session-analysis.ts';
import { documentOf, ScanDocument } from '../support/cli-documents.ts';
import { memoryPorts } from '../support/memory-source.ts';
import { conversation, idOf, lines, SESSION } from '../support/records.ts';

/** Loads the first message and forgets the rest. */
const FORGETFUL: Loader = {
  id: 'forgetful',
  title: 'the forgetful one',
  manner: 'forgets all but the first message',
  agent: 'claude-code',
  versions: ['0.0.1'],
  source: 'this test',
  effectKey: null,
  writers: [],
  chain: (graph) => {
    const first = Array.from({ length: graph.index.count }, (_, record) => record).find((record) => graph.isVisible(record));
    return first === undefined ? { leaf: -1, records: [], visible: [] } : { leaf: first, records: [first], visible: [first] };
  },
  request: () => [],
  refusals: () => [],
  isReference: false,
  growth: null,
};
const WITH_ONE_MORE: Loaders = { ...LOADERS, list: [...LOADERS.list, FORGETFUL] };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'riff-loaders-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function scan(loaders: Loaders, ...options: string[]): Promise<string> {
  const path = join(folder, `${SESSION}.jsonl`);
  await writeFile(path, lines(conversation(10).filter(({ id }) => id !== idOf(4))));
  const printed: string[] = [];
  const plain = (text: string): string => text;
  const terminal: Terminal = {
    print: (line) => void printed.push(line),
    say: () => undefined,
    progress: () => undefined,
    clear: () => undefined,
    ask: null,
    style: { red: plain, yellow: plain, green: plain, bold: plain, dim: plain },
    columns: null,
  };
  await runProgram({ terminal, cwd: folder, env: {}, loaders }, ['scan', ...options, path]);
  return printed.join('\n');
}

test('a loader that is added to the list stands in the document of a scan', async () => {
  const [session] = documentOf(ScanDocument, await scan(WITH_ONE_MORE, '--json')).sessions;
  expect(session?.resume).toEqual({ loader: { id: 'claude-code', version: '2.1.332' }, now: 9, repaired: 9, total: 9 });
  expect(session?.loaders).toEqual([
    { id: 'claude-code', now: 9, repaired: 9, total: 9 },
    { id: 'claude-agent-sdk', now: 5, repaired: 9, total: 9 },
    { id: 'forgetful', now: 1, repaired: 1, total: 9 },
  ]);
});

test('people are told of a loader where it loads otherwise than the primary one', async () => {
  expect(await scan(WITH_ONE_MORE)).toContain(
    'Claude Agent SDK 0.3.329 loads 5 now, 9 after repair. The forgetful one 0.0.1 loads 1 either way.',
  );
  expect(await scan({ ...LOADERS, list: [...LOADERS.list].reverse() })).not.toContain('forgetful');
});

test('the figures of a scan are those of the primary loader, whichever it is', async () => {
  const [session] = documentOf(ScanDocument, await scan({ ...WITH_ONE_MORE, primary: 'forgetful' }, '--json')).sessions;
  expect(session?.resume).toEqual({ loader: { id: 'forgetful', version: '0.0.1' }, now: 1, repaired: 1, total: 9 });
});

test('the user names the program they resume with', async () => {
  const [session] = documentOf(ScanDocument, await scan(LOADERS, '--json', '--loader', 'claude-agent-sdk')).sessions;
  expect(session?.resume).toEqual({ loader: { id: 'claude-agent-sdk', version: '0.3.329' }, now: 5, repaired: 9, total: 9 });
});

describe('the primary loader of a session', () => {
  const written = (...writers: (string | null)[]): string =>
    lines(conversation(writers.length).map((spec, i) => (writers[i] === null ? spec : { ...spec, extra: { entrypoint: writers[i] } })));
  const primaryOf = async (text: string, loaders = LOADERS): Promise<string> => {
    const session = await SessionAnalysis.open(memoryPorts(text), NO_REPAIRS, 'everywhere', loaders);
    return (await session.judgement.summary()).resume.loader.id;
  };

  test.each([
    ['nothing tells who wrote it', [null, null], 'claude-code'],
    ['the SDK alone wrote it', ['sdk-ts', 'sdk-ts'], 'claude-agent-sdk'],
    ['several programs of the SDK wrote it', ['sdk-py', 'sdk-cli'], 'claude-agent-sdk'],
    ['the client wrote some of it', ['sdk-ts', 'cli'], 'claude-code'],
    ['an editor wrote it', ['claude-vscode', 'claude-vscode'], 'claude-code'],
  ])('where %s', async (_, writers, id) => expect(await primaryOf(written(...writers))).toBe(id));

  test('is the one that the user names, whoever wrote the session', async () => {
    expect(await primaryOf(written('sdk-ts', 'sdk-ts'), withPrimary(LOADERS, 'claude-code'))).toBe('claude-code');
    expect(await primaryOf(written('cli', 'cli'), withPrimary(LOADERS, 'claude-agent-sdk'))).toBe('claude-agent-sdk');
  });

  test('changes when another program goes on with the session, and when the user names another one', async () => {
    let text = written('sdk-ts', 'sdk-ts');
    const source = {
      name: 'live.jsonl',
      size: () => Promise.resolve(text.length),
      read: (start: number, end: number) => Promise.resolve(new TextEncoder().encode(text.slice(start, end))),
    };
    const session = await SessionAnalysis.open({ ...memoryPorts(''), source });
    const primary = async (): Promise<string> => (await session.judgement.summary()).resume.loader.id;
    expect(await primary()).toBe('claude-agent-sdk');
    text += lines([{ id: idOf(2), parent: idOf(1), extra: { entrypoint: 'cli' } }]);
    await session.updates.refresh();
    expect(await primary()).toBe('claude-code');
    await session.updates.setPrimaryLoader('claude-agent-sdk');
    expect(await primary()).toBe('claude-agent-sdk');
    await session.updates.setPrimaryLoader(null);
    expect(await primary()).toBe('claude-code');
  });
});

test('a session that is judged by a loader without a rule for growth is judged anew when it grows', async () => {
  let text = lines(conversation(10));
  const source = {
    name: 'live.jsonl',
    size: () => Promise.resolve(text.length),
    read: (start: number, end: number) => Promise.resolve(new TextEncoder().encode(text.slice(start, end))),
  };
  const session = await SessionAnalysis.open({ ...memoryPorts(''), source }, NO_REPAIRS, 'everywhere', WITH_ONE_MORE);
  text += lines([{ id: idOf(10), parent: idOf(9) }]);
  expect(await session.updates.refresh()).toBe(true);
  const { resume } = await session.judgement.summary();
  expect(resume).toMatchObject({ now: 11, others: [{ now: 11 }, { now: 1 }] });
});
