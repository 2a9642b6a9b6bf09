import type { EventStore, MessageRow, SessionRow, SyncReport } from '../../core/log/store.ts';
import type { SessionModel } from '../../core/session/model.ts';
import type { Run } from '../operation.ts';
import type { SessionPaths } from './files.ts';
import { refuseForeignFile, SessionRefused } from './refusal.ts';

/** Messages that are read from the file at once. */
const PAGE_ROWS = 500;

export interface SyncInput {
  /** Absolute path of the session's file. */
  readonly path: string;
  /** Compare and write though the file did not change. */
  readonly force: boolean;
  /** Compare and report; write nothing. */
  readonly dryRun: boolean;
  /** `user:NAME` … */
  readonly operator: string;
}

/** A session as a sync asks for it. */
export type SyncedSession = Pick<SessionModel, 'judgement' | 'sync'>;

export interface SyncPorts {
  readonly session: SyncedSession;
  readonly files: Pick<SessionPaths, 'isAgentFile'>;
  readonly store: { open(): Promise<Pick<EventStore, 'sync'>> };
}

export interface SyncOutcome {
  /** The session as it was written. */
  readonly row: SessionRow;
  readonly report: SyncReport;
}

/** How a sync is followed; it ends between two batches. Progress is counted in records. */
export interface SyncRun extends Run {
  /** The file was read. */
  readonly onRead?: (session: SessionRow) => void;
  /** The store is open. */
  readonly onConnected?: () => void;
}

/**
 * Writes a session and its messages to the store and logs what changed since the last time. The file is only read.
 * @throws SessionRefused for a file that is no session, or a subagent's; StoreError, `cancelled` among them: what was written stays,
 * and the next sync completes it
 */
export async function syncSession(input: SyncInput, ports: SyncPorts, run: SyncRun = {}): Promise<SyncOutcome> {
  const { session } = ports;
  if (ports.files.isAgentFile(input.path)) throw agentFileNotSynced();
  await refuseForeignFile(session);
  const [row, { rows }] = await Promise.all([session.sync.sessionRow(), session.judgement.summary()]);
  run.onRead?.(row);
  const store = await ports.store.open();
  run.onConnected?.();
  const report = await store.sync(row, messagesOf(session, rows), {
    force: input.force,
    dryRun: input.dryRun,
    operator: input.operator,
    onProgress: (done, total) => run.onProgress?.(done, total),
    isCancelled: () => run.signal?.aborted === true,
  });
  return { row, report };
}

/** Its records carry its session's id: the messages of the session itself would count as removed. */
function agentFileNotSynced(): SessionRefused {
  return new SessionRefused(
    'agent-file',
    'This is the file of a subagent: synced, it would replace the messages of the session it belongs to. Nothing was written.',
    'Sync the session it belongs to.',
  );
}

async function* messagesOf(session: Pick<SessionModel, 'sync'>, rows: number): AsyncGenerator<MessageRow> {
  for (let start = 0; start < rows; start += PAGE_ROWS) yield* await session.sync.messageRows(start, PAGE_ROWS);
}
