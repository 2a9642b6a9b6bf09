import { BoundExcluded, BoundIncluded, RecordId, RecordIdRange } from 'surrealdb';
import * as v from 'valibot';
import type { EventDraft } from '../core/log/event.ts';
import { FingerprintSchema, parseRow } from '../core/log/rows.ts';
import { StoreError, type AppendOutcome, type EventStore, type LogHead, type MessageRow, type SessionRow } from '../core/log/store.ts';
import type { StoredMessage, StoredSession, SyncTarget } from '../core/log/sync.ts';
import { StatementError } from './connection/errors.ts';
import type { Link } from './connection/link.ts';

/** A longer line does not fit into one message of the connection. */
const MAX_CONTENT = 64 * 1024 * 1024;
/** Above this many messages they are read in parts, by the first characters of their ids. */
const WHOLE_READ = 1_000;

const SessionsSchema = v.array(
  v.object({ transcript: FingerprintSchema, orphan_count: v.number(), synced_messages: v.number(), is_complete: v.boolean() }),
);
const MessagesSchema = v.array(
  v.object({
    message_uuid: v.string(),
    parent_uuid: v.nullable(v.string()),
    content_sha256: v.string(),
    line: v.number(),
    is_orphaned: v.boolean(),
    is_removed: v.boolean(),
  }),
);

/** The mirror of transcripts in a SurrealDB database. */
export class SurrealSyncTarget implements SyncTarget {
  readonly #link: Link;
  readonly #log: EventStore;
  readonly #timeoutMs: number;
  readonly #now: () => number;

  /** @param timeoutMs for one batch, milliseconds */
  constructor(link: Link, log: EventStore, timeoutMs: number, now: () => number) {
    this.#link = link;
    this.#log = log;
    this.#timeoutMs = timeoutMs;
    this.#now = now;
  }

  async storedSession(sessionId: string): Promise<StoredSession | null> {
    const [rows] = await this.#query('SELECT transcript, orphan_count, synced_messages, is_complete FROM $key', {
      key: sessionRecord(sessionId),
    });
    return parseRow(SessionsSchema, rows, 'session')[0] ?? null;
  }

  async *storedMessages(sessionId: string): AsyncIterable<readonly StoredMessage[]> {
    const [count] = await this.#query('SELECT VALUE synced_messages FROM $key', { key: sessionRecord(sessionId) });
    const expected = parseRow(v.array(v.number()), count, 'session')[0] ?? WHOLE_READ;
    for (const range of idRanges(sessionId, expected)) {
      const [rows] = await this.#query('SELECT message_uuid, parent_uuid, content_sha256, line, is_orphaned, is_removed FROM $range', {
        range,
      });
      yield parseRow(MessagesSchema, rows, 'message');
    }
  }

  async markIncomplete(sessionId: string): Promise<void> {
    await this.#query('UPDATE $key SET is_complete = false RETURN NONE', { key: sessionRecord(sessionId) });
  }

  async writeMessages(sessionId: string, added: readonly MessageRow[], changed: readonly MessageRow[]): Promise<void> {
    if (added.length > 0) await this.#insert(sessionId, added);
    if (changed.length > 0) await this.#replace(sessionId, changed);
  }

  async markRemoved(sessionId: string, uuids: readonly string[]): Promise<void> {
    const ids = uuids.map((uuid) => new RecordId('messages', [sessionId, uuid]));
    await this.#query('UPDATE $ids SET is_removed = true RETURN NONE', { ids });
  }

  async completeSession(session: SessionRow, syncedMessages: number): Promise<void> {
    const content = { ...session, synced_messages: syncedMessages, synced_at: new Date(this.#now()).toISOString(), is_complete: true };
    await this.#query('UPSERT $key CONTENT $content RETURN NONE', { key: sessionRecord(session.session_id), content });
  }

  head(sessionId: string): Promise<LogHead> {
    return this.#log.head(sessionId);
  }

  append(draft: EventDraft, expected: LogHead): Promise<AppendOutcome> {
    return this.#log.append(draft, expected);
  }

  async #insert(sessionId: string, rows: readonly MessageRow[]): Promise<void> {
    const content = rows.map((row) => ({ id: new RecordId('messages', [sessionId, row.message_uuid]), ...contentOf(sessionId, row) }));
    try {
      await (await this.#link.get()).query('INSERT INTO messages $content RETURN NONE', { content }, this.#timeoutMs);
    } catch (error) {
      // Either the batch was sent again after a lost answer or somebody else syncs the same session; the rows exist.
      const mayBeThere = error instanceof StatementError ? error.kind === 'AlreadyExists' || error.isWriteConflict : true;
      if (!mayBeThere) throw error;
      await this.#replace(sessionId, rows);
    }
  }

  async #replace(sessionId: string, rows: readonly MessageRow[]): Promise<void> {
    const content = rows.map((row) => ({ id: new RecordId('messages', [sessionId, row.message_uuid]), row: contentOf(sessionId, row) }));
    await this.#query('BEGIN; FOR $one IN $content { UPSERT $one.id CONTENT $one.row RETURN NONE }; COMMIT', { content });
  }

  #query(text: string, bindings: Record<string, unknown>): Promise<unknown[]> {
    return this.#link.read((connection) => connection.query(text, bindings, this.#timeoutMs));
  }
}

function sessionRecord(sessionId: string): RecordId<string, string> {
  return new RecordId('sessions', sessionId);
}

function contentOf(sessionId: string, row: MessageRow): Record<string, unknown> {
  if (row.content.length > MAX_CONTENT) {
    throw new StoreError(
      'invalid_data',
      `Line ${row.line} is too long for the store (${row.content.length} characters).`,
      'The session can be read and repaired, but not synced.',
    );
  }
  return { session_id: sessionId, ...row, is_removed: false };
}

/** Ranges of ids that together hold every message of the session. Uuids start with hex digits; everything else falls in between. */
function idRanges(sessionId: string, expected: number): RecordIdRange[] {
  const prefixes = expected <= WHOLE_READ ? [] : Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));
  const bounds = ['', ...prefixes];
  return bounds.map((from, index) => {
    const to = bounds[index + 1];
    // An array sorts after every text: the end of the last range.
    const end = to === undefined ? new BoundExcluded([sessionId, []]) : new BoundExcluded([sessionId, to]);
    return new RecordIdRange('messages', new BoundIncluded([sessionId, from]), end);
  });
}
