import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTranscript } from '../../../src/core/transcript/read-transcript.ts';
import { FileSource } from '../../../src/files/file-source.ts';
import { memorySource } from '../../support/memory-source.ts';
import { conversation, lines } from '../../support/records.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'riff-source-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const MB = 1024 * 1024;
/** Each `#` becomes so many bytes; reading is done by 4 MB. */
const withLong = (text: string, bytes: number): string => text.replaceAll('#', 'x'.repeat(bytes));
const long = (at: readonly number[]): string =>
  lines(conversation(40).map((spec, i) => (at.includes(i) ? { ...spec, content: `# of ${i}` } : spec)));

test.each([
  ['lines longer than what is read at once', withLong(long([5, 9, 20]), 9 * MB)],
  ['lines that end in the next reading', withLong(long([2, 6, 10, 14, 18, 22, 26, 30, 34]), 3 * MB)],
  ['a record that a line break cut in two, over several readings', withLong(long([4, 12, 13]), 9 * MB).replace(' of 12', '\n of 12')],
])('%s are read from a file as they stand in it', async (_what, text) => {
  const path = join(folder, 'session.jsonl');
  await writeFile(path, text);
  const { columns, problems, count, lines: lineCount } = await readTranscript(new FileSource(path));
  const expected = await readTranscript(memorySource(text, { most: text.length }));
  expect({ count, lineCount, problems }).toEqual({ count: expected.count, lineCount: expected.lines, problems: expected.problems });
  expect(columns).toEqual(expected.columns);
});
