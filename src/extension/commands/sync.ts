import * as vscode from 'vscode';
import { counted, grouped } from '../../core/count-text.ts';
import type { MessageRow, SyncReport } from '../../core/log/store.ts';
import type { SessionModel } from '../../core/session/model.ts';
import { AGENT_FILE_NOT_SYNCED, isAgentFile } from '../../files/sibling-files.ts';
import type { ActionOutcome } from '../graph/actions.ts';
import type { Reporter } from '../log/output.ts';
import type { SessionHandle } from '../session/handle.ts';
import { currentOperator } from '../session/operator.ts';
import { asStoreError, type StoreAccess } from '../store/store-access.ts';

/** Rows read at a time. */
const BATCH_ROWS = 500;

/** Writes session and messages to the store, with a progress notification that can be cancelled. */
export async function syncSession(session: SessionHandle, store: StoreAccess, report: Reporter): Promise<ActionOutcome> {
  if (isAgentFile(session.uri.fsPath)) return { kind: 'failed', ...AGENT_FILE_NOT_SYNCED };
  const options = { location: vscode.ProgressLocation.Notification, title: 'Syncing session to SurrealDB', cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    try {
      let shown = 0;
      const onProgress = (done: number, total: number): void => {
        const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
        if (percent <= shown) return;
        progress.report({ increment: percent - shown, message: `${grouped(done)} of ${grouped(total)}` });
        shown = percent;
      };
      const [open, row, { rows }] = await Promise.all([store.open(), session.model.sessionRow(), session.model.summary()]);
      const settings = { operator: currentOperator(), onProgress, isCancelled: () => token.isCancellationRequested };
      const done = await open.sync(row, messagesOf(session.model, rows), settings);
      report.info(`Synced a session: ${syncText(done)}`);
      return { kind: 'done', message: syncText(done) };
    } catch (cause) {
      const { code, message, remedy } = asStoreError(cause);
      if (code === 'cancelled') return { kind: 'done', message: 'Sync cancelled. What was written stays; the next sync completes it.' };
      report.error('Syncing a session', cause);
      return { kind: 'failed', message, remedy };
    }
  });
}

async function* messagesOf(model: SessionModel, rows: number): AsyncGenerator<MessageRow> {
  for (let start = 0; start < rows; start += BATCH_ROWS) yield* await model.messageRows(start, BATCH_ROWS);
}

/** What a sync did, in one sentence or two. */
function syncText(report: SyncReport): string {
  const changes = [
    [report.added, 'added'],
    [report.removed, 'removed'],
    [report.parents_changed, 'with another parent'],
    [report.contents_updated, 'with other content'],
  ] as const;
  const told = changes.filter(([n]) => n > 0).map(([n, what]) => `${grouped(n)} ${what}`);
  const stored = `${counted(report.messages, 'record')} in SurrealDB`;
  if (told.length === 0) return `Nothing has changed since the last sync: ${stored}.`;
  return `Synced: ${told.join(', ')}; ${stored}.${report.events_logged > 0 ? ` ${counted(report.events_logged, 'event')} logged.` : ''}`;
}
