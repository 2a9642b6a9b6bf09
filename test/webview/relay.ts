import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext } from 'playwright-core';
import { WebSocketServer, type WebSocket } from 'ws';

/** Carries messages between a page and the test's process. */
export interface Relay {
  /** What the graph's page must be of to be reached. */
  readonly origin: string;
  /** @returns whether it could be sent */
  send(message: unknown): boolean;
}

/** Runs in a page of its own, which has a process of its own. */
const PASS_ON = `(address) => {
  const toPage = new BroadcastChannel('to-page');
  const fromPage = new BroadcastChannel('from-page');
  const socket = new WebSocket(address);
  socket.onmessage = ({ data }) => toPage.postMessage(JSON.parse(data));
  fromPage.onmessage = ({ data }) => socket.send(JSON.stringify(data));
  return new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
}`;

/**
 * Opens a page that passes messages on, as the editor's own frame does, to a page of the same origin: what the browser's debugger has to
 * do for a message is then not done by the thread of the graph, which is timed with this.
 * @param onMessage told what the page sends
 */
export async function openRelay(context: BrowserContext, onMessage: (message: unknown) => void): Promise<Relay> {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sockets = new WebSocketServer({ server });
  context.on('close', () => {
    for (const client of sockets.clients) client.terminate();
    server.close();
  });
  const connected = once(sockets, 'connection') as Promise<[WebSocket]>;
  const page = await context.newPage();
  await page.goto(`http://${host}/relay`);
  await page.evaluate(`(${PASS_ON})('ws://${host}')`);
  const [socket] = await connected;
  socket.on('message', (data: Buffer) => onMessage(JSON.parse(data.toString())));
  return {
    origin: `http://${host}`,
    send: (message) => {
      socket.send(JSON.stringify(message));
      return socket.readyState === socket.OPEN;
    },
  };
}
