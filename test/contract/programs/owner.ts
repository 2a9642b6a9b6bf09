/**
 * What an owner of the database can do: runs statements on a store that nobody serves.
 *
 *     node owner.cjs <data directory> <statements, JSON list>
 *
 * Writes the answer to each as a JSON list: `ok`, or the error.
 */
import { openEngine } from '../../../src/service/engine.ts';
import { DATABASE, NAMESPACE } from '../../../src/store/database-name.ts';

async function main(): Promise<void> {
  const [directory = '', statements = '[]'] = process.argv.slice(2);
  process.chdir(directory);
  const engine = await openEngine('store');
  await engine.call('use', [NAMESPACE, DATABASE]);
  const answers: string[] = [];
  for (const statement of JSON.parse(statements) as string[]) {
    answers.push(
      await engine.query(statement).then(
        () => 'ok',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      ),
    );
  }
  engine.close();
  process.stdout.write(JSON.stringify(answers), () => process.exit(0));
}

void main();
