import { expect, test } from 'vitest';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { present } from '../../support/expect-value.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { conversation, idOf, lines, type RecordSpec } from '../../support/records.ts';

const picture = (mediaType: string, data: string): object => ({ type: 'image', source: { type: 'base64', media_type: mediaType, data } });
const SPECS: readonly RecordSpec[] = [
  { id: idOf(0), content: [{ type: 'text', text: 'look' }, picture('image/png', 'aGVsbG8='), picture('image/svg+xml', 'PHN2Zz4=')] },
  { id: idOf(1), parent: idOf(0), type: 'assistant', messageId: 'm', content: [{ type: 'thinking', thinking: 'hm' }] },
  { id: idOf(2), parent: idOf(1), type: 'assistant', messageId: 'm', content: [{ type: 'tool_use', id: 't1', name: 'Read', input: {} }] },
  {
    id: idOf(3),
    parent: idOf(2),
    content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'done' }, picture('image/gif', 'R0lGOD==')] }],
  },
];
const open = (): Promise<SessionAnalysis> => SessionAnalysis.open(memoryPorts(lines(SPECS)));

test('a record is told with the others of its message, and a call with its result', async () => {
  const analysis = await open();
  const first = present(await analysis.records.detail(idOf(1)));
  expect(first.blocks.map(({ type, line }) => [type, line])).toEqual([
    ['thinking', 2],
    ['tool_use', 3],
  ]);
  expect(first.blocks[1]?.counterpart).toEqual({ uuid: idOf(3), line: 4 });
  const result = present(await analysis.records.detail(idOf(3)));
  expect(result.blocks.map(({ type }) => type)).toEqual(['tool_result', 'image']);
  expect(result.blocks[0]?.counterpart).toEqual({ uuid: idOf(2), line: 3 });
});

test('a picture is given by its number, when browsers only draw it', async () => {
  const analysis = await open();
  expect(present(await analysis.records.detail(idOf(0))).blocks[1]?.image).toEqual({ mediaType: 'image/png', bytes: 6, at: 0 });
  expect(await analysis.records.picture(idOf(0), 0)).toBe('data:image/png;base64,aGVsbG8=');
  expect(await analysis.records.picture(idOf(0), 1)).toBeNull();
  expect(await analysis.records.picture(idOf(0), 2)).toBeNull();
  expect(await analysis.records.picture(idOf(3), 0)).toBe('data:image/gif;base64,R0lGOD==');
  expect(await analysis.records.picture('unknown', 0)).toBeNull();
});

test('a call that started an agent tells how long its file is, as far as it has one', async () => {
  const call = (n: number, name: string): RecordSpec => ({
    id: idOf(n),
    parent: n === 0 ? null : idOf(n - 1),
    type: 'assistant',
    content: [{ type: 'tool_use', id: `t${n}`, name, input: {} }],
  });
  const result = (n: number, agentId: string): RecordSpec => ({
    id: idOf(n),
    parent: idOf(n - 1),
    content: [{ type: 'tool_result', tool_use_id: `t${n - 1}`, content: 'done' }],
    extra: { toolUseResult: { status: 'completed', agentId } },
  });
  const session = lines([call(0, 'Task'), result(1, 'a1'), call(2, 'Agent'), result(3, 'gone'), call(4, 'Task'), result(5, '../a1')]);
  const agents = [{ file: 'agent-a1.jsonl', text: lines(conversation(7)) }];
  const analysis = await SessionAnalysis.open(memoryPorts(session, agents));
  const told = async (n: number): Promise<unknown> => present(await analysis.records.detail(idOf(n))).blocks[0]?.agent;
  expect([await told(0), await told(1)]).toEqual([
    { id: 'a1', messages: 7 },
    { id: 'a1', messages: 7 },
  ]);
  expect([await told(2), await told(3), await told(4), await told(5)]).toEqual([null, null, null, null]);
});

test('what a subagent says by way of progress is told as its words, calls and results', async () => {
  const progress = (n: number, type: string, content: unknown): RecordSpec => ({
    id: idOf(n),
    parent: idOf(n - 1),
    type: 'progress',
    extra: { data: { type: 'agent_progress', prompt: 'look', agentId: 'a1', message: { type, message: { role: type, content } } } },
  });
  const session = lines([
    { id: idOf(0), type: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'Task', input: {} }] },
    progress(1, 'user', [{ type: 'text', text: 'look at the tables' }]),
    progress(2, 'assistant', [{ type: 'tool_use', id: 't1', name: 'Grep', input: { pattern: 'CREATE' } }]),
    progress(3, 'user', [{ type: 'tool_result', tool_use_id: 't1', content: 'two tables' }]),
    progress(4, 'assistant', []),
    { id: idOf(5), parent: idOf(4), type: 'progress', extra: { data: { type: 'hook_progress', hookEvent: 'Stop', command: 'node x' } } },
  ]);
  const analysis = await SessionAnalysis.open(memoryPorts(session));
  const rows = await analysis.records.rows(1, 6);
  expect(rows.map(({ label, text, tools }) => [label, text, tools])).toEqual([
    ['agent prompt', 'look at the tables', []],
    ['agent', 'CREATE', ['Grep']],
    ['agent result', 'two tables', []],
    ['agent progress', '', []],
    ['Stop hook', 'node x', []],
  ]);
  const { blocks } = present(await analysis.records.detail(idOf(2)));
  expect(blocks.map(({ type, counterpart }) => [type, counterpart])).toEqual([['tool_use', null]]);
});
