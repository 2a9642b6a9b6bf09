/**
 * A sync, independent of the database: it compares the transcript with the stored rows, writes the differences in batches, and logs
 * what it observed. The session row is completed last, so that the next sync continues one that was interrupted.
 */
import type { EventDraft, EventType } from './event.ts';
import type { JsonObject } from '../json.ts';
import {
  StoreError,
  type AppendOutcome,
  type LogHead,
  type MessageRow,
  type SessionRow,
  type SyncOptions,
  type SyncReport,
} from './store.ts';

/** A message as it is stored, without its content. */
export interface StoredMessage {
  readonly message_uuid: string;
  readonly parent_uuid: string | null;
  readonly content_sha256: string;
  readonly line: number;
  readonly is_orphaned: boolean;
  /** It was in the transcript once but no longer is. */
  readonly is_removed: boolean;
}

export interface StoredSession {
  readonly transcript: { readonly size: number; readonly sha256: string };
  readonly orphan_count: number;
  /** Messages in the transcript at the last complete sync. */
  readonly synced_messages: number;
  /** False while a sync is writing, and after one that was interrupted. */
  readonly is_complete: boolean;
}

/** The database that a sync writes to. */
export interface SyncTarget {
  storedSession(sessionId: string): Promise<StoredSession | null>;
  /** All stored messages of the session, removed ones included, in pages. */
  storedMessages(sessionId: string): AsyncIterable<readonly StoredMessage[]>;
  /** Called before the first write of a sync of a session that is stored already. */
  markIncomplete(sessionId: string): Promise<void>;
  /** New rows, then rows that replace stored ones. */
  writeMessages(sessionId: string, added: readonly MessageRow[], changed: readonly MessageRow[]): Promise<void>;
  markRemoved(sessionId: string, uuids: readonly string[]): Promise<void>;
  completeSession(session: SessionRow, syncedMessages: number): Promise<void>;
  head(sessionId: string): Promise<LogHead>;
  append(draft: EventDraft, expected: LogHead): Promise<AppendOutcome>;
}

/** Bounds of one write: rows, and UTF-16 units of their content. */
const BATCH_ROWS = 100;
const BATCH_TEXT = 4 * 1024 * 1024;
/** Most ids listed in one observed event; its count is exact nevertheless. */
const LISTED_IDS = 1000;
const APPEND_ATTEMPTS = 20;

type ParentChange = { message_id: string; from: string | null; to: string | null };

/** Differences found so far. */
interface Findings {
  seen: Set<string>;
  added: string[];
  removed: string[];
  updated: string[];
  parents: ParentChange[];
}

/**
 * @param messages the records of the transcript in file order; of a repeated uuid the first counts
 * @throws StoreError
 */
export async function runSync(
  target: SyncTarget,
  session: SessionRow,
  messages: AsyncIterable<MessageRow>,
  options: SyncOptions,
): Promise<SyncReport> {
  const stored = await target.storedSession(session.session_id);
  if (options.force !== true && stored !== null && isSame(stored, session))
    return report(session, options, true, false, emptyFindings(), 0, stored.synced_messages);

  const known = await readKnown(target, session.session_id);
  const findings = emptyFindings();
  const writer = new BatchWriter(target, session.session_id, stored !== null, options);
  try {
    for await (const row of messages) {
      if (findings.seen.has(row.message_uuid)) continue;
      findings.seen.add(row.message_uuid);
      const before = known.get(row.message_uuid);
      compare(before, row, findings);
      if (before === undefined) await writer.add(row);
      else if (needsWrite(before, row)) await writer.replace(row);
      if (findings.seen.size % BATCH_ROWS === 0)
        options.onProgress?.(findings.seen.size, Math.max(findings.seen.size, session.record_count));
    }
    await writer.flush();
    for (const [uuid, before] of known) if (!before.is_removed && !findings.seen.has(uuid)) findings.removed.push(uuid);
    await writer.remove(findings.removed);
  } finally {
    await writer.settle();
  }

  const messageCount = findings.seen.size;
  let logged = 0;
  if (options.dryRun !== true) {
    if (stored !== null) logged = await logObserved(target, session, stored, findings, options);
    throwIfCancelled(options);
    await target.completeSession(session, messageCount);
  }
  options.onProgress?.(messageCount, messageCount);
  return report(session, options, false, stored === null, findings, logged, messageCount);
}

function isSame(stored: StoredSession, session: SessionRow): boolean {
  return stored.is_complete && stored.transcript.size === session.transcript.size && stored.transcript.sha256 === session.transcript.sha256;
}

function emptyFindings(): Findings {
  return { seen: new Set(), added: [], removed: [], updated: [], parents: [] };
}

async function readKnown(target: SyncTarget, sessionId: string): Promise<Map<string, StoredMessage>> {
  const known = new Map<string, StoredMessage>();
  for await (const page of target.storedMessages(sessionId)) for (const message of page) known.set(message.message_uuid, message);
  return known;
}

function compare(before: StoredMessage | undefined, row: MessageRow, findings: Findings): void {
  if (before === undefined || before.is_removed) {
    findings.added.push(row.message_uuid);
    return;
  }
  if (before.content_sha256 !== row.content_sha256) findings.updated.push(row.message_uuid);
  if (before.parent_uuid !== row.parent_uuid) {
    findings.parents.push({ message_id: row.message_uuid, from: before.parent_uuid, to: row.parent_uuid });
  }
}

function needsWrite(before: StoredMessage, row: MessageRow): boolean {
  return (
    before.is_removed ||
    before.content_sha256 !== row.content_sha256 ||
    before.parent_uuid !== row.parent_uuid ||
    before.line !== row.line ||
    before.is_orphaned !== row.is_orphaned
  );
}

function throwIfCancelled(options: SyncOptions): void {
  if (options.isCancelled?.() === true) {
    throw new StoreError('cancelled', 'The sync was cancelled.', 'Sync again to complete it; what was written stays.');
  }
}

/** Collects rows into writes of bounded size. */
class BatchWriter {
  readonly #target: SyncTarget;
  readonly #sessionId: string;
  readonly #options: SyncOptions;
  #mustMark: boolean;
  #added: MessageRow[] = [];
  #changed: MessageRow[] = [];
  #text = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(target: SyncTarget, sessionId: string, isStored: boolean, options: SyncOptions) {
    this.#target = target;
    this.#sessionId = sessionId;
    this.#options = options;
    this.#mustMark = isStored;
  }

  async add(row: MessageRow): Promise<void> {
    await this.#makeRoom(row);
    this.#added.push(row);
  }

  async replace(row: MessageRow): Promise<void> {
    await this.#makeRoom(row);
    this.#changed.push(row);
  }

  async flush(): Promise<void> {
    if (this.#added.length + this.#changed.length === 0) return;
    const added = this.#added;
    const changed = this.#changed;
    this.#added = [];
    this.#changed = [];
    this.#text = 0;
    await this.#write(() => this.#target.writeMessages(this.#sessionId, added, changed));
  }

  async remove(uuids: readonly string[]): Promise<void> {
    for (let start = 0; start < uuids.length; start += BATCH_ROWS) {
      const page = uuids.slice(start, start + BATCH_ROWS);
      await this.#write(() => this.#target.markRemoved(this.#sessionId, page));
    }
  }

  /** Waits until the present batch is written. */
  async settle(): Promise<void> {
    await this.#writing;
  }

  async #makeRoom(row: MessageRow): Promise<void> {
    const isFull = this.#added.length + this.#changed.length >= BATCH_ROWS || this.#text + row.content.length > BATCH_TEXT;
    if (isFull) await this.flush();
    this.#text += row.content.length;
  }

  async #write(write: () => Promise<void>): Promise<void> {
    throwIfCancelled(this.#options);
    if (this.#options.dryRun === true) return;
    if (this.#mustMark) await this.#target.markIncomplete(this.#sessionId);
    this.#mustMark = false;
    await this.settle();
    // One batch is written while the next is read. Its error is thrown by the next settle().
    this.#writing = write();
    this.#writing.catch(() => undefined);
  }
}

async function logObserved(
  target: SyncTarget,
  session: SessionRow,
  stored: StoredSession,
  findings: Findings,
  options: SyncOptions,
): Promise<number> {
  const drafts: EventDraft[] = [];
  const draft = (type: EventType, ids: readonly string[], payload: JsonObject, reason: string): void => {
    const only = ids.length === 1 ? (ids[0] ?? null) : null;
    drafts.push(observed(type, session, options.operator, only, payload, reason));
  };
  const list = (type: EventType, ids: readonly string[], reason: string): void => {
    if (ids.length > 0) draft(type, ids, { count: ids.length, message_ids: ids.slice(0, LISTED_IDS) }, reason);
  };
  list('message_removed', findings.removed, 'Sync found records gone from the transcript.');
  list('content_updated', findings.updated, 'Sync found records with another content.');
  if (findings.parents.length > 0) {
    const ids = findings.parents.map((change) => change.message_id);
    draft(
      'parent_changed',
      ids,
      { count: ids.length, changes: findings.parents.slice(0, LISTED_IDS) },
      'Sync found records with another parent.',
    );
  }
  list('message_added', findings.added, 'Sync found new records.');
  if (session.orphan_count < stored.orphan_count) {
    draft('corruption_fixed', [], { orphans_before: stored.orphan_count, orphans_now: session.orphan_count }, 'Sync found fewer orphans.');
  }
  for (const one of drafts) await appendAtHead(target, one);
  return drafts.length;
}

function observed(
  type: EventType,
  session: SessionRow,
  operator: string,
  messageId: string | null,
  payload: JsonObject,
  reason: string,
): EventDraft {
  return {
    session_id: session.session_id,
    event_type: type,
    operator,
    message_id: messageId,
    old_parent_uuid: null,
    new_parent_uuid: null,
    payload,
    reason,
    similarity_score: null,
    validation_passed: true,
    reverts_event_id: null,
    transcript: session.transcript,
  };
}

/** The position of an observation does not matter, so it takes the next free seq. */
async function appendAtHead(target: SyncTarget, draft: EventDraft): Promise<void> {
  let head = await target.head(draft.session_id);
  for (let attempt = 0; attempt < APPEND_ATTEMPTS; attempt += 1) {
    const outcome = await target.append(draft, head);
    if (outcome.kind === 'appended') return;
    head = outcome.head;
  }
  throw new StoreError('internal', 'The log of this session is being written too fast to add to it.', 'Sync again.');
}

function report(
  session: SessionRow,
  options: SyncOptions,
  unchanged: boolean,
  isNew: boolean,
  findings: Findings,
  logged: number,
  messages: number,
): SyncReport {
  return {
    session_id: session.session_id,
    is_new: isNew,
    unchanged,
    messages,
    added: findings.added.length,
    removed: findings.removed.length,
    parents_changed: findings.parents.length,
    contents_updated: findings.updated.length,
    events_logged: logged,
    dry_run: options.dryRun === true,
  };
}
