/**
 * One signed-in connection to one database. It never reconnects: when it is lost, its owner opens a new one, knowing that calls in
 * flight may or may not have been executed. (The SDK's own reconnection would send them again.)
 */
import { createRemoteEngines, ServerError, Surreal, Table, WebSocketEngine, type AuthProvider, type RpcRequest } from 'surrealdb';
import * as v from 'valibot';
import { StoreError } from '../../core/log/store.ts';
import type { DatabaseAddress } from './address.ts';
import { ConnectionLostError, StatementError } from './errors.ts';
import { trackedSockets, type TrackedSockets } from './socket.ts';

const LiveValueSchema = v.object({ session_id: v.string() });

/** The SDK sends a ping from time to time and leaves its failure unhandled. */
class CarefulWebSocketEngine extends WebSocketEngine {
  override send<Method extends string, Params extends unknown[] | undefined, Result>(request: RpcRequest<Method, Params>): Promise<Result> {
    const answer = super.send<Method, Params, Result>(request);
    if (request.method === 'ping') answer.catch(() => undefined);
    return answer;
  }
}

export class Connection {
  readonly #db: Surreal;
  readonly #terminate: () => void;
  readonly #lost: Promise<never>;
  #isOpen = true;

  private constructor(db: Surreal, terminate: () => void, onClose: () => void) {
    this.#db = db;
    let lose: () => void = () => undefined;
    this.#lost = new Promise<never>((_, reject) => {
      lose = () => {
        if (!this.#isOpen) return;
        this.#isOpen = false;
        reject(new ConnectionLostError('the connection was closed'));
        onClose();
      };
    });
    db.subscribe('disconnected', lose);
    this.#terminate = () => {
      terminate();
      lose();
    };
    // Nobody may be waiting when it is lost.
    this.#lost.catch(() => undefined);
  }

  /**
   * @param timeoutMs until signed in, in milliseconds
   * @param onClose called once, when an established connection is gone, whoever ended it
   * @throws ConnectionLostError when nobody answers; StoreError `unauthorised` when the sign-in is refused
   */
  static async open(address: DatabaseAddress, timeoutMs: number, onClose: () => void): Promise<Connection> {
    const sockets = trackedSockets();
    const db = client(sockets);
    const { url, namespace, database } = address;
    let isEstablished = false;
    const connection = new Connection(
      db,
      () => sockets.terminateAll(),
      () => {
        if (isEstablished) onClose();
      },
    );
    try {
      // Given as `authentication`, not by signin(): the SDK drops that sign-in instead of renewing it when its token expires.
      const connecting = db.connect(url, {
        namespace,
        database,
        authentication: authenticationFor(address, sockets),
        reconnect: false,
        versionCheck: address.isOurs !== true,
      });
      connecting.catch(() => undefined);
      await connection.#within(connecting, timeoutMs);
    } catch (error) {
      connection.terminate();
      throw asConnectFailure(error, sockets.problem());
    }
    isEstablished = true;
    return connection;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Runs statements; those inside BEGIN … COMMIT take effect together or not at all.
   * @param timeoutMs milliseconds; after that the connection is closed
   * @returns the result of each statement
   * @throws StatementError for the statement that failed first; ConnectionLostError when no answer came
   */
  async query(text: string, bindings: Record<string, unknown>, timeoutMs: number): Promise<unknown[]> {
    if (!this.#isOpen) throw new ConnectionLostError('the connection is closed');
    let responses;
    try {
      responses = await this.#within(this.#db.query(text, bindings).responses(), timeoutMs);
    } catch (error) {
      if (error instanceof ServerError) throw new StatementError(error.kind, error.message, { cause: error });
      if (error instanceof ConnectionLostError) throw error;
      throw new ConnectionLostError(error instanceof Error ? error.message : String(error), { cause: error });
    }
    let consequence: StatementError | null = null;
    for (const response of responses) {
      if (response.success) continue;
      const failure = new StatementError(response.error.kind, response.error.message, { cause: response.error });
      if (!failure.message.startsWith('The query was not executed')) throw failure;
      consequence ??= failure;
    }
    if (consequence !== null) throw consequence;
    return responses.map((response) => (response.success ? response.result : undefined));
  }

  /** Calls back with the session of each event that is created from now on, while this connection lasts. */
  async watchEvents(onEvent: (sessionId: string) => void, timeoutMs: number): Promise<void> {
    const live = await this.#within(this.#db.live(new Table('repairs_events')).fields('session_id', 'seq'), timeoutMs);
    live.subscribe((message) => {
      if (message.action === 'KILLED') return;
      const value = v.safeParse(LiveValueSchema, message.value);
      if (value.success) onEvent(value.output.session_id);
    });
  }

  /** Closes the connection cleanly, or by force after a moment. */
  async close(): Promise<void> {
    const closing = this.#db.close();
    closing.catch(() => undefined);
    try {
      await this.#within(closing, 1_000);
    } catch {
      // Either way it is gone now.
    }
    this.terminate();
  }

  terminate(): void {
    this.#terminate();
    this.#db.close().catch(() => undefined);
  }

  /** Waits for an answer, for the loss of the connection, or for time to run out, whichever comes first. */
  async #within<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new ConnectionLostError(`no answer within ${Math.round(timeoutMs / 1000)} s`, { isTimeout: true }));
        this.terminate();
      }, timeoutMs);
    });
    try {
      return await Promise.race([answer, this.#lost, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function client(sockets: TrackedSockets): Surreal {
  return new Surreal({
    engines: {
      ...createRemoteEngines(),
      ws: (context) => new CarefulWebSocketEngine(context),
      wss: (context) => new CarefulWebSocketEngine(context),
    },
    websocketImpl: sockets.implementation,
  });
}

function authenticationFor(address: DatabaseAddress, sockets: TrackedSockets): AuthProvider {
  const { namespace, database, auth } = address;
  switch (auth.kind) {
    case 'token':
      return auth.token;
    case 'record':
      // The SDK calls a function again when the token expires.
      return () => recordToken(address, auth, sockets);
    case 'user': {
      const { username, password } = auth;
      if (auth.level === 'root') return { username, password };
      return auth.level === 'namespace' ? { namespace, username, password } : { namespace, database, username, password };
    }
  }
}

/** Signs a record user in over a connection of its own, because the SDK can only renew a token that it gets from a function. */
async function recordToken(
  { url, namespace, database }: DatabaseAddress,
  { access, username, password }: Extract<DatabaseAddress['auth'], { kind: 'record' }>,
  sockets: TrackedSockets,
): Promise<string> {
  const db = client(sockets);
  await db.connect(url, { namespace, database, reconnect: false });
  try {
    const tokens = await db.signin({ namespace, database, access, variables: { user: username, pass: password } });
    return tokens.access;
  } catch (error) {
    // Whatever error an access method fails with, the sign-in was refused.
    throw error instanceof ServerError ? refused(error) : error;
  } finally {
    await db.close();
  }
}

/** @param problem of the socket: why nobody could be reached */
function asConnectFailure(error: unknown, problem: Error | null): Error {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ConnectionLostError && !cause.isTimeout && problem !== null)
      return new ConnectionLostError(problem.message, { cause });
    if (cause instanceof ConnectionLostError || cause instanceof StoreError) return cause;
    if (cause instanceof ServerError && cause.kind === 'NotAllowed') return refused(cause);
  }
  return new ConnectionLostError(error instanceof Error ? error.message : String(error), { cause: error });
}

function refused(cause: ServerError): StoreError {
  return new StoreError(
    'unauthorised',
    `The store refused the sign-in: ${cause.message}`,
    'Check the user and the password of the store.',
    {
      cause,
    },
  );
}
