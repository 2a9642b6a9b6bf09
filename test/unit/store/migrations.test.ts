import { expect, test } from 'vitest';
import { MIGRATIONS } from '../../../src/store/schema/migrations.ts';
import { SCHEMA_VERSION } from '../../../src/store/schema/schema-version.ts';

test('migrations are numbered without a gap, and clients expect the last one', () => {
  expect(MIGRATIONS.map((migration) => migration.number)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  expect(MIGRATIONS.at(-1)?.number).toBe(SCHEMA_VERSION);
  for (const migration of MIGRATIONS) expect(migration.surql).toContain('DEFINE');
});
