import { expect, test } from 'vitest';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { present } from '../../support/present.ts';
import { memoryPorts } from '../../support/memory-source.ts';
import { idOf, lines, type RecordSpec } from '../../support/records.ts';

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
  const first = present(await analysis.record(idOf(1)));
  expect(first.blocks.map(({ type, line }) => [type, line])).toEqual([
    ['thinking', 2],
    ['tool_use', 3],
  ]);
  expect(first.blocks[1]?.counterpart).toEqual({ uuid: idOf(3), line: 4 });
  const result = present(await analysis.record(idOf(3)));
  expect(result.blocks.map(({ type }) => type)).toEqual(['tool_result', 'image']);
  expect(result.blocks[0]?.counterpart).toEqual({ uuid: idOf(2), line: 3 });
});

test('a picture is given by its number, when browsers only draw it', async () => {
  const analysis = await open();
  expect(present(await analysis.record(idOf(0))).blocks[1]?.image).toEqual({ mediaType: 'image/png', bytes: 6, at: 0 });
  expect(await analysis.picture(idOf(0), 0)).toBe('data:image/png;base64,aGVsbG8=');
  expect(await analysis.picture(idOf(0), 1)).toBeNull();
  expect(await analysis.picture(idOf(0), 2)).toBeNull();
  expect(await analysis.picture(idOf(3), 0)).toBe('data:image/gif;base64,R0lGOD==');
  expect(await analysis.picture('unknown', 0)).toBeNull();
});
