import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { BrowserContext } from 'playwright-core';
import { WebSocketServer, type WebSocket } from 'ws';

/** Carries messages between a page and the test's process. */
export interface Relay {
  /** @returns whether it could be sent */
  send(message: unknown): boolean;
}

/** A page without content, of the graph's origin. */
export const RELAY_PATH = '/relay';

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
 * @param origin of the graph's page
 * @param onMessage told what the page sends
 */
export async function openRelay(context: BrowserContext, origin: string, onMessage: (message: unknown) => void): Promise<Relay> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  context.on('close', () => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const connected = once(server, 'connection') as Promise<[WebSocket]>;
  const page = await context.newPage();
  await page.goto(`${origin}${RELAY_PATH}`);
  await page.evaluate(`(${PASS_ON})('ws://127.0.0.1:${(server.address() as AddressInfo).port}')`);
  const [socket] = await connected;
  socket.on('message', (data: Buffer) => onMessage(JSON.parse(data.toString())));
  return {
    send: (message) => {
      socket.send(JSON.stringify(message));
      return socket.readyState === socket.OPEN;
    },
  };
}
