import { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import { LogError, type LogErrorCode } from '../../core/log/log-error.ts';
import type { LogWork } from '../../operations/ports.ts';

/** A call of the work on whole logs, which may take a while: every event is hashed. */
export type LogTask = { readonly [K in keyof LogWork]: { readonly kind: K; readonly args: Parameters<LogWork[K]> } }[keyof LogWork];

const ReplySchema = v.variant('ok', [
  v.object({ ok: v.literal(true), value: v.unknown() }),
  v.object({ ok: v.literal(false), message: v.string(), code: v.nullable(v.string()), remedy: v.string() }),
]);
export type LogTaskReply = v.InferOutput<typeof ReplySchema>;

/** Does the work in threads of their own, one a call: the window never waits for a long log. */
export class LogTasks implements LogWork {
  readonly #entry: string;

  /** @param entry absolute path of the worker's bundle */
  constructor(entry: string) {
    this.#entry = entry;
  }

  verify(...args: Parameters<LogWork['verify']>): ReturnType<LogWork['verify']> {
    return this.#run({ kind: 'verify', args });
  }

  export(...args: Parameters<LogWork['export']>): ReturnType<LogWork['export']> {
    return this.#run({ kind: 'export', args });
  }

  readExport(...args: Parameters<LogWork['readExport']>): ReturnType<LogWork['readExport']> {
    return this.#run({ kind: 'readExport', args });
  }

  planImport(...args: Parameters<LogWork['planImport']>): ReturnType<LogWork['planImport']> {
    return this.#run({ kind: 'planImport', args });
  }

  /** Rejects with the LogError of the task, or an Error when the thread died. */
  async #run<T extends LogTask>(task: T): Promise<Awaited<ReturnType<LogWork[T['kind']]>>> {
    const reply = v.parse(ReplySchema, await this.#reply(task));
    // Both ends are of one build: the reply is what the task's kind says.
    if (reply.ok) return reply.value as Awaited<ReturnType<LogWork[T['kind']]>>;
    if (reply.code === null) throw new Error(reply.message);
    throw new LogError(reply.code as LogErrorCode, reply.message, reply.remedy);
  }

  #reply(task: LogTask): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(this.#entry, { workerData: task, name: 'riff log' });
      worker.on('message', resolve);
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`The reader of the log ended with status ${code}.`)));
    });
  }
}
