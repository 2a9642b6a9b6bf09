import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../../../src/core/transcript/read-records.ts';
import { readTranscript } from '../../../src/core/transcript/read-transcript.ts';
import { KIND } from '../../../src/core/transcript/record-kinds.ts';
import type { TranscriptIndex } from '../../../src/core/transcript/transcript-index.ts';
import { memorySource } from '../../support/memory-source.ts';
import { conversation, idOf, lines, record } from '../../support/records.ts';
import { present } from '../../support/expect-value.ts';

const read = async (text: string | Uint8Array, most?: number): Promise<TranscriptIndex> =>
  readTranscript(memorySource(text, most === undefined ? {} : { most }));
const uuids = (index: TranscriptIndex): string[] => Array.from({ length: index.count }, (_, i) => index.uuidText(i));
const line = (n: number, extra: Record<string, unknown> = {}): string =>
  JSON.stringify(record({ id: idOf(n), parent: n === 0 ? null : idOf(n - 1), extra }, n));

async function jsonOf(bytes: Uint8Array | string, index: TranscriptIndex): Promise<string[]> {
  const records = Array.from({ length: index.count }, (_, i) => i);
  const contents = await readRecords(memorySource(bytes), index, records, Number.POSITIVE_INFINITY);
  return contents.map((content) => new TextDecoder().decode(content));
}

describe('readTranscript', () => {
  it('finds every record with its line, offset and links', async () => {
    const text = lines(conversation(5));
    const index = await read(text);
    expect(uuids(index)).toEqual([0, 1, 2, 3, 4].map(idOf));
    expect(Array.from(index.columns.line)).toEqual([1, 2, 3, 4, 5]);
    for (let i = 0; i < index.count; i++) {
      const { offset, length } = index.columns;
      const parsed = JSON.parse(text.slice(offset[i], present(offset[i]) + present(length[i]))) as { uuid: string };
      expect(parsed.uuid).toBe(idOf(i));
    }
  });

  it('gives the same index however the bytes arrive', async () => {
    const text = `\ufeff${lines(conversation(12))}{"torn":`;
    const whole = await read(text);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.constantFrom(1, 2), fc.integer({ min: 1, max: 700 })), async (most) => {
        const pieces = await read(text, most);
        expect({ ...pieces.columns }).toEqual({ ...whole.columns });
        expect(pieces.problems).toEqual(whole.problems);
        expect(pieces.lines).toBe(whole.lines);
      }),
      { numRuns: 40 },
    );
  });

  it('reads names written with escapes as the names they are', async () => {
    const index = await read(`{"type":"user","\\u0075uid":"a\\u0062c","parentUuid":null}\n`);
    expect(uuids(index)).toEqual(['abc']);
  });

  it('finds a record by the text of its uuid, though its bytes are no UTF-8', async () => {
    const bytes = new TextEncoder().encode(`{"type":"user","uuid":"a@b"}\n{"type":"user","uuid":"c","parentUuid":"a@b"}\n`);
    const index = await read(bytes.map((byte) => (byte === 0x40 ? 0xff : byte)));
    expect(index.recordOfUuid(index.uuidText(0))).toBe(0);
    expect(index.columns.parent[1]).toBe(index.columns.uuid[0]);
  });

  it('tolerates a byte order mark and CRLF', async () => {
    const index = await read(`\ufeff${line(0)}\r\n${line(1)}\r\n`);
    expect(uuids(index)).toEqual([idOf(0), idOf(1)]);
    expect(index.hasBom).toBe(true);
    expect(index.problems).toEqual([]);
    expect(index.columns.offset[0]).toBe(3);
  });

  it('separates records that share a line', async () => {
    const index = await read(`${line(0)}\n${line(1)}${line(2)}\n${line(3)}\n`);
    expect(uuids(index)).toEqual([0, 1, 2, 3].map(idOf));
    expect(index.problems).toMatchObject([{ kind: 'concatenated', line: 2, records: [1, 2], lostBytes: 0 }]);
  });

  it('saves the whole record behind a cut-off one', async () => {
    const cut = line(1).slice(0, -40);
    const index = await read(`${line(0)}\n${cut}${line(2)}\n`);
    expect(uuids(index)).toEqual([idOf(0), idOf(2)]);
    expect(index.problems).toMatchObject([{ kind: 'spliced', line: 2, records: [1], lostBytes: cut.length }]);
  });

  it('reads around NUL bytes', async () => {
    const index = await read(`${line(0)}\n\0\0\0${line(1)}\n\0\0\0\0`);
    expect(uuids(index)).toEqual([idOf(0), idOf(1)]);
    expect(index.problems.map((problem) => problem.kind)).toEqual(['nul', 'nul']);
  });

  it('says that the last record is torn only when the file ends in it', async () => {
    expect((await read(`${line(0)}\n{"type":"us`)).problems).toMatchObject([{ kind: 'torn', line: 2 }]);
    expect((await read(`${line(0)}\n{"type":"us\n${line(1)}\n`)).problems).toMatchObject([{ kind: 'unreadable', line: 2 }]);
  });

  it('does not take an inner object of a damaged line for a record', async () => {
    const broken = line(1).replace('"isSidechain"', 'isSidechain');
    const index = await read(`${line(0)}\n${broken}\n`);
    expect(uuids(index)).toEqual([idOf(0)]);
  });

  it('never throws, and counts lines right, for any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        const index = await read(bytes);
        const newlines = bytes.filter((byte) => byte === 0x0a).length;
        const skipped = index.hasBom ? 3 : 0;
        const last = bytes.length > skipped && bytes[bytes.length - 1] !== 0x0a ? 1 : 0;
        expect(index.lines).toBe(newlines + last);
      }),
      { numRuns: 500 },
    );
  });

  it('finds whole records again after one byte of a transcript was changed', async () => {
    const bytes = new TextEncoder().encode(lines(conversation(6)));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, value) => {
        const changed = bytes.slice();
        changed[at] = value;
        const index = await read(changed);
        expect(index.count).toBeGreaterThanOrEqual(4);
        for (const json of await jsonOf(changed, index)) JSON.parse(json);
      }),
      { numRuns: 1500 },
    );
  });

  it('stays linear on a line made to be searched for ever', async () => {
    const hostile = '{"type":'.repeat(300_000);
    const index = await read(`${hostile}\n${line(0)}\n`);
    expect(uuids(index)).toEqual([idOf(0)]);
  });

  it('keeps records without uuid out of the graph', async () => {
    const index = await read(`{"type":"file-history-snapshot","messageId":"${idOf(0)}","snapshot":{}}\n${line(0)}\n`);
    expect(Array.from(index.columns.kind)).toEqual([KIND.meta, KIND.user]);
    expect(Array.from(index.graphRecords())).toEqual([1]);
  });
});
