/**
 * SurrealDB's RPC over WebSocket, on the loopback address. It offers only what the official SDK needs to sign in as a database user
 * and to query: no HTTP interface, and no encoding but CBOR.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { saysDiskProblem } from './disk-watch.ts';
import { FrameError, readFields, readRequest, writeNotification, writeResponse, type RequestFrame } from './frames.ts';
import { notAllowed, refuse, RpcSession, type RpcSessionOptions } from './rpc-session.ts';

const HOST = '127.0.0.1';
const MAX_MESSAGE_BYTES = 128 * 1024 * 1024;
const MAX_CONNECTIONS = 128;
const MAX_SESSIONS = 16;
/** A connection that has not signed in by then is closed, so that it does not take a place from others. */
const SIGN_IN_MS = 15_000;
const SHUTDOWN_MS = 5_000;

export interface RpcServerOptions extends RpcSessionOptions {
  readonly log: (line: string) => void;
  /** Called with the number of open connections, after each change. */
  readonly onConnections: (count: number) => void;
  /** Called when the engine could not write to its disk. */
  readonly onDiskProblem?: () => void;
}

export class RpcServer {
  readonly #options: RpcServerOptions;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #connections = new Set<Connection>();
  readonly #killed = new Set<string>();
  #isClosing = false;

  constructor(options: RpcServerOptions) {
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: MAX_MESSAGE_BYTES,
      handleProtocols: (protocols) => (protocols.has('cbor') ? 'cbor' : false),
    });
    this.#http = createServer((_request, response) => {
      response.writeHead(426, { Connection: 'close' }).end();
    });
    this.#http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, socket, head);
    });
  }

  /** @returns the port, on 127.0.0.1 */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(0, HOST, resolve);
    });
    void this.#deliver();
    return this.#port();
  }

  /** Refuses new connections, waits for running requests, then closes the rest. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#http.close();
    const idle = Promise.allSettled([...this.#connections].map((connection) => connection.finish()));
    await Promise.race([idle, delay(SHUTDOWN_MS)]);
    for (const connection of this.#connections) connection.terminate();
    this.#sockets.close();
  }

  #port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refusal = this.#refusal(request);
    if (refusal !== null) {
      this.#options.log(`refused a connection: ${refusal}`);
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.#accept(webSocket);
    });
  }

  /** A page in a browser can reach this address, but always sends its origin; another host name is a sign of DNS rebinding. */
  #refusal(request: IncomingMessage): string | null {
    if (this.#isClosing) return 'closing';
    if (request.headers.origin !== undefined) return 'it comes from a browser';
    const host = request.headers.host;
    if (host !== `${HOST}:${this.#port()}` && host !== `localhost:${this.#port()}`) return 'it names another host';
    if (request.url !== '/rpc') return 'it asks for another path';
    if (this.#connections.size >= MAX_CONNECTIONS) return 'too many connections';
    return null;
  }

  #accept(socket: WebSocket): void {
    const connection = new Connection(socket, this.#options, () => {
      this.#connections.delete(connection);
      this.#options.onConnections(this.#connections.size);
    });
    this.#connections.add(connection);
    this.#options.onConnections(this.#connections.size);
  }

  /** Hands each notification to the connection whose session asked for it. */
  async #deliver(): Promise<void> {
    try {
      for await (const notification of this.#options.engine.notifications()) {
        const fields = readFields(notification);
        const address = Buffer.from(fields.get('session') ?? []).toString('hex');
        const owner = [...this.#connections].find((connection) => connection.has(address));
        if (owner !== undefined) owner.send(writeNotification(notification));
        else await this.#kill(fields.get('id'));
      }
    } catch (error) {
      this.#options.log(`notifications ended: ${String(error)}`);
    }
  }

  /** The engine keeps a live query when its session ends; the first notification without a receiver ends the query. */
  async #kill(rawId: Uint8Array | undefined): Promise<void> {
    if (rawId === undefined) return;
    const key = Buffer.from(rawId).toString('hex');
    if (this.#killed.has(key)) return;
    this.#killed.add(key);
    try {
      await this.#options.engine.query('KILL $id', { id: this.#options.engine.decode(rawId) });
    } catch (error) {
      this.#options.log(`could not end a live query: ${String(error)}`);
    }
  }
}

/** One client. */
class Connection {
  readonly #socket: WebSocket;
  readonly #options: RpcServerOptions;
  /** By the raw CBOR of the client's name for it, as hex; '' is the default session. */
  readonly #sessions = new Map<string, Promise<RpcSession>>();
  readonly #addresses = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  readonly #signInTimer: NodeJS.Timeout;
  #isOpen = true;

  constructor(socket: WebSocket, options: RpcServerOptions, onClose: () => void) {
    this.#socket = socket;
    this.#options = options;
    this.#sessions.set('', this.#attach());
    this.#signInTimer = setTimeout(() => {
      this.#closeUnlessSignedIn().catch((error: unknown) => {
        this.#fail(error);
      });
    }, SIGN_IN_MS);
    socket.on('message', (data, isBinary) => {
      this.#receive(data, isBinary);
    });
    socket.on('error', (error) => {
      options.log(`connection: ${error.message}`);
    });
    socket.on('close', () => {
      this.#isOpen = false;
      clearTimeout(this.#signInTimer);
      void this.#release();
      onClose();
    });
  }

  has(address: string): boolean {
    return this.#addresses.has(address);
  }

  send(bytes: Uint8Array): void {
    if (this.#isOpen) this.#socket.send(bytes);
  }

  /** Resolves when the requests received so far are answered, and closes. */
  async finish(): Promise<void> {
    await Promise.allSettled([...this.#running]);
    this.#socket.close(1001);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #receive(data: RawData, isBinary: boolean): void {
    const work = this.#answer(data, isBinary).catch((error: unknown) => {
      this.#fail(error);
    });
    this.#running.add(work);
    void work.then(() => this.#running.delete(work));
  }

  async #answer(data: RawData, isBinary: boolean): Promise<void> {
    if (!isBinary || !Buffer.isBuffer(data)) throw new FrameError('only CBOR is spoken here');
    const frame = readRequest(data);
    const answer = await this.#handle(frame);
    this.send(answer);
    if (saysDiskProblem(answer, (bytes) => this.#options.engine.decode(bytes))) this.#options.onDiskProblem?.();
  }

  async #handle(frame: RequestFrame): Promise<Uint8Array> {
    const key = frame.session === null ? '' : Buffer.from(frame.session).toString('hex');
    if (frame.method === 'attach' || frame.method === 'detach') return await this.#changeSessions(frame, key);
    const session = this.#sessions.get(key);
    if (session !== undefined) return await (await session).handle(frame);
    return refuse(this.#options.engine, frame.id, { code: -32000, kind: 'NotFound', message: 'Session not found' });
  }

  async #changeSessions(frame: RequestFrame, key: string): Promise<Uint8Array> {
    const { engine } = this.#options;
    const known = this.#sessions.get(key);
    if (frame.method === 'attach') {
      if (key === '' || known !== undefined || this.#sessions.size >= MAX_SESSIONS)
        return refuse(engine, frame.id, notAllowed('This session cannot be made.'));
      const session = this.#attach();
      this.#sessions.set(key, session);
      await session;
    } else {
      if (key === '' || known === undefined) return refuse(engine, frame.id, notAllowed('There is no such session.'));
      this.#sessions.delete(key);
      await this.#detach(known);
    }
    return writeResponse(frame.id, engine.encode(null));
  }

  async #attach(): Promise<RpcSession> {
    const session = await RpcSession.attach(this.#options);
    this.#addresses.add(session.address);
    return session;
  }

  async #detach(session: Promise<RpcSession>): Promise<void> {
    const attached = await session;
    this.#addresses.delete(attached.address);
    await attached.detach();
  }

  async #closeUnlessSignedIn(): Promise<void> {
    const sessions = await Promise.all(this.#sessions.values());
    if (!sessions.some((session) => session.isSignedIn)) this.#socket.close(1008, 'sign in');
  }

  async #release(): Promise<void> {
    try {
      await Promise.all([...this.#sessions.values()].map((session) => this.#detach(session)));
    } catch (error) {
      this.#options.log(`could not release a session: ${String(error)}`);
    }
  }

  /** A client that violates the protocol is disconnected; the others are not affected. */
  #fail(error: unknown): void {
    this.#options.log(`closed a connection: ${String(error)}`);
    this.#socket.close(error instanceof FrameError ? 1007 : 1011);
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
