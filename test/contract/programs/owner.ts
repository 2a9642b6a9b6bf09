/**
 * What an owner of the database can do: runs statements on a store as soon as nobody serves it.
 *
 *     node owner.cjs <data directory> <statements, JSON list>
 *
 * Writes the answer to each as a JSON list: `ok`, or the error.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseLockedError, openEngine, type Engine } from '../../../src/service/engine.ts';
import { DATABASE, NAMESPACE } from '../../../src/store/schema/database-name.ts';

const WAIT_MS = 60_000;
/** A service that was stopped is soon started again by its clients: this one is quicker. */
const RETRY_MS = 20;

async function openWhenFree(deadline: number): Promise<Engine> {
  for (;;) {
    try {
      return await openEngine('store');
    } catch (error) {
      if (!(error instanceof DatabaseLockedError) || Date.now() > deadline) throw error;
      await delay(RETRY_MS);
    }
  }
}

async function main(): Promise<void> {
  const [directory = '', statements = '[]'] = process.argv.slice(2);
  process.chdir(directory);
  const engine = await openWhenFree(Date.now() + WAIT_MS);
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
