import { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import type { RepairEvent } from '../../core/log/event.ts';
import type { LogVerdict } from '../../core/log/verify/fault.ts';
import type { ImportPlan } from '../../core/log/transfer/import.ts';
import { LogError, type LogErrorCode } from '../../core/log/log-error.ts';
import type { VerifyInput } from '../../core/log/verify/verify.ts';

export const EXPORT_FORMATS = ['json', 'md', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Work on whole logs, which may take a while: every event is hashed. */
export type LogTask =
  | { readonly kind: 'verify'; readonly input: Omit<VerifyInput, 'sha256'> }
  | { readonly kind: 'export'; readonly sessionId: string; readonly events: readonly RepairEvent[]; readonly format: ExportFormat }
  /** Of which session an exported file is; it is checked whole. */
  | { readonly kind: 'sessionOf'; readonly text: string }
  | { readonly kind: 'planImport'; readonly text: string; readonly stored: readonly RepairEvent[]; readonly importer: string };

/** What each is answered with. */
export interface LogTaskResults {
  readonly verify: LogVerdict;
  readonly export: string;
  readonly sessionOf: string;
  readonly planImport: ImportPlan;
}

const ReplySchema = v.variant('ok', [
  v.object({ ok: v.literal(true), value: v.unknown() }),
  v.object({ ok: v.literal(false), message: v.string(), code: v.nullable(v.string()), remedy: v.string() }),
]);
export type LogTaskReply = v.InferOutput<typeof ReplySchema>;

/** Runs tasks in threads of their own, one each: the window never waits for a long log. */
export class LogTasks {
  readonly #entry: string;

  /** @param entry absolute path of the worker's bundle */
  constructor(entry: string) {
    this.#entry = entry;
  }

  /** Rejects with the LogError of the task, or an Error when the thread died. */
  async run<T extends LogTask>(task: T): Promise<LogTaskResults[T['kind']]> {
    const reply = v.parse(ReplySchema, await this.#reply(task));
    // Both ends are of one build: the reply is what the task's kind says.
    if (reply.ok) return reply.value as LogTaskResults[T['kind']];
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
