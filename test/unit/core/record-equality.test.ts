import { expect, test } from 'vitest';
import { readTranscript } from '../../../src/core/transcript/read-transcript.ts';
import { compareRecords } from '../../../src/core/transcript/record-equality.ts';
import { memorySource } from '../../support/memory-source.ts';
import { conversation, idOf, record } from '../../support/records.ts';

test('history written twice is told from a uuid used twice', async () => {
  const specs = conversation(6);
  const line = (n: number, more: object = {}): string => JSON.stringify({ ...record(specs[n]!, n), ...more });
  const text = [
    line(0),
    line(1),
    line(2),
    line(1),
    line(2, { timestamp: '2026-02-01T11:11:11.111Z' }),
    line(2, { parentUuid: idOf(5) }),
    line(1).replace('answer 1', 'answer 2'),
    line(1).replace('answer 1', 'answer\n1'),
    line(1).replace('answer 1', 'answer\\n1'),
  ].join('\n');
  const source = memorySource(text);
  const index = await readTranscript(source);
  expect(
    await compareRecords(source, index, [
      [1, 3],
      [4, 2],
      [2, 5],
      [1, 6],
      [0, 0],
      [7, 8],
    ]),
  ).toEqual(['same', 'same-but-time', 'different', 'different', 'same', 'same']);
  expect(await compareRecords(source, index, [])).toEqual([]);
});
