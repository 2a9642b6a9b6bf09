import fc from 'fast-check';
import { expect, test } from 'vitest';
import { counted, grouped } from '../../../src/core/count-text.ts';

test('numbers are grouped as English does it', () => {
  fc.assert(fc.property(fc.oneof(fc.maxSafeInteger(), fc.double()), (n) => grouped(n) === (n + 0).toLocaleString('en')));
});

test('one is not many', () => {
  expect([0, 1, 2, 1234567].map((n) => counted(n, 'line'))).toEqual(['0 lines', '1 line', '2 lines', '1,234,567 lines']);
});
