import { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import type { LoaderId } from '../../core/loaders/loader.ts';
import type { Repairs } from '../../core/graph/repairs.ts';
import {
  PassedOverSchema,
  WorkerReplySchema,
  type Method,
  type PassedOver,
  type Role,
  type ViewRequest,
  type WorkerArguments,
  type WorkerData,
  type WorkerRequest,
  type WorkerResult,
} from './worker-protocol.ts';

/** Why a call to a session's worker was not answered with a result. */
export class WorkerCallError extends Error {
  /** Of the operating system where reading the file failed (`ENOENT`, …); `ended` when the worker is gone, `cancelled`; else null. */
  readonly code: string | null;

  constructor(message: string, code: string | null) {
    super(message);
    this.name = 'WorkerCallError';
    this.code = code;
  }
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** One worker thread and the calls that wait for it. Each call is answered or rejected, also when the thread dies. */
export class SessionWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onPassedOver: (file: PassedOver) => void;
  #nextId = 1;
  #endedBecause: string | null = null;

  /**
   * @param entry absolute path of the worker's bundle
   * @param path absolute path of the transcript
   * @param loader id of the primary one; null: the file decides
   * @param onPassedOver told of files beside the transcript that cannot be read
   */
  constructor(entry: string, path: string, loader: LoaderId | null = null, onPassedOver: (file: PassedOver) => void = () => undefined) {
    this.#onPassedOver = onPassedOver;
    this.#worker = new Worker(entry, { workerData: { path, loader } satisfies WorkerData, name: 'riff session' });
    this.#worker.on('message', (message: unknown) => this.#receive(message));
    this.#worker.on('messageerror', (error) => this.#end(error.message));
    this.#worker.on('error', (error) => this.#end(error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', (code) => this.#end(`it ended with status ${code}`));
  }

  /** Whether the thread is gone, by itself or by `terminate`. */
  get isEnded(): boolean {
    return this.#endedBecause !== null;
  }

  /**
   * Rejects with WorkerCallError.
   * @param view the one that is asked; null: the session as it is
   * @param signal when it aborts, the call is rejected and the thread does not begin it
   */
  call<R extends Role, M extends Method<R>>(
    role: R,
    method: M,
    args: WorkerArguments<R, M>,
    view: number | null = null,
    signal?: AbortSignal,
  ): Promise<WorkerResult<R, M>> {
    // Both ends are of one build: the reply is what the role says.
    return this.#ask((id) => ({ id, role, method, args, view }), signal) as Promise<WorkerResult<R, M>>;
  }

  /** Opens a view of the session with these repairs. @returns its number */
  async openView(repairs: Repairs): Promise<number> {
    const view = this.#nextId;
    await this.#ask((id) => ({ id, view, open: repairs }));
    return view;
  }

  async closeView(view: number): Promise<void> {
    if (!this.isEnded) await this.#ask((id) => ({ id, view, open: null }));
  }

  #ask(request: (id: number) => WorkerRequest | ViewRequest, signal?: AbortSignal): Promise<unknown> {
    if (this.#endedBecause !== null) return Promise.reject(endedError(this.#endedBecause));
    if (signal?.aborted === true) return Promise.reject(cancelledError());
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#waiting.set(id, { resolve, reject });
      signal?.addEventListener('abort', () => this.#cancel(id), { once: true });
      try {
        this.#worker.postMessage(request(id));
      } catch (error) {
        this.#waiting.delete(id);
        reject(new WorkerCallError(error instanceof Error ? error.message : String(error), null));
      }
    });
  }

  async terminate(): Promise<void> {
    this.#end('it was closed');
    await this.#worker.terminate();
  }

  #cancel(id: number): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    waiting.reject(cancelledError());
    this.#worker.postMessage({ cancel: id } satisfies WorkerRequest);
  }

  #receive(message: unknown): void {
    if (v.is(PassedOverSchema, message)) {
      this.#onPassedOver(message);
      return;
    }
    const parsed = v.safeParse(WorkerReplySchema, message);
    if (!parsed.success) {
      this.#end('it sent a malformed reply');
      void this.#worker.terminate();
      return;
    }
    const reply = parsed.output;
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.value);
    else waiting?.reject(new WorkerCallError(reply.error.message, reply.error.code));
  }

  #end(reason: string): void {
    this.#endedBecause ??= reason;
    const error = endedError(this.#endedBecause);
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

function endedError(reason: string): WorkerCallError {
  return new WorkerCallError(`The reader of this session has stopped (${reason}).`, 'ended');
}

function cancelledError(): WorkerCallError {
  return new WorkerCallError('Nobody waits for this any more.', 'cancelled');
}
