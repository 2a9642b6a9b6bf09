import { describe, expect, test } from 'vitest';
import { badInputs, largeFile, longLine } from '../generator/bad-input.ts';
import { readLines, recordsOf } from '../generator/reading.ts';

/** What a reader without any recovery gets; the others say how much a careful one gets. */
const PLAIN: Readonly<Record<string, number>> = {
  'nul-before-record.jsonl': 5,
  'two-on-a-line.jsonl': 4,
  'spliced.jsonl': 4,
  'bom.jsonl': 6,
  'cut-in-record.jsonl': 5,
  'crlf.jsonl': 6,
  'proto-keys.jsonl': 6,
  'cycle.jsonl': 6,
  'self-reference.jsonl': 6,
  'lone-surrogates.jsonl': 6,
  'conflict-markers.jsonl': 6,
  'raw-newline.jsonl': 5,
};

describe('bad input', () => {
  test('comes under names of its own', () => {
    const names = badInputs().map((input) => input.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(20);
  });

  test.each(badInputs())('$name is damaged as it says', (input) => {
    const readable = recordsOf(readLines({ path: input.name, bytes: input.bytes })).size;
    const plain = PLAIN[input.name];
    if (plain !== undefined) expect(readable).toBe(plain);
    if (input.readable !== null && plain === undefined) expect(readable).toBeLessThanOrEqual(input.readable);
  });

  test('has one very long line', () => {
    const lines = readLines({ path: '', bytes: longLine().bytes });
    expect(lines.map((line) => line.text.length).filter((length) => length > 10_000_000)).toHaveLength(1);
    expect(recordsOf(lines).size).toBe(6);
  }, 30_000);

  test('has a file of more than 50 MB', () => {
    expect(largeFile().bytes.length).toBeGreaterThan(50 * 1024 * 1024);
  }, 30_000);
});
