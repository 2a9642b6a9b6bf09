import * as vscode from 'vscode';
import { counted, grouped } from '../../core/count-text.ts';
import type { SyncReport } from '../../core/log/store.ts';
import { REPAIRED_FILES } from '../../files/copies/repaired-files.ts';
import { SessionRefused } from '../../operations/session/refusal.ts';
import { syncSession } from '../../operations/session/sync-session.ts';
import type { ActionOutcome } from '../graph/actions.ts';
import type { Reporter } from '../log/output.ts';
import type { SessionHandle } from '../session/handle.ts';
import { currentOperator } from '../session/operator.ts';
import { asStoreError, type StoreAccess } from '../store/store-access.ts';
import { signalOf } from './dialogs/progress.ts';
import { refused } from './dialogs/outcome.ts';

/** Writes session and messages to the store, with a progress notification that can be cancelled. */
export async function syncToStore({ uri, model }: SessionHandle, store: StoreAccess, report: Reporter): Promise<ActionOutcome> {
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
      const { report: synced } = await syncSession(
        { path: uri.fsPath, force: false, dryRun: false, operator: currentOperator() },
        { session: model, store, files: REPAIRED_FILES },
        { onProgress, signal: signalOf(token) },
      );
      report.info(`Synced a session: ${syncText(synced)}`);
      return { kind: 'done', message: syncText(synced) };
    } catch (cause) {
      if (cause instanceof SessionRefused) return refused(cause);
      const { code, message, remedy } = asStoreError(cause);
      if (code === 'cancelled') return { kind: 'done', message: 'Sync cancelled. What was written stays; the next sync completes it.' };
      report.error('Syncing a session', cause);
      return { kind: 'failed', message, remedy };
    }
  });
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
