import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../../src/core/patch/apply-patch.ts';
import { verifyCopy } from '../../../src/core/patch/verify-copy.ts';
import { SessionAnalysis } from '../../../src/core/session/session-analysis.ts';
import { inUtf8 } from '../../../src/core/transcript/utf16-source.ts';
import { memoryPorts, memorySource } from '../../support/memory-source.ts';
import { SESSION, conversation, record } from '../../support/records.ts';

const NEW_ID = '99999999-8888-4777-8666-555555555555';
const session = conversation(8).map((spec, i) => record({ ...spec, content: `Größe ${i} – 「尺寸」 😀` }, i));
const text = session.map((one) => `${JSON.stringify(one)}\r\n`).join('');

function utf16(written: string, isLittleEndian: boolean, mark: boolean): Uint8Array {
  const bytes = Buffer.from(`${mark ? '\ufeff' : ''}${written}`, 'utf16le');
  return new Uint8Array(isLittleEndian ? bytes : bytes.swap16());
}

const encodings = [true, false].flatMap((isLittleEndian) => [true, false].map((mark) => [isLittleEndian ? 'LE' : 'BE', mark] as const));

describe('a session in UTF-16', () => {
  it.each(encodings)('%s, with a byte order mark: %s', async (order, mark) => {
    const ports = memoryPorts(utf16(text, order === 'LE', mark));
    const analysis = await SessionAnalysis.open(ports);
    expect((await analysis.judgement.findings()).map(({ code, severity }) => `${severity} ${code}`)).toEqual(['error file-encoding']);
    const repairs = (await analysis.trials.plan('high')).repairs.map(({ suggestion }) => suggestion.action);
    const bytes: Uint8Array[] = [];
    const patch = await analysis.copies.patch(NEW_ID, repairs);
    expect(patch.sourceSize).toBe(await ports.source.size());
    await applyPatch(ports.source, patch, (piece) => Promise.resolve(void bytes.push(piece.slice())));
    expect(Buffer.concat(bytes).toString('utf8')).toBe(text.replaceAll(SESSION, NEW_ID));
    expect(await verifyCopy(memorySource(Buffer.concat(bytes)), await analysis.copies.expectation(NEW_ID, repairs))).toEqual([]);
  });

  it('is read like the same text in UTF-8, any part of it', async () => {
    const long = text.repeat(300);
    const whole = new TextEncoder().encode(long);
    for (const [order, mark] of encodings) {
      const source = await inUtf8(memorySource(utf16(long, order === 'LE', mark)));
      expect(await source.size()).toBe(whole.length);
      await fc.assert(
        fc.asyncProperty(fc.nat(whole.length), fc.nat(5000), async (start, length) => {
          expect(await source.read(start, start + length)).toEqual(whole.slice(start, start + length));
        }),
        { numRuns: 40 },
      );
    }
  });

  it('is not what a file is that holds NUL bytes', async () => {
    for (const start of ['\0'.repeat(200), `{"type":"mode"}\n${'\0'.repeat(300)}`, '{\0}', '']) {
      const source = memorySource(start);
      expect(await inUtf8(source)).toBe(source);
    }
  });
});
