/**
 * A database server for tests: the engine of the local service behind its own RPC, with users of every kind, as somebody else
 * would run one. Ends when its standard input does.
 *
 *     node server.cjs <directory> <namespace> <database> <migrations to apply> <statements as owner, JSON list>
 *
 * Writes its port to standard output.
 */
import { mkdirSync } from 'node:fs';
import { openEngine } from '../../../src/service/engine.ts';
import { RpcServer } from '../../../src/service/rpc-server.ts';
import { migrate, MIGRATIONS } from '../../../src/store/schema/migrations.ts';

async function main(): Promise<void> {
  const [directory = '', namespace = '', database = '', steps = '0', statements = '[]'] = process.argv.slice(2);
  mkdirSync(directory, { recursive: true });
  process.chdir(directory);
  const engine = await openEngine('store');
  await engine.call('use', [namespace, database]);
  const query = (text: string, bindings: Readonly<Record<string, unknown>>) => engine.query(text, bindings);
  const wanted = MIGRATIONS.slice(0, Number(steps));
  if (wanted.length > 0) await migrate(query, '0.0.0', wanted);
  for (const statement of JSON.parse(statements) as string[]) await engine.query(statement);
  const server = new RpcServer({ engine, name: { namespace, database }, log: () => undefined, onConnections: () => undefined });
  const port = await server.listen();
  process.stdout.write(`${port}\n`);
  process.stdin.resume();
  process.stdin.once('end', () => {
    void server.close().then(() => {
      engine.close();
      process.exit(0);
    });
  });
}

void main();
