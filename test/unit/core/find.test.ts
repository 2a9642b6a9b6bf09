import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFind, type FindQuery } from '../../../src/core/find/find-query.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { present } from '../../support/expect-value.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { conversation, idOf, lines, type RecordSpec } from '../../support/records.ts';

const NOTHING: FindQuery = { texts: [], roles: [], tools: [], uuids: [], codes: [], lines: [], after: null, before: null };

describe('what is typed', () => {
  it.each<[string, Partial<FindQuery>]>([
    ['login form', { texts: ['login', 'form'] }],
    ['"Login  Form" now', { texts: ['login  form', 'now'] }],
    ['"still open', { texts: ['still open'] }],
    ['tool:Bash role:assistant', { tools: ['bash'], roles: [['assistant']] }],
    ['https://example.test', { texts: ['https://example.test'] }],
    ['uuid:71C2 code:orphan line:431', { uuids: ['71c2'], codes: ['orphan'], lines: [431] }],
    ['after:2026-01-30', { after: new Date(2026, 0, 30).getTime() }],
    ['before:2026-01-30T14:05', { before: new Date(2026, 0, 30, 14, 5).getTime() }],
    ['on:2026-01-30', { after: new Date(2026, 0, 30).getTime(), before: new Date(2026, 0, 31).getTime() }],
    ['tool:', { texts: ['tool:'] }],
    ['', {}],
  ])('%s', (typed, expected) => {
    expect(parseFind(typed)).toEqual({ query: { ...NOTHING, ...expected } });
  });

  it.each(['after:yesterday', 'on:2026-02-31', 'before:2026-01-30T25:00', 'role:nobody', 'role:constructor', 'line:x'])(
    'is explained where it makes no sense: %s',
    (typed) => {
      expect(parseFind(typed)).toMatchObject({ problem: expect.stringContaining(typed) as string });
    },
  );

  it('is never an error', () => {
    fc.assert(fc.property(fc.string(), (typed) => void parseFind(typed)));
  });
});

const SPECS: readonly RecordSpec[] = [
  ...conversation(6),
  {
    id: idOf(6),
    parent: idOf(5),
    type: 'assistant',
    content: [{ type: 'tool_use', id: 't1', name: 'Bash', input: { command: 'echo "Größe"\nls' } }],
  },
  { id: idOf(7), parent: idOf(6), content: [{ type: 'tool_result', tool_use_id: 't1', content: 'Answer' }] },
];

async function found(analysis: SessionAnalysis, typed: string): Promise<string[]> {
  for (let from: number | null = 0; from !== null;) from = (await analysis.graph.find('a', typed, from)).next;
  return (await analysis.graph.rows('a', 0, 100)).filter((row) => row.found).map(({ uuid }) => uuid);
}

describe('a search', () => {
  it.each<[string, number[]]>([
    ['ANSWER', [1, 3, 5, 7]],
    ['answer role:assistant', [1, 3, 5]],
    ['größe', [6]],
    ['"echo "', [6]],
    ['role:tool', [7]],
    ['tool:ba', [6]],
    ['line:3', [2]],
    [`uuid:${idOf(4)}`, [4]],
    ['user', []],
    ['msg_1', []],
    ['', []],
  ])('for %s finds what a person would read', async (typed, expected) => {
    const analysis = await SessionAnalysis.open(memoryPorts(lines(SPECS)));
    expect(await found(analysis, typed)).toEqual(expected.map(idOf));
  });

  it('goes from one to the next, round the end, and is forgotten when the words are', async () => {
    const analysis = await SessionAnalysis.open(memoryPorts(lines(SPECS)));
    await found(analysis, 'answer');
    expect(await analysis.graph.nextFound('a', idOf(1), 1)).toEqual({ uuid: idOf(3), place: 1, of: 4 });
    expect(await analysis.graph.nextFound('a', idOf(7), 1)).toEqual({ uuid: idOf(1), place: 0, of: 4 });
    expect(await analysis.graph.nextFound('a', idOf(1), -1)).toEqual({ uuid: idOf(7), place: 3, of: 4 });
    expect((await analysis.graph.overview('a', 8)).marks.filter((mark) => (mark & 16) !== 0)).toHaveLength(4);
    await found(analysis, '');
    expect(await analysis.graph.nextFound('a', null, 1)).toBeNull();
  });

  it('goes through a long session in steps, and finds the same', async () => {
    const long = conversation(400).map((spec) => ({ ...spec, content: `${spec.id} ${'x'.repeat(20_000)} needle` }));
    const analysis = await SessionAnalysis.open(memoryPorts(lines(long)));
    const first = await analysis.graph.find('a', 'needle', 0);
    expect(present(first.next)).toBeLessThan(400);
    expect(await found(analysis, 'needle')).toHaveLength(100);
    expect(await analysis.graph.nextFound('a', null, -1)).toMatchObject({ uuid: idOf(399), of: 400 });
  });
});
