/**
 * What operations need from outside. Each door hands in its own; an operation asks for no more of them than it uses, by `Pick`.
 * `EventStore`, `Outbox`, `HeadKeeper` and `EventIdentity` are ports of the core and come from there.
 */
import type { LogVerdict } from '../core/log/verify/fault.ts';
import type { HeadKeeper } from '../core/log/verify/heads.ts';
import type { CheckedExport, ImportPlan } from '../core/log/transfer/import.ts';
import type { RepairEvent } from '../core/log/event.ts';
import type { EventIdentity } from '../core/log/make-event.ts';
import type { FlushReport, Outbox, OutboxEntry, QueuedRepair } from '../core/log/append/outbox.ts';
import type { EventStore } from '../core/log/store.ts';
import type { VerifyInput } from '../core/log/verify/verify.ts';

/** The way to the store. */
export interface StorePort {
  /** Opens the store, or gives the one that is open. Rejects with StoreError; the next call tries again. */
  open(): Promise<EventStore>;
  /** False where nothing can have been stored yet: opening the store would only create an empty one. */
  mayHoldLogs(): boolean;
}

/** Repairs of all sessions that wait for the store. */
export interface OutboxPort extends Outbox {
  /** Names of other stores that repairs wait for, with how many. */
  elsewhere(): Promise<ReadonlyMap<string, number>>;
}

/** What waits for the store, as whoever writes to a log needs it. */
export interface WaitingPort {
  /** Appends what waits of a session. Rejects with StoreError. */
  flush(sessionId: string): Promise<FlushReport>;
  /** What waits of a session, oldest first, to be laid over its log. */
  shown(sessionId: string): Promise<readonly OutboxEntry[]>;
  /** Keeps repairs until the store is back. Rejects with StoreError: then they are kept nowhere. */
  add(sessionId: string, repairs: readonly QueuedRepair[]): Promise<void>;
}

export type ExportFormat = 'json' | 'md' | 'csv';

/** Work on whole logs, in which every event is hashed. A window hands it to a thread; see `logWorkHere`. */
export interface LogWork {
  verify(input: Omit<VerifyInput, 'sha256'>): Promise<LogVerdict>;
  /** The log as a document. @param exportedAt milliseconds since the epoch */
  export(sessionId: string, events: readonly RepairEvent[], format: ExportFormat, exportedAt: number): Promise<string>;
  /** What an exported file holds; all of it is checked. Rejects with LogError `bad-export`. */
  readExport(text: string): Promise<CheckedExport>;
  /** What of an exported file is new to a log. Rejects with LogError. @param stored the log, by seq */
  planImport(exported: CheckedExport, stored: readonly RepairEvent[], importer: string): Promise<ImportPlan>;
}

/** All ports of the operations on logs. */
export interface LogPorts {
  readonly store: StorePort;
  readonly outbox: OutboxPort;
  readonly waiting: WaitingPort;
  readonly heads: HeadKeeper;
  /** Clock, ids and digests. */
  readonly identity: EventIdentity;
  readonly work: LogWork;
}
