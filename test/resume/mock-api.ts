import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import * as v from 'valibot';

const Block = v.looseObject({ type: v.string() });
export type Block = v.InferOutput<typeof Block>;

const Message = v.looseObject({ role: v.string(), content: v.union([v.string(), v.array(Block)]) });
/** One message of a request as the client sends it. */
export type SentMessage = v.InferOutput<typeof Message>;

const Request = v.looseObject({ model: v.string(), messages: v.array(Message), stream: v.optional(v.boolean()) });

/** The model's API on the loopback: answers every request with the word "ok" and keeps the messages of the first. */
export class MockApi {
  private readonly server: Server;
  private first: readonly SentMessage[] | null = null;

  private constructor(server: Server) {
    this.server = server;
  }

  static async start(): Promise<MockApi> {
    const server = createServer();
    const api = new MockApi(server);
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

  /** Messages of the first request for an answer; null when there was none. */
  get messages(): readonly SentMessage[] | null {
    return this.first;
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
    const request = v.parse(v.pipe(v.string(), v.parseJson(), Request), body);
    this.first ??= request.messages;
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
