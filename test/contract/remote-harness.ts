/**
 * A database server in a process of its own, reached by its address and a user's password alone.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { putService } from '../support/bundles.ts';
import type { EventStore } from '../../src/core/log/store.ts';
import type { Authentication } from '../../src/store/connection/address.ts';
import { openRemoteStore } from '../../src/store/open-store.ts';
import { remoteAddress, type RemoteSettings } from '../../src/store/remote/remote-settings.ts';
import { SCHEMA_VERSION } from '../../src/store/schema/schema-version.ts';
import { buildProgram } from './programs/run.ts';

export const PLACE = { namespace: 'team', database: 'project-1' };
export const PASSWORD = 'a password: with "quotes" & ünïcode';
/** Its Argon2 hash of the least cost: what is tested is who gets in, not how long guessing takes. */
const PASSHASH = '$argon2id$v=19$m=8,t=1,p=1$cmlmZiB0ZXN0IHNlcnZlcg$ng4UjxILkZHbv7a9l7mAUM8qdgfYDtBHlVxJV0YvNzg';
/** Users of every level, and one that owns the database. */
export const USERS = [
  `DEFINE USER writer ON DATABASE PASSHASH '${PASSHASH}' ROLES VIEWER`,
  `DEFINE USER writer ON NAMESPACE PASSHASH '${PASSHASH}' ROLES VIEWER`,
  `DEFINE USER writer ON ROOT PASSHASH '${PASSHASH}' ROLES VIEWER`,
  `DEFINE USER keeper ON DATABASE PASSHASH '${PASSHASH}' ROLES OWNER`,
  'DEFINE TABLE people SCHEMALESS PERMISSIONS NONE',
  `CREATE people:ann SET name = 'ann', secret = '${PASSHASH}'`,
  `DEFINE ACCESS staff ON DATABASE TYPE RECORD
     SIGNIN (SELECT * FROM people WHERE name = $user AND crypto::argon2::compare(secret, $pass)) DURATION FOR TOKEN 1h, FOR SESSION 12h`,
];

export const WRITER: Authentication = { kind: 'user', level: 'database', username: 'writer', password: PASSWORD };
export const KEEPER: Authentication = { kind: 'user', level: 'database', username: 'keeper', password: PASSWORD };

export interface RemoteHarness {
  readonly root: string;
  readonly port: number;
  settings(changes?: { auth?: Authentication; url?: string; port?: number; timeoutMs?: number }): RemoteSettings;
  open(auth?: Authentication): Promise<EventStore>;
  /** Ends the server without a word, and waits. */
  kill(): Promise<void>;
  /** Starts it again, on another port. */
  start(): Promise<void>;
  dispose(): Promise<void>;
}

/** @param steps migrations that the database has: it is somebody else's, nobody migrates it by itself */
export async function remoteHarness(steps: number = SCHEMA_VERSION, statements: readonly string[] = []): Promise<RemoteHarness> {
  const root = await mkdtemp(join(tmpdir(), 'riff-remote-'));
  const dist = join(root, 'dist');
  await putService(dist);
  const program = await buildProgram('server', dist);
  let server: ChildProcess | null = null;
  let port = 0;
  let isFirst = true;
  const start = async (): Promise<void> => {
    const owner = isFirst ? [...USERS, ...statements] : [];
    const args = [program, join(root, 'data'), PLACE.namespace, PLACE.database, isFirst ? `${steps}` : '0', JSON.stringify(owner)];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    isFirst = false;
    server = child;
    port = await new Promise<number>((resolve, reject) => {
      child.stdout.once('data', (data: Buffer) => resolve(Number(data.toString())));
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
  };
  const kill = async (): Promise<void> => {
    const child = server;
    if (child === null || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    server = null;
  };
  const settings: RemoteHarness['settings'] = (changes = {}) => ({
    address: remoteAddress({ url: changes.url ?? `ws://127.0.0.1:${changes.port ?? port}`, ...PLACE }, changes.auth ?? WRITER),
    connectTimeoutMs: 5_000,
    callTimeoutMs: changes.timeoutMs ?? 10_000,
  });
  await start();
  return {
    root,
    get port() {
      return port;
    },
    settings,
    open: (auth) => openRemoteStore(settings(auth === undefined ? {} : { auth })),
    kill,
    start,
    dispose: async () => {
      await kill();
      await rm(root, { recursive: true, force: true });
    },
  };
}
