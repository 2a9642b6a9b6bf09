import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonCursor } from '../../../src/core/transcript/json/json-cursor.ts';

function accepts(text: string): boolean {
  const bytes = new TextEncoder().encode(text);
  const cursor = new JsonCursor();
  cursor.reset(bytes, 0, bytes.length);
  if (!cursor.skipValue()) return false;
  cursor.skipSpace();
  return cursor.pos === bytes.length;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('JsonCursor', () => {
  it('accepts what JSON.parse accepts', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 6 }), (text) => accepts(text)));
  });

  it('agrees with JSON.parse on mutated text', () => {
    const mutated = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', 'u', '\u0001', ' ', ''))
      .map(([text, at, put]) => {
        const pos = at % (text.length + 1);
        return text.slice(0, pos) + put + text.slice(pos + (at % 2));
      });
    fc.assert(
      fc.property(mutated, (text) => {
        expect(accepts(text)).toBe(parses(text));
      }),
      { numRuns: 3000 },
    );
  });

  it.each(['', '-', '01', '1.', '1e', '.5', '"\\u12g4"', '"\\x"', '"a\nb"', '[1,]', '{"a":1,}', '{"a"}', 'nul', 'true false', '[[]', '"'])(
    'rejects %j',
    (text) => {
      expect(accepts(text)).toBe(false);
    },
  );

  it('reads nesting as deep as a line is long without overflowing the stack', () => {
    const depth = 200_000;
    expect(accepts('['.repeat(depth) + ']'.repeat(depth))).toBe(true);
    expect(accepts('['.repeat(depth))).toBe(false);
    expect(accepts('{"a":'.repeat(depth) + '1' + '}'.repeat(depth))).toBe(true);
  });
});
