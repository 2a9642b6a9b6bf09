/**
 * The local store process: it owns the database of one data directory, serves it to every window and command of its user, and ends
 * after a time without use.
 *
 *     node service.cjs <data directory>
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dataDirectory, ensurePrivateDirectory, STORE_DIRECTORY } from '../files/data/data-directory.ts';
import { isProcessAlive, readDiscovery, removeDiscovery, writeDiscovery } from '../files/data/service-discovery.ts';
import { StoreError } from '../core/log/store.ts';
import { ENGINE_VERSION } from '../files/version.ts';
import { DATABASE, NAMESPACE } from '../store/schema/database-name.ts';
import { diskProblemIn } from '../store/connection/errors.ts';
import { migrate, SchemaTooNewError } from '../store/schema/migrations.ts';
import { roomAgain } from './disk-watch.ts';
import { DatabaseLockedError, EngineUnavailableError, openEngine, type Engine } from './engine.ts';
import { EXIT } from '../store/local/service-exit.ts';
import { LocalUser } from './local-user.ts';
import { openLogFile } from './log-file.ts';
import { RpcServer } from './rpc-server.ts';

/** How long to wait until a service that is ending has released the database. */
const LOCK_WAIT_MS = 12_000;
const LOCK_RETRY_MS = 150;
const DEFAULT_IDLE_SECONDS = 60;

/** Another service already serves this directory. */
class AlreadyServedError extends Error {}

async function main(): Promise<void> {
  const dataDir = process.argv[2] ?? dataDirectory();
  process.umask(0o077);
  await ensurePrivateDirectory(dataDir);
  // The engine takes a relative path, and a long-running service must not block the directory it was started in.
  process.chdir(dataDir);
  const log = openLogFile(join(dataDir, 'service.log'));
  process.on('uncaughtException', (error) => {
    log(`ended by a failure: ${error.stack ?? String(error)}`);
    process.exit(EXIT.internal);
  });
  try {
    await serve(dataDir, log);
  } catch (error) {
    const code = exitCodeOf(error);
    log(`${code === EXIT.done ? 'not needed' : 'could not start'}: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(code);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof AlreadyServedError) return EXIT.done;
  if (error instanceof EngineUnavailableError) return EXIT.engineUnavailable;
  if (error instanceof DatabaseLockedError) return EXIT.locked;
  if (error instanceof SchemaTooNewError) return EXIT.schemaTooNew;
  if (error instanceof StoreError && error.code === 'not_writable') return EXIT.notWritable;
  if (isDiskProblem(error)) return EXIT.notWritable;
  return EXIT.internal;
}

const DISK_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM']);

/** The engine reports it as text, the system by a code. */
function isDiskProblem(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    diskProblemIn(error.message) !== null || /permission denied/iu.test(error.message) || ('code' in error && DISK_CODES.has(error.code))
  );
}

async function serve(dataDir: string, log: (line: string) => void): Promise<void> {
  const engine = await openWhenFree(dataDir);
  await engine.call('use', [NAMESPACE, DATABASE]);
  const schema = await migrate((text, bindings) => engine.query(text, bindings), ENGINE_VERSION);
  const user = await LocalUser.define(engine);

  let end: (reason: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  const idle = idleTimer(idleSeconds(), () => {
    end('idle');
  });
  let isStuck = false;
  const onDiskProblem = (): void => {
    if (isStuck) return;
    isStuck = true;
    log('the disk takes nothing more; reading goes on');
    void roomAgain(dataDir).then(() => {
      end('there is room again, for a new start');
    });
  };
  const name = { namespace: NAMESPACE, database: DATABASE };
  const server = new RpcServer({ engine, name, user, log, onConnections: idle, onDiskProblem });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      end(signal);
    });
  }
  const port = await server.listen();
  const { secret } = user;
  await writeDiscovery(dataDir, { port, secret, pid: process.pid, version: ENGINE_VERSION, schema, startedAt: new Date().toISOString() });
  log(`serving on port ${port}, version ${ENGINE_VERSION}, schema ${schema}`);

  const reason = await ended;
  await removeDiscovery(dataDir, process.pid);
  await server.close();
  engine.close();
  log(`ended: ${reason}`);
  // The engine's threads would keep the process alive, and with it the lock of the database.
  process.exit(EXIT.done);
}

/** The database's own lock decides who serves: the system releases it however its holder ends. */
async function openWhenFree(dataDir: string): Promise<Engine> {
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      return await openEngine(STORE_DIRECTORY);
    } catch (error) {
      if (!(error instanceof DatabaseLockedError)) throw error;
      const other = await readDiscovery(dataDir);
      if (other !== null && isProcessAlive(other.pid)) throw new AlreadyServedError(`process ${other.pid} serves this directory`);
      if (Date.now() > deadline) throw error;
      await delay(LOCK_RETRY_MS);
    }
  }
}

function idleSeconds(): number {
  const seconds = Number(process.env['RIFF_SERVICE_IDLE_SECONDS'] ?? DEFAULT_IDLE_SECONDS);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : DEFAULT_IDLE_SECONDS;
}

/** @returns a function that takes the number of connections; `onIdle` is called when it was 0 for that long, counted from now */
function idleTimer(seconds: number, onIdle: () => void): (connections: number) => void {
  let timer: NodeJS.Timeout | undefined = setTimeout(onIdle, seconds * 1000);
  return (connections) => {
    clearTimeout(timer);
    timer = connections === 0 ? setTimeout(onIdle, seconds * 1000) : undefined;
  };
}

void main();
