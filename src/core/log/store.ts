import type { EventDraft, RepairEvent } from './event.ts';
import type { TranscriptFingerprint } from '../transcript/fingerprint.ts';

/** The newest position of a session's log: seq 0 and GENESIS_DIGEST when it is empty. */
export interface LogHead {
  readonly seq: number;
  readonly digest: string;
}

/** The fold of a session's events: derived data, anyone can delete it without loss. */
export interface SessionView {
  readonly session_id: string;
  readonly transcript: TranscriptFingerprint | null;
  readonly last_seq: number;
  readonly head_digest: string;
  /** Overrides only: record uuid to effective parent (null = made a root). Unchanged links are not listed. */
  readonly message_parents: Readonly<Record<string, string | null>>;
  /** What repairs other than new parents change; missing when there are none. */
  readonly message_changes?: ViewChanges | undefined;
  readonly statistics: ViewStatistics;
  /** ISO 8601, UTC. */
  readonly materialized_at: string;
  readonly is_stale: boolean;
  readonly drift_detected: boolean;
  readonly rebuild_ms: number;
}

/** Repairs in force other than new parents. */
export interface ViewChanges {
  /** Inserted records, which are not in the transcript: each with the record that it follows. */
  readonly inserted: readonly { readonly uuid: string; readonly after: string }[];
  /** uuids of bypassed records. */
  readonly bypassed: readonly string[];
  /** 1-based lines. */
  readonly split: readonly number[];
  /** Ranges of 1-based lines, both ends included. */
  readonly quarantined: readonly (readonly [first: number, last: number])[];
  /** uuid of the record to continue from. */
  readonly leaf: string | null;
  /** Ids of findings. */
  readonly ignored: readonly string[];
}

export interface ViewStatistics {
  readonly total_events: number;
  readonly active_repairs: number;
  readonly reverted_events: number;
  readonly operators: Readonly<Record<string, number>>;
}

export type AppendOutcome =
  | { readonly kind: 'appended'; readonly event: RepairEvent; readonly view: SessionView }
  /**
   * Someone else was first: `theirs` are the events after the position that the caller had seen, oldest first. When the head is
   * unchanged and only the parent differs, it is the event that set the parent.
   */
  | { readonly kind: 'conflict'; readonly theirs: readonly RepairEvent[]; readonly head: LogHead };

/** One message of a transcript as a sync writes it. */
export interface MessageRow {
  readonly message_uuid: string;
  readonly parent_uuid: string | null;
  /** The record's `type`: user, assistant, system, … */
  readonly message_type: string;
  readonly role: string | null;
  /** The record's line, verbatim. */
  readonly content: string;
  /** SHA-256 of that line, lower-case hex. */
  readonly content_sha256: string;
  readonly timestamp: string | null;
  /** 1-based line in the transcript. */
  readonly line: number;
  readonly is_orphaned: boolean;
}

/** One session as a sync writes it. */
export interface SessionRow {
  readonly session_id: string;
  readonly path: string;
  readonly transcript: TranscriptFingerprint;
  readonly message_count: number;
  readonly record_count: number;
  readonly orphan_count: number;
  /** Share of messages that a resume does not load but would load after all repairs, 0 to 1. */
  readonly corruption_score: number;
  readonly resume_now: number;
  readonly resume_repaired: number;
  readonly agent_version: string | null;
}

export interface SyncOptions {
  /** Write even when the fingerprint is unchanged. */
  readonly force?: boolean;
  /** Compare and report, write nothing. */
  readonly dryRun?: boolean;
  readonly operator: string;
  readonly onProgress?: (done: number, total: number) => void;
  /** Checked between batches; the sync then rejects with StoreError `cancelled`. What was written stays, and the next sync completes it. */
  readonly isCancelled?: () => boolean;
}

export interface SyncReport {
  readonly session_id: string;
  readonly is_new: boolean;
  /** True when the fingerprint equals the stored one and nothing was compared or written. */
  readonly unchanged: boolean;
  readonly messages: number;
  readonly added: number;
  readonly removed: number;
  readonly parents_changed: number;
  readonly contents_updated: number;
  /** Events appended to the log by this sync. */
  readonly events_logged: number;
  readonly dry_run: boolean;
}

export type StoreErrorCode =
  | 'unreachable'
  | 'timeout'
  | 'engine_unavailable'
  | 'locked'
  | 'unauthorised'
  | 'schema_too_new'
  | 'schema_too_old'
  | 'not_writable'
  | 'misconfigured'
  | 'invalid_data'
  | 'cancelled'
  | 'internal';

/** A failure of the store, with what the user can do about it. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  /** One sentence for the user that says what to do now. */
  readonly remedy: string;

  constructor(code: StoreErrorCode, message: string, remedy: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
    this.remedy = remedy;
  }
}

/** Reads the raw rows of a log, for a check: nothing is validated, repaired or left out. */
export interface LogAudit {
  /** Sessions with any stored event or view. */
  sessionIds(): Promise<string[]>;
  /** All rows of a session's log by position, valid or not, with any gaps. */
  storedEvents(sessionId: string): Promise<unknown[]>;
  /** The row of the view; null when there is none. */
  storedView(sessionId: string): Promise<unknown>;
}

/** The port of the repair log. One contract test runs against every implementation. All calls reject with StoreError only. */
export interface EventStore {
  /**
   * Appends one event and refreshes the session's view in the same transaction.
   * @param draft what happened
   * @param expected the head the operator saw; another head, or another effective parent of `draft.message_id`
   *   than `draft.old_parent_uuid`, is a conflict and nothing is written. After a rejection with `timeout` or `unreachable` the
   * event may still have been stored; appending again with the same `expected` cannot store it twice
   * @param eventId UUIDv7 of an earlier attempt at the same event; default: a new one. An event with that id at `expected` or later
   * counts as appended
   */
  append(draft: EventDraft, expected: LogHead, eventId?: string): Promise<AppendOutcome>;
  head(sessionId: string): Promise<LogHead>;
  /** Events with fromSeq <= seq <= toSeq, by seq. */
  events(sessionId: string, fromSeq?: number, toSeq?: number): Promise<RepairEvent[]>;
  /** The stored view, or null when the session has no events. */
  view(sessionId: string): Promise<SessionView | null>;
  /** Replays the whole log and rewrites the view. */
  rebuildView(sessionId: string): Promise<SessionView | null>;
  /** Writes session and messages, in batches; `messages` is read once. */
  sync(session: SessionRow, messages: AsyncIterable<MessageRow>, options: SyncOptions): Promise<SyncReport>;
  /**
   * Calls back for each event that anyone appends from now on, in order of seq; events missed during a reconnect are delivered afterwards.
   * @returns a function that ends the subscription
   */
  subscribe(sessionId: string, onEvent: (event: RepairEvent) => void): Promise<() => void>;
  close(): Promise<void>;
  /** Access to its raw rows. */
  readonly audit: LogAudit;
  /**
   * Appends an event from another log unchanged: with its id, time and digests. One that is already in the log at its position
   * counts as appended.
   * @returns a conflict when it does not continue the present log; then nothing is written
   * @throws StoreError `invalid_data` for an event that does not match its digest
   */
  restore(event: RepairEvent): Promise<AppendOutcome>;
}
