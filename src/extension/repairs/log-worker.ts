/** A thread for one task on a whole log. */
import { parentPort, workerData } from 'node:worker_threads';
import { LogError } from '../../core/log/log-error.ts';
import { sha256 } from '../../files/sha256.ts';
import { logWorkHere } from '../../operations/log-access/log-work.ts';
import type { LogTask, LogTaskReply } from './log-tasks.ts';

function answer(task: LogTask): Promise<unknown> {
  const work = logWorkHere(sha256);
  switch (task.kind) {
    case 'verify':
      return work.verify(...task.args);
    case 'export':
      return work.export(...task.args);
    case 'readExport':
      return work.readExport(...task.args);
    case 'planImport':
      return work.planImport(...task.args);
  }
}

async function reply(): Promise<LogTaskReply> {
  try {
    // Started by the extension alone, with a task of the same build.
    return { ok: true, value: await answer(workerData as LogTask) };
  } catch (cause) {
    if (cause instanceof LogError) return { ok: false, message: cause.message, code: cause.code, remedy: cause.remedy };
    return { ok: false, message: cause instanceof Error ? cause.message : String(cause), code: null, remedy: '' };
  }
}

void reply().then((message) => parentPort?.postMessage(message));
