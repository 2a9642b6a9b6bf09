import {
  PROTOCOL_VERSION,
  REQUEST_TIMEOUT_MS,
  type AnswerOf,
  type ProtocolError,
  type ProtocolErrorCode,
  type RequestMap,
  type RequestOf,
  type RequestResult,
  type RequestType,
  type WebviewMessage,
} from './messages.ts';

/** A request that failed, with what the user can do about it. */
export class RequestError extends Error {
  readonly code: ProtocolErrorCode;
  readonly remedy: string;

  constructor(error: ProtocolError) {
    super(error.message);
    this.name = 'RequestError';
    this.code = error.code;
    this.remedy = error.remedy;
  }
}

interface Waiting {
  readonly settle: (result: RequestResult) => void;
}

/** The requesting end: numbers requests, waits for their answers, times out, and cancels requests that nobody waits for any more. */
export class RequestClient {
  readonly #post: (message: WebviewMessage) => void;
  readonly #timeouts: Readonly<Record<RequestType, number>>;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  /**
   * @param post sends a message to the host
   * @param timeouts milliseconds by request, for tests
   */
  constructor(post: (message: WebviewMessage) => void, timeouts = REQUEST_TIMEOUT_MS) {
    this.#post = post;
    this.#timeouts = timeouts;
  }

  /** Requests that were neither answered nor cancelled. */
  get pending(): number {
    return this.#waiting.size;
  }

  /**
   * Asks the host. Rejects with RequestError: the host's own, `timeout`, or `cancelled`.
   * @param signal when it aborts, the host is told and the promise rejects with `cancelled`
   */
  request<T extends RequestType>(type: T, params: RequestMap[T]['params'], signal?: AbortSignal): Promise<AnswerOf<T>> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const giveUp = (code: 'timeout' | 'cancelled', message: string): void => {
        this.#post({ type: 'cancel', protocolVersion: PROTOCOL_VERSION, id });
        settle({ err: { code, message, remedy: '' } });
      };
      const onAbort = (): void => giveUp('cancelled', 'The request was cancelled.');
      const timer = setTimeout(() => giveUp('timeout', `The editor did not answer "${type}" in time.`), this.#timeouts[type]);
      const settle = (result: RequestResult): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#waiting.delete(id);
        if ('err' in result) reject(new RequestError(result.err));
        else resolve(result.ok as AnswerOf<T>);
      };
      if (signal?.aborted === true) {
        settle({ err: { code: 'cancelled', message: 'The request was cancelled.', remedy: '' } });
        return;
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.set(id, { settle });
      const request = { ...params, type } as RequestOf<T>;
      this.#post({ type: 'request', protocolVersion: PROTOCOL_VERSION, id, request } as WebviewMessage);
    });
  }

  /** Delivers an answer; one that nobody waits for is dropped. */
  answer(id: number, result: RequestResult): void {
    this.#waiting.get(id)?.settle(result);
  }
}
