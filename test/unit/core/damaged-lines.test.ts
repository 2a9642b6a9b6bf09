import { describe, expect, it } from 'vitest';
import type { LineProblem } from '../../../src/core/transcript/lines/line-problem.ts';
import { readRecords } from '../../../src/core/transcript/read-records.ts';
import { readTranscript } from '../../../src/core/transcript/read-transcript.ts';
import type { TranscriptIndex } from '../../../src/core/transcript/transcript-index.ts';
import { memorySource } from '../../support/memory-source.ts';
import { present } from '../../support/expect-value.ts';
import { conversation, idOf, lines, record } from '../../support/records.ts';

/** Long enough that a record can be cut before its uuid, as clients write it. */
const session = conversation(12).map((spec, i) => JSON.stringify(record(spec, i)));
const line = (n: number): string => present(session[n]);
const cut = (n: number): string => line(n).slice(0, line(n).indexOf('"content"') + 14);
const tail = (n: number): string => line(n).slice(line(n).indexOf('"content"') + 14);

interface Read {
  readonly index: TranscriptIndex;
  readonly uuids: readonly string[];
  readonly records: readonly Record<string, unknown>[];
  readonly problem: LineProblem;
}

async function read(text: string): Promise<Read> {
  const source = memorySource(text);
  const index = await readTranscript(source);
  const all = Array.from({ length: index.count }, (_, i) => i);
  const contents = await readRecords(source, index, all, Number.POSITIVE_INFINITY);
  const records = contents.map((bytes) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>);
  return { index, uuids: all.map((i) => index.uuidText(i)), records, problem: present(index.problems[0]) };
}

describe('a record broken by raw line breaks', () => {
  const message = (content: string): string => JSON.stringify(record({ id: idOf(1), parent: idOf(0), content }, 1));
  const broken = (content: string, lineEnd = '\n'): string => message(content).replaceAll('\\n', lineEnd);

  it.each([
    ['one', 'first\nsecond'],
    ['several, blank lines among them', 'first\n\n\n  \nsecond\n'],
    ['a number and braces on lines of their own', 'first\n42\n{}\n[1,2]\n}\nlast'],
    ['quoted words and escapes', 'he said "no\nno\\" and left\n"'],
  ])('is put together: %s', async (_, content) => {
    for (const lineEnd of ['\n', '\r\n']) {
      const { records, index, problem } = await read([line(0), broken(content, lineEnd), line(2), ''].join(lineEnd));
      expect(records[1]?.['message']).toMatchObject({ content });
      expect(records.map((one) => one['uuid'])).toEqual([idOf(0), idOf(1), idOf(2)]);
      const breaks = content.split('\n').length - 1;
      expect(index.problems).toHaveLength(1);
      expect(problem).toMatchObject({ kind: 'broken', line: 2, lastLine: 2 + breaks, records: [1], lostBytes: 0, lost: [] });
      expect(Array.from(index.columns.line)).toEqual([1, 2, 3 + breaks]);
      expect(index.lines).toBe(3 + breaks);
    }
  });

  it('is put together at the end of a file without newline', async () => {
    const { uuids } = await read(`${line(0)}\n${broken('a\nb')}`);
    expect(uuids).toEqual([idOf(0), idOf(1)]);
  });

  it('gives back what stands behind it on its last line', async () => {
    const { uuids, problem } = await read(`${line(0)}\n${broken('a\nb')}${line(2)}\n${line(3)}\n`);
    expect(uuids).toEqual([0, 1, 2, 3].map(idOf));
    expect(problem).toMatchObject({ kind: 'broken', records: [1, 2], lostBytes: 0 });
  });

  it('is not made of a cut-off record and the whole one on the next line', async () => {
    const { uuids, index } = await read(`${cut(0)}\n${line(1)}\n${cut(2)}\n\n${cut(3)}\n${line(4)}\n`);
    expect(uuids).toEqual([idOf(1), idOf(4)]);
    expect(index.problems.map((problem) => [problem.kind, problem.line])).toEqual([
      ['unreadable', 1],
      ['unreadable', 3],
      ['unreadable', 5],
    ]);
  });

  it('is looked for in 64 lines and no more', async () => {
    const enough = 'x\n'.repeat(63);
    expect((await read(`${broken(enough)}\n${line(2)}\n`)).uuids).toEqual([idOf(1), idOf(2)]);
    const { uuids, index } = await read(`${broken(`${enough}\n`)}\n${line(2)}\n`);
    expect(uuids).toEqual([idOf(2)]);
    expect(index.problems).toHaveLength(64);
  });
});

describe('every record that can be read comes back', () => {
  it('between two cut-off ones on one line', async () => {
    const { uuids, problem } = await read(`${line(0)}\n${cut(1)}${line(2)}${cut(3)}\n${line(4)}\n`);
    expect(uuids).toEqual([0, 2, 4].map(idOf));
    expect(problem).toMatchObject({ kind: 'spliced', line: 2, records: [1], lostBytes: cut(1).length + cut(3).length });
  });

  it('behind two cut-off ones', async () => {
    const { uuids } = await read(`${cut(0)}${cut(1)}${line(2)}\n`);
    expect(uuids).toEqual([idOf(2)]);
  });

  it('before a cut-off one', async () => {
    const { uuids } = await read(`${line(0)}${cut(1)}\n${line(2)}\n`);
    expect(uuids).toEqual([idOf(0), idOf(2)]);
  });

  it('wherever the record before it was cut off', async () => {
    for (let at = 1; at < line(1).length; at++) {
      const { uuids } = await read(`${line(0)}\n${line(1).slice(0, at)}${line(2)}\n`);
      expect(uuids).toEqual([idOf(0), idOf(2)]);
    }
  });

  it('behind a tail fragment', async () => {
    const { uuids } = await read(`${tail(0)}${line(1)}\n`);
    expect(uuids).toEqual([idOf(1)]);
  });

  it.each([
    ['between its members', (text: string) => text.replace(',"message"', '\0\0,\0"message"')],
    ['in a string', (text: string) => text.replace('text of', 'text\0 of')],
    ['around it', (text: string) => `\0\0${text}\0\0\0`],
    ['in a sector before it', (text: string) => '\0'.repeat(4096) + text],
  ])('with NUL bytes %s', async (_, spoil) => {
    const { uuids, records, problem, index } = await read(`${line(0)}\n${spoil(line(2))}\n${line(3)}\n`);
    expect(uuids).toEqual([0, 2, 3].map(idOf));
    expect(records[1]).toEqual(JSON.parse(line(2)));
    expect(problem).toMatchObject({ kind: 'nul', line: 2, records: [1], lostBytes: 0 });
    expect(index.problems).toHaveLength(1);
  });

  it('on both sides of NUL bytes', async () => {
    const { uuids } = await read(`${line(0)}\0${line(1)}\0\0${line(2)}\n`);
    expect(uuids).toEqual([0, 1, 2].map(idOf));
  });

  it('but halves of two records with a lost sector between are no record', async () => {
    const { uuids, problem } = await read(`${line(0)}\n${cut(2)}${'\0'.repeat(4096)}${tail(4)}\n`);
    expect(uuids).toEqual([idOf(0)]);
    expect(problem.lost).toEqual([
      { uuid: null, parent: idOf(1) },
      { uuid: idOf(4), parent: null },
    ]);
  });

  it('but not with an id that NUL bytes cut', async () => {
    const { uuids } = await read(`${line(0)}\n${line(1).replace(`"uuid":"${idOf(1)}"`, `"uuid":"${idOf(1).slice(0, 20)}\0\0\0"`)}\n`);
    expect(uuids).toEqual([idOf(0)]);
  });

  it('but inner objects of a cut-off record are no records', async () => {
    const blocks = [
      { type: 'text', text: 'a' },
      { type: 'tool_use', id: 'toolu_1', name: 'Read', input: {} },
    ];
    const whole = JSON.stringify(record({ id: idOf(1), parent: idOf(0), type: 'assistant', content: blocks }, 1));
    for (let at = 1; at < whole.length; at++) {
      const { index } = await read(`${whole.slice(0, at)}${line(2)}\n${whole.slice(at)}\n`);
      expect(index.count).toBe(1);
    }
  });
});

describe('what a lost record still tells', () => {
  const lostOf = async (text: string): Promise<unknown> => (await read(text)).problem.lost;

  it('is the parent in a head, torn or spliced', async () => {
    expect(await lostOf(`${line(0)}\n${cut(1)}${line(2)}\n`)).toEqual([{ uuid: null, parent: idOf(0) }]);
    expect(await lostOf(`${line(0)}\n${cut(1)}`)).toEqual([{ uuid: null, parent: idOf(0) }]);
    expect(await lostOf(`${cut(1)}\n${line(2)}\n`)).toEqual([{ uuid: null, parent: idOf(0) }]);
  });

  it('is the uuid too where the cut is behind it', async () => {
    expect(await lostOf(`${line(0)}\n${line(1).slice(0, -4)}`)).toEqual([{ uuid: idOf(1), parent: idOf(0) }]);
  });

  it('is the uuid in a tail, and both of a record spoilt in the middle', async () => {
    expect(await lostOf(`${line(0)}\n${tail(1)}\n`)).toEqual([{ uuid: idOf(1), parent: null }]);
    expect(await lostOf(`${line(0)}\n${cut(1)}\u0001${tail(1)}\n`)).toEqual([{ uuid: idOf(1), parent: idOf(0) }]);
  });

  it('is not the uuid of an inner object', async () => {
    const whole = JSON.stringify(record({ id: idOf(1), parent: idOf(0), extra: { data: { message: { uuid: idOf(9) } } } }, 1));
    const inner = whole.indexOf('"data"');
    expect(await lostOf(`${whole.slice(0, whole.indexOf(idOf(9)) + 38)}\n`)).toEqual([{ uuid: null, parent: idOf(0) }]);
    expect(await lostOf(`x${whole.slice(inner)}\n`)).toEqual([{ uuid: idOf(1), parent: null }]);
  });

  it('is nothing where nothing is left', async () => {
    expect(await lostOf('no record\n')).toEqual([]);
  });
});

describe('time', () => {
  it('stays linear in many short lines that are no records', async () => {
    const index = await readTranscript(memorySource(`${'x\n'.repeat(1_000_000)}${lines(conversation(2))}`));
    expect(index.problems).toHaveLength(1_000_000);
    expect(index.count).toBe(2);
  }, 20_000);
});
