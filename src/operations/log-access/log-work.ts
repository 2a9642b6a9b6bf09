import type { Sha256 } from '../../core/log/digest.ts';
import { exportCsv, exportMarkdown } from '../../core/log/transfer/export-report.ts';
import { exportLog, type LogExport } from '../../core/log/transfer/export.ts';
import { planImport, readExport } from '../../core/log/transfer/import.ts';
import { verifyLog } from '../../core/log/verify/verify.ts';
import type { ExportFormat, LogWork } from '../ports.ts';

/** Work on whole logs, done in this thread. */
export function logWorkHere(sha256: Sha256): LogWork {
  return {
    verify: (input) => attempt(() => verifyLog({ ...input, sha256 })),
    export: (sessionId, events, format, exportedAt) => attempt(() => exportText(exportLog(sessionId, events, exportedAt, sha256), format)),
    readExport: (text) => attempt(() => readExport(text, sha256)),
    planImport: (exported, stored, importer) => attempt(() => planImport(exported, stored, importer, sha256)),
  };
}

function exportText(exported: LogExport, format: ExportFormat): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(exported, null, 2)}\n`;
    case 'md':
      return exportMarkdown(exported);
    case 'csv':
      return exportCsv(exported);
  }
}

/** What is thrown is a rejection, as it would be from a thread. */
function attempt<T>(work: () => T): Promise<T> {
  return Promise.resolve().then(work);
}
