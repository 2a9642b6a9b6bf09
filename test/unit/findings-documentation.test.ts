import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FINDING_CODES } from '../../src/core/findings/finding.ts';

test('every code has a heading that the Problems panel can link to', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/findings.md'), 'utf8').split('\n');
  expect(FINDING_CODES.filter((code) => !page.includes(`## ${code}`))).toEqual([]);
});
