import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyPatch } from '../../../src/core/patch/apply-patch.ts';
import { memorySource } from '../../support/memory-source.ts';

const bytes = (most: number) => fc.uint8Array({ maxLength: most });

/** Gaps and lengths make ordered edits that do not overlap. */
const edits = fc.array(fc.record({ gap: fc.nat(9), length: fc.nat(20), bytes: bytes(6) }), { maxLength: 12 });

test('a patched transcript is the source with every edit in its place, however it is read', async () => {
  await fc.assert(
    fc.asyncProperty(bytes(120), edits, fc.integer({ min: 1, max: 11 }), async (source, wanted, most) => {
      let at = 0;
      const placed = wanted.map((one) => {
        const start = Math.min(source.length, at + one.gap);
        const end = Math.min(source.length, start + one.length);
        at = end;
        return { start, end, bytes: one.bytes };
      });
      const written: number[] = [];
      await applyPatch(memorySource(source, { most }), { edits: placed, sourceSize: source.length }, (piece) => {
        written.push(...piece);
        return Promise.resolve();
      });
      const expected = [...source];
      for (const one of placed.toReversed()) expected.splice(one.start, one.end - one.start, ...one.bytes);
      expect(written).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('a source that ends early is an error, not a shorter copy', async () => {
  const patch = { edits: [], sourceSize: 10 };
  await expect(applyPatch(memorySource('12345'), patch, () => Promise.resolve())).rejects.toThrow('ended at byte 5');
});
