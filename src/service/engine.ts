/**
 * SurrealDB's engine in this process, at the level of its RPC: bytes in, bytes out. The package's own wrapper hides this interface,
 * so its native library is loaded directly.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CborCodec, parseRpcError } from 'surrealdb';
import * as v from 'valibot';

interface NativeNotifications {
  /** The next notification; null at the end. */
  recv(): Promise<Uint8Array | null>;
}

interface NativeEngine {
  execute(request: Uint8Array): Promise<Uint8Array>;
  notifications(): Promise<NativeNotifications>;
  free(): void;
}

interface NativeLibrary {
  SurrealNodeEngine: { connect(url: string, options: object): Promise<NativeEngine> };
}

const NativeLibrarySchema = v.object({
  SurrealNodeEngine: v.custom<NativeLibrary['SurrealNodeEngine']>(
    (value) => typeof value === 'function' && typeof (value as unknown as { connect?: unknown }).connect === 'function',
  ),
});

/** The native library is missing, made for another platform, or not what this service was written for. */
export class EngineUnavailableError extends Error {}

/** Another process has the database open. */
export class DatabaseLockedError extends Error {}

const QueryAnswerSchema = v.array(v.object({ status: v.string(), result: v.unknown() }));

/** An open database, owned by this process. Calls without a session run as its owner. */
export class Engine {
  readonly #native: NativeEngine;
  readonly #codec = new CborCodec({});

  constructor(native: NativeEngine) {
    this.#native = native;
  }

  /** Relays one request of the protocol. */
  execute(request: Uint8Array): Promise<Uint8Array> {
    return this.#native.execute(request);
  }

  /** Calls a method of the protocol and decodes its answer. */
  async call(method: string, params: readonly unknown[], session?: unknown): Promise<unknown> {
    const answer: unknown = this.#codec.decode(await this.#native.execute(this.#codec.encode({ id: '0', method, params, session })));
    const failed = v.safeParse(v.strictObject({ error: v.object({ code: v.number(), message: v.string() }) }), answer);
    if (failed.success) throw parseRpcError(failed.output.error);
    return answer;
  }

  /**
   * Runs statements as owner.
   * @returns the result of each statement
   * @throws Error naming the first statement that failed
   */
  async query(text: string, bindings: Readonly<Record<string, unknown>> = {}): Promise<unknown[]> {
    const answers = v.parse(QueryAnswerSchema, await this.call('query', [text, bindings]));
    const failed = answers.find((answer) => answer.status !== 'OK' && !isConsequence(answer.result));
    if (failed !== undefined) throw new Error(String(failed.result));
    return answers.map((answer) => answer.result);
  }

  decode(bytes: Uint8Array): unknown {
    return this.#codec.decode(bytes);
  }

  encode(value: unknown): Uint8Array {
    return this.#codec.encode(value);
  }

  /** Live notifications of all sessions, as bytes, until the engine is closed. */
  async *notifications(): AsyncIterable<Uint8Array> {
    const receiver = await this.#native.notifications();
    for (let next = await receiver.recv(); next !== null; next = await receiver.recv()) yield next;
  }

  close(): void {
    this.#native.free();
  }
}

/** Statements that failed only because another one failed. */
function isConsequence(result: unknown): boolean {
  return typeof result === 'string' && result.startsWith('The query was not executed');
}

/**
 * Opens the database in a directory below the working directory. An absolute path would be passed as a URL, which does not work for
 * every path.
 * @param name a single plain name
 * @throws EngineUnavailableError when the native library cannot be loaded here
 * @throws DatabaseLockedError when another process has it open
 */
export async function openEngine(name: string): Promise<Engine> {
  const library = loadLibrary(dirname(__filename));
  boundMemory();
  try {
    return new Engine(await library.SurrealNodeEngine.connect(`rocksdb://${name}`, {}));
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (/\bLOCK\b/.test(message)) throw new DatabaseLockedError(message, { cause });
    throw cause;
  }
}

const MEBIBYTE = 1024 * 1024;

/**
 * The engine's own defaults take hundreds of megabytes, and when one of these is missing it inspects every process of the system to
 * find out how much memory there is. Values that the user has set are kept.
 */
function boundMemory(): void {
  process.env['SURREAL_ROCKSDB_BLOCK_CACHE_SIZE'] ??= String(32 * MEBIBYTE);
  process.env['SURREAL_ROCKSDB_WRITE_BUFFER_SIZE'] ??= String(16 * MEBIBYTE);
  process.env['SURREAL_ROCKSDB_MAX_WRITE_BUFFER_NUMBER'] ??= '8';
  process.env['SURREAL_ROCKSDB_COMPACTION_READAHEAD_SIZE'] ??= String(16 * MEBIBYTE);
}

/** Loads the library that was copied beside the bundle: the first one that this system can load. */
function loadLibrary(directory: string): NativeLibrary {
  const names = libraryNames();
  const failures: string[] = [];
  for (const name of names.filter((candidate) => existsSync(join(directory, candidate)))) {
    try {
      const library: unknown = createRequire(__filename)(join(directory, name));
      return v.parse(NativeLibrarySchema, library);
    } catch (cause) {
      failures.push(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }
  throw new EngineUnavailableError(failures.length === 0 ? `${names.join(' or ')} is not in ${directory}` : failures.join('; '));
}

/** File names of the engine for this platform. */
function libraryNames(): string[] {
  const base = `surrealdb-node.${process.platform}-${process.arch}`;
  if (process.platform === 'win32') return [`${base}-msvc.node`];
  return process.platform === 'linux' ? [`${base}-gnu.node`, `${base}-musl.node`] : [`${base}.node`];
}
