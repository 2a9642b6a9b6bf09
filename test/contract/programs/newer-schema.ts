/**
 * A program that marks a database as written by a newer Riff.
 *
 *     node newer-schema.cjs <data directory>
 */
import { openEngine } from '../../../src/service/engine.ts';
import { DATABASE, NAMESPACE } from '../../../src/store/schema/database-name.ts';

async function main(): Promise<void> {
  process.chdir(process.argv[2] ?? '.');
  const engine = await openEngine('store');
  await engine.call('use', [NAMESPACE, DATABASE]);
  await engine.query("CREATE schema_migrations:999 CONTENT { number: 999, name: 'future', applied_by: '9.9.9', applied_at: time::now() }");
  engine.close();
  process.exit(0);
}

void main();
