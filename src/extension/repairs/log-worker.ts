/** A thread for one task on a whole log. */
import { parentPort, workerData } from 'node:worker_threads';
import { exportCsv, exportMarkdown } from '../../core/log/transfer/export-report.ts';
import { exportLog } from '../../core/log/transfer/export.ts';
import { planImport, readExport } from '../../core/log/transfer/import.ts';
import { LogError } from '../../core/log/log-error.ts';
import { verifyLog } from '../../core/log/verify/verify.ts';
import { sha256 } from '../../files/sha256.ts';
import type { LogTask, LogTaskReply } from './log-tasks.ts';

function answer(task: LogTask): unknown {
  switch (task.kind) {
    case 'verify':
      return verifyLog({ ...task.input, sha256 });
    case 'export':
      return exportText(task);
    case 'sessionOf':
      return readExport(task.text, sha256).sessionId;
    case 'planImport':
      return planImport(readExport(task.text, sha256), task.stored, task.importer, sha256);
  }
}

function exportText({ sessionId, events, format }: Extract<LogTask, { kind: 'export' }>): string {
  const exported = exportLog(sessionId, events, Date.now(), sha256);
  if (format === 'json') return `${JSON.stringify(exported, null, 2)}\n`;
  return format === 'md' ? exportMarkdown(exported) : exportCsv(exported);
}

function reply(): LogTaskReply {
  try {
    // Started by the extension alone, with a task of the same build.
    return { ok: true, value: answer(workerData as LogTask) };
  } catch (cause) {
    if (cause instanceof LogError) return { ok: false, message: cause.message, code: cause.code, remedy: cause.remedy };
    return { ok: false, message: cause instanceof Error ? cause.message : String(cause), code: null, remedy: '' };
  }
}

parentPort?.postMessage(reply());
