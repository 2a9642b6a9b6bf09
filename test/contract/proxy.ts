/**
 * A line between client and server that can be cut at an exact moment: it forwards messages whole, and knows which answer
 * belongs to which request.
 */
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { CborCodec } from 'surrealdb';
import { WebSocket, WebSocketServer } from 'ws';

/** What happens to one request. */
export type Fate =
  | 'pass'
  /** It never arrives; the line is cut. */
  | 'lose-request'
  /** It arrives and is carried out, its answer is swallowed and the line is cut. */
  | 'lose-answer'
  /** It arrives and is carried out, its answer is swallowed and the line stays silent. */
  | 'hold-answer';

export interface Request {
  readonly method: string;
  /** Of a query. */
  readonly text: string;
}

export interface Proxy {
  readonly port: number;
  /** Decides about each request; replace it at will. */
  decide: (request: Request) => Fate;
  /** Called when an answer was swallowed, before the line is cut. */
  onSwallowed: () => Promise<void>;
  readonly connections: number;
  /** Called when a request was swallowed, before the line is cut. */
  onLost: () => Promise<void>;
  /** Cuts all lines; `isBarred` refuses new ones. */
  cut(): void;
  isBarred: boolean;
  /** Keeps what nobody asked for: notifications. */
  isMute: boolean;
  close(): Promise<void>;
}

const codec = new CborCodec({});

/**
 * @param target port of the server, asked anew for each connection
 * @param tls speaks TLS to the client with this certificate, as what stands in front of a server does
 */
export async function startProxy(target: () => number, tls?: { readonly key: string; readonly cert: string }): Promise<Proxy> {
  const http = tls === undefined ? createHttpServer() : createHttpsServer(tls);
  const server = new WebSocketServer({ server: http, path: '/rpc', handleProtocols: () => 'cbor' });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  let connections = 0;
  const proxy: Proxy = {
    port: (http.address() as AddressInfo).port,
    decide: () => 'pass',
    onSwallowed: () => Promise.resolve(),
    get connections() {
      return connections;
    },
    onLost: () => Promise.resolve(),
    isBarred: false,
    isMute: false,
    cut: () => {
      for (const client of server.clients) client.terminate();
    },
    close: async () => {
      proxy.cut();
      await new Promise((resolve) => server.close(resolve));
      await new Promise((resolve) => http.close(resolve));
    },
  };
  server.on('connection', (client) => {
    if (proxy.isBarred) {
      client.terminate();
      return;
    }
    connections += 1;
    forward(client, new WebSocket(`ws://127.0.0.1:${target()}/rpc`, 'cbor'), proxy);
  });
  return proxy;
}

function forward(client: WebSocket, upstream: WebSocket, proxy: Proxy): void {
  const swallow = new Map<string, Fate>();
  const ready = new Promise<void>((resolve) => upstream.once('open', resolve));
  client.on('message', (data: Buffer) => {
    const { id, method, params } = codec.decode<{ id: string; method: string; params?: unknown[] }>(data);
    const fate = proxy.decide({ method, text: typeof params?.[0] === 'string' ? params[0] : '' });
    if (fate === 'lose-request') {
      void proxy.onLost().finally(() => client.terminate());
      return;
    }
    if (fate !== 'pass') swallow.set(id, fate);
    void ready.then(() => {
      upstream.send(data);
    });
  });
  upstream.on('message', (data: Buffer) => {
    const { id } = codec.decode<{ id?: string }>(data);
    if (id === undefined && proxy.isMute) return;
    const fate = id === undefined ? undefined : swallow.get(id);
    if (fate === undefined) {
      if (client.readyState === WebSocket.OPEN) client.send(data);
      return;
    }
    void proxy.onSwallowed().then(() => {
      if (fate === 'lose-answer') client.terminate();
    });
  });
  client.on('close', () => {
    upstream.terminate();
  });
  upstream.on('close', () => {
    client.terminate();
  });
  for (const socket of [client, upstream]) socket.on('error', () => undefined);
}
