import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import * as v from 'valibot';
import { errorBody, misshapen, refuse, type Refusal } from './api/refuse.ts';
import { ApiRequest, type SentMessage } from './api/request.ts';
import type { ApiLimits } from './api/rule.ts';

/** A request for an answer, and what it was answered. */
export interface Exchange {
  readonly messages: readonly SentMessage[];
  /** Null when it was accepted. */
  readonly refusal: Refusal | null;
}

/** The model's API on the loopback: refuses what the API refuses, and answers all else with the word "ok". */
export class MockApi {
  private readonly server: Server;
  private readonly limits: ApiLimits | null;
  private readonly received: Exchange[] = [];

  private constructor(server: Server, limits: ApiLimits | null) {
    this.server = server;
    this.limits = limits;
  }

  /** @param limits null for an API that accepts everything */
  static async start(limits: ApiLimits | null): Promise<MockApi> {
    const server = createServer();
    const api = new MockApi(server, limits);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => api.answer(request.url ?? '', body, response));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return api;
  }

  get url(): string {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  }

  /** The requests for an answer, in order. */
  get exchanges(): readonly Exchange[] {
    return this.received;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private answer(url: string, body: string, response: ServerResponse): void {
    if (!/^\/v1\/messages(\?|$)/.test(url)) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end('{"type":"error","error":{"type":"not_found_error","message":"not here"}}');
      return;
    }
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), ApiRequest), body);
    if (!parsed.success) {
      this.turnDown([], misshapen(v.getDotPath(parsed.issues[0]) ?? 'messages'), response);
      return;
    }
    const request = parsed.output;
    const refusal = this.limits === null ? null : refuse(request, this.limits);
    if (refusal !== null) {
      this.turnDown(request.messages, refusal, response);
      return;
    }
    this.received.push({ messages: request.messages, refusal: null });
    const message = {
      id: 'msg_mock01',
      type: 'message',
      role: 'assistant',
      model: request.model,
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    };
    if (request.stream === true) streamOk(response, message);
    else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...message, content: [{ type: 'text', text: 'ok' }], stop_reason: 'end_turn' }));
    }
  }

  private turnDown(messages: readonly SentMessage[], refusal: Refusal, response: ServerResponse): void {
    this.received.push({ messages, refusal });
    response.writeHead(refusal.status, { 'content-type': 'application/json', 'x-should-retry': 'false' });
    response.end(errorBody(refusal));
  }
}

function streamOk(response: ServerResponse, message: Record<string, unknown>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (type: string, data: Record<string, unknown>): void =>
    void response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  send('message_start', { message: { ...message, content: [], stop_reason: null } });
  send('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  send('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'ok' } });
  send('content_block_stop', { index: 0 });
  send('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 1 } });
  send('message_stop', {});
  response.end();
}
