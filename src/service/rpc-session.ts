/**
 * One session of a client, mapped to a session of the engine that no other client can name. The engine itself runs without sign-in,
 * so an anonymous session would own the database. Therefore nothing passes before the database has accepted a sign-in.
 */
import { Uuid } from 'surrealdb';
import * as v from 'valibot';
import type { Engine } from './engine.ts';
import { writeRequest, writeResponse, type RequestFrame } from './frames.ts';
import type { LocalUser } from './local-user.ts';

/** The one database of a store. */
export interface DatabaseName {
  readonly namespace: string;
  readonly database: string;
}

export interface RpcSessionOptions {
  readonly engine: Engine;
  readonly name: DatabaseName;
  /** The user that may sign in by secret instead of a password of the database; default: none. */
  readonly user?: LocalUser;
}

/** Refusals have the kinds and codes of SurrealDB's own server. */
export interface Refusal {
  readonly code: number;
  readonly kind: 'NotAllowed' | 'NotFound' | 'Validation';
  readonly message: string;
}

const ANYTIME: ReadonlySet<string> = new Set(['version', 'ping', 'health', 'use']);
const SIGN_IN: ReadonlySet<string> = new Set(['signin', 'authenticate']);
const SIGN_OUT: ReadonlySet<string> = new Set(['invalidate', 'reset']);
const SIGNED_IN: ReadonlySet<string> = new Set(['query', 'let', 'unset', 'info']);

const UseParamsSchema = v.tuple([v.nullish(v.string()), v.nullish(v.string())]);

export class RpcSession {
  readonly #engine: Engine;
  readonly #name: DatabaseName;
  readonly #user: LocalUser | undefined;
  readonly #uuid: Uuid;
  /** Raw CBOR of the engine's session. */
  readonly #raw: Uint8Array;
  readonly #inFlight = new Set<Promise<unknown>>();
  #barrier: Promise<unknown> = Promise.resolve();
  #isSignedIn = false;

  private constructor({ engine, name, user }: RpcSessionOptions) {
    this.#engine = engine;
    this.#name = name;
    this.#user = user;
    this.#uuid = Uuid.v4();
    this.#raw = engine.encode(this.#uuid);
  }

  static async attach(options: RpcSessionOptions): Promise<RpcSession> {
    const session = new RpcSession(options);
    await options.engine.call('attach', [], session.#uuid);
    return session;
  }

  /** Raw CBOR of the engine's session as hex: the address of its notifications. */
  get address(): string {
    return Buffer.from(this.#raw).toString('hex');
  }

  get isSignedIn(): boolean {
    return this.#isSignedIn;
  }

  /**
   * Runs a request in this session. A request that changes the signed-in user runs alone, so that no other request overtakes it.
   * @returns the response frame
   */
  handle(frame: RequestFrame): Promise<Uint8Array> {
    const changesUser = SIGN_IN.has(frame.method) || SIGN_OUT.has(frame.method);
    const before = changesUser ? Promise.allSettled([this.#barrier, ...this.#inFlight]) : this.#barrier;
    const answer = before.then(() => this.#run(frame));
    const settled = answer.then(nothing, nothing);
    if (changesUser) this.#barrier = settled;
    this.#inFlight.add(settled);
    void settled.then(() => this.#inFlight.delete(settled));
    return answer;
  }

  async detach(): Promise<void> {
    this.#isSignedIn = false;
    await Promise.allSettled([...this.#inFlight]);
    await this.#engine.call('detach', [], this.#uuid);
  }

  async #run(frame: RequestFrame): Promise<Uint8Array> {
    const refusal = this.#refusal(frame);
    if (refusal !== null) return refuse(this.#engine, frame.id, refusal);
    const changesUser = SIGN_IN.has(frame.method) || SIGN_OUT.has(frame.method);
    if (changesUser) this.#isSignedIn = false;
    const token = frame.method === 'signin' ? this.#tokenFor(frame) : null;
    const request = token === null ? frame : { ...frame, method: 'authenticate', params: this.#engine.encode([token]) };
    const answer = await this.#engine.execute(writeRequest(request, this.#raw));
    // The answer to a sign-in is a token, a text or a map of them; an error is a map with `error` alone.
    if (SIGN_IN.has(frame.method)) this.#isSignedIn = !isErrorAnswer(this.#engine.decode(answer));
    return writeResponse(frame.id, token !== null && this.#isSignedIn ? this.#engine.encode(token) : answer);
  }

  #tokenFor(frame: RequestFrame): string | null {
    return this.#user === undefined || frame.params === null ? null : this.#user.tokenFor(this.#engine.decode(frame.params));
  }

  #refusal(frame: RequestFrame): Refusal | null {
    const { method } = frame;
    if (method === 'use' && !this.#isOwnDatabase(frame)) return notAllowed('This service has one database.');
    if (ANYTIME.has(method) || SIGN_IN.has(method) || SIGN_OUT.has(method)) return null;
    if (!SIGNED_IN.has(method)) return { code: -32601, kind: 'NotFound', message: 'Method not found' };
    return this.#isSignedIn ? null : notAllowed('Sign in first.');
  }

  #isOwnDatabase(frame: RequestFrame): boolean {
    const params = v.safeParse(UseParamsSchema, frame.params === null ? [] : this.#engine.decode(frame.params));
    if (!params.success) return false;
    const [namespace, database] = params.output;
    return (namespace ?? this.#name.namespace) === this.#name.namespace && (database ?? this.#name.database) === this.#name.database;
  }
}

/** A response frame that refuses a request. */
export function refuse(engine: Engine, id: Uint8Array, refusal: Refusal): Uint8Array {
  return writeResponse(id, engine.encode({ error: { ...refusal, details: null, cause: null } }));
}

export function notAllowed(message: string): Refusal {
  return { code: -32002, kind: 'NotAllowed', message };
}

function isErrorAnswer(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'error' in answer;
}

function nothing(): void {}
