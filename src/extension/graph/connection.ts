import { PROTOCOL_VERSION, type GraphState, type HostMessage, type ProtocolError, type RequestResult } from '../../protocol/messages.ts';
import { fillIn } from '../../protocol/text-template.ts';
import { parseEnvelope, parseRequest, type Envelope } from '../../protocol/validate.ts';
import { graphState } from './graph-session.ts';
import { RequestRefused, type RequestContext } from './request-context.ts';
import { answerRequest } from './requests.ts';

/** Where a connection sends messages and tells of defects. */
export interface ConnectionPort {
  /** @returns whether the page could be reached; a hidden one asks for the whole state when it comes back */
  post(message: HostMessage): PromiseLike<boolean>;
  /** A defect of ours or a malformed message: for the log, without transcript text. */
  report(problem: string, cause?: unknown): void;
}

/** The host's end of one page. Every request that can be told apart gets exactly one answer. */
export class GraphConnection {
  readonly #context: RequestContext;
  readonly #port: ConnectionPort;
  readonly #running = new Map<number, AbortController>();
  #ready = false;
  #disposed = false;
  #pendingReveal: string | null = null;
  /** The push under way; settles when the page has been sent what it shows next. */
  #pushing: Promise<void> | null = null;
  #pushesWanted = 0;

  constructor(context: RequestContext, port: ConnectionPort) {
    this.#context = context;
    this.#port = port;
  }

  /** Takes a message from the page. Never rejects. */
  async receive(raw: unknown): Promise<void> {
    const envelope = parseEnvelope(raw);
    if ('problem' in envelope) {
      this.#port.report(`Message from the graph refused: ${envelope.problem}`);
      return;
    }
    switch (envelope.ok.type) {
      case 'ready':
        this.#ready = true;
        await this.pushState();
        await this.#flushReveal();
        return;
      case 'cancel':
        this.#running.get(envelope.ok.id)?.abort();
        return;
      case 'request':
        await this.#answer(envelope.ok);
    }
  }

  /** Sends the complete state. Calls that come while one is under way are merged into one after it. Never rejects. */
  async pushState(): Promise<void> {
    if (!this.#ready || this.#disposed) return;
    this.#pushesWanted++;
    this.#pushing ??= this.#pushWanted().finally(() => (this.#pushing = null));
    await this.#pushing;
  }

  /** Shows a record, at once or as soon as the page is up. */
  async reveal(uuid: string): Promise<void> {
    this.#pendingReveal = uuid;
    if (this.#ready) await this.#flushReveal();
  }

  dispose(): void {
    this.#disposed = true;
    for (const controller of this.#running.values()) controller.abort();
    this.#running.clear();
    const { session, view } = this.#context;
    if (session.opening.kind !== 'open') return;
    session.opening.handle.model.graph.closeView(view).catch((cause: unknown) => this.#port.report('A view was not closed', cause));
  }

  /** The state, or a page that says why there is none. */
  async #state(): Promise<GraphState> {
    const { session, strings, translations } = this.#context;
    try {
      return await graphState(session, strings, translations);
    } catch (cause) {
      const { message, remedy } = this.#explain(cause, 'state');
      const { revision, name } = session;
      return { kind: 'explained', revision, name, translations, title: strings.unreadableTitle, message, remedy, notices: [] };
    }
  }

  async #pushWanted(): Promise<void> {
    let sent = 0;
    while (sent !== this.#pushesWanted) {
      sent = this.#pushesWanted;
      const state = await this.#state();
      await this.#post({ type: 'changed', protocolVersion: PROTOCOL_VERSION, state });
    }
  }

  async #flushReveal(): Promise<void> {
    const uuid = this.#pendingReveal;
    if (uuid === null) return;
    const delivered = await this.#post({ type: 'reveal', protocolVersion: PROTOCOL_VERSION, uuid });
    if (delivered && this.#pendingReveal === uuid) this.#pendingReveal = null;
  }

  async #answer(envelope: Extract<Envelope, { type: 'request' }>): Promise<void> {
    // Two answers to one id could not be told apart, nor the two cancelled.
    if (this.#running.has(envelope.id)) {
      this.#port.report('Message from the graph refused: the id of a request is in use');
      return;
    }
    const controller = new AbortController();
    this.#running.set(envelope.id, controller);
    const result = await this.#result(envelope, controller.signal);
    this.#running.delete(envelope.id);
    // What was done is in the picture before it is told: the next key may be meant for it.
    if ('ok' in result && isDone(result.ok)) await this.#pushing;
    await this.#post({ type: 'response', protocolVersion: PROTOCOL_VERSION, id: envelope.id, result });
  }

  async #result(envelope: Extract<Envelope, { type: 'request' }>, signal: AbortSignal): Promise<RequestResult> {
    const { strings } = this.#context;
    if (envelope.protocolVersion !== PROTOCOL_VERSION) {
      return { err: { code: 'wrong_version', message: strings.wrongVersion, remedy: strings.wrongVersionRemedy } };
    }
    const request = parseRequest(envelope.request);
    if ('problem' in request) {
      return { err: { code: 'invalid_request', message: fillIn(strings.badRequest, [request.problem]), remedy: '' } };
    }
    try {
      return { ok: await answerRequest(this.#context, request.ok, signal) };
    } catch (cause) {
      if (signal.aborted) return { err: { code: 'cancelled', message: strings.cancelledByYou, remedy: '' } };
      return { err: this.#explain(cause, request.ok.type) };
    }
  }

  #explain(cause: unknown, type: string): ProtocolError {
    if (cause instanceof RequestRefused) {
      return { code: cause.code, message: cause.message, remedy: cause.remedy };
    }
    this.#port.report(`The request "${type}" of the graph failed`, cause);
    const detail = cause instanceof Error ? cause.message : String(cause);
    return { code: 'failed', message: fillIn(this.#context.strings.failed, [detail]), remedy: remedyOf(cause) };
  }

  async #post(message: HostMessage): Promise<boolean> {
    if (this.#disposed) return false;
    try {
      return await this.#port.post(message);
    } catch (cause) {
      this.#port.report('A message to the graph could not be sent', cause);
      return false;
    }
  }
}

function isDone(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'kind' in answer && answer.kind === 'done';
}

/** Typed failures of the layers below say what to do. */
function remedyOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null || !('remedy' in cause)) return '';
  return typeof cause.remedy === 'string' ? cause.remedy : '';
}
