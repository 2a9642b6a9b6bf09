/**
 * Statements on the log and its view. Ranges of ids only: they are the fast path, and a LIMIT on them is not.
 */
import { BoundIncluded, RecordId, RecordIdRange } from 'surrealdb';
import * as v from 'valibot';
import { GENESIS_DIGEST, type RepairEvent } from '../core/log/event.ts';
import { eventFromRow, parseRow, viewFromRow } from '../core/log/rows.ts';
import type { LogHead, SessionView } from '../core/log/store.ts';
import type { Connection } from './connection.ts';

const PAGE = 250;
const LAST = Number.MAX_SAFE_INTEGER;
const HeadRowsSchema = v.array(v.object({ seq: v.number(), event_digest: v.string() }));

function range(sessionId: string, fromSeq: number, toSeq: number): RecordIdRange<string, [string, number]> {
  return new RecordIdRange(
    'repairs_events',
    new BoundIncluded<[string, number]>([sessionId, fromSeq]),
    new BoundIncluded<[string, number]>([sessionId, toSeq]),
  );
}

function rowsOf(result: unknown): unknown[] {
  return parseRow(v.array(v.unknown()), result, 'list');
}

/** Events with fromSeq <= seq <= toSeq, by seq. */
export async function selectEvents(
  connection: Connection,
  sessionId: string,
  fromSeq: number,
  toSeq: number,
  timeoutMs: number,
): Promise<RepairEvent[]> {
  const events: RepairEvent[] = [];
  for (let from = Math.max(1, fromSeq); from <= toSeq; from += PAGE) {
    const to = Math.min(toSeq, from + PAGE - 1);
    const [rows] = await connection.query('SELECT * FROM $range', { range: range(sessionId, from, to) }, timeoutMs);
    const page = rowsOf(rows).map(eventFromRow);
    page.sort((a, b) => a.seq - b.seq);
    for (const event of page) events.push(event);
    // Seq has no gaps: a page that is not full is the last one.
    if (page.length < to - from + 1) break;
  }
  return events;
}

/** The newest position of a log. The view says where to look, the log what is there. */
export async function selectHead(connection: Connection, sessionId: string, timeoutMs: number): Promise<LogHead> {
  const [hint] = await connection.query('SELECT VALUE last_seq FROM $view', { view: viewId(sessionId) }, timeoutMs);
  const hinted = Number(rowsOf(hint)[0] ?? 1);
  const head = await headFrom(connection, sessionId, Number.isSafeInteger(hinted) && hinted > 1 ? hinted : 1, timeoutMs);
  if (head !== null) return head;
  return (hinted > 1 ? await headFrom(connection, sessionId, 1, timeoutMs) : null) ?? { seq: 0, digest: GENESIS_DIGEST };
}

async function headFrom(connection: Connection, sessionId: string, fromSeq: number, timeoutMs: number): Promise<LogHead | null> {
  const [result] = await connection.query('SELECT seq, event_digest FROM $range', { range: range(sessionId, fromSeq, LAST) }, timeoutMs);
  let newest: LogHead | null = null;
  for (const row of parseRow(HeadRowsSchema, result, 'head')) {
    if (newest === null || row.seq > newest.seq) newest = { seq: row.seq, digest: row.event_digest };
  }
  return newest;
}

export async function selectView(connection: Connection, sessionId: string, timeoutMs: number): Promise<SessionView | null> {
  const [rows] = await connection.query('SELECT * FROM $view', { view: viewId(sessionId) }, timeoutMs);
  const row = rowsOf(rows)[0];
  return row === undefined ? null : viewFromRow(row);
}

/**
 * Appends an event and refreshes the view, both or neither.
 * @throws StatementError when the place is taken, or the chain is another
 */
export async function insertEvent(connection: Connection, event: RepairEvent, view: SessionView, timeoutMs: number): Promise<void> {
  // A permission that is missing makes CREATE do nothing, silently; so it must give back what it made.
  await connection.query(
    `BEGIN;
LET $made = (CREATE ONLY $id CONTENT $event RETURN VALUE seq);
IF $made != $seq { THROW 'not created' };
UPSERT $view CONTENT $fold RETURN NONE;
COMMIT;`,
    {
      id: new RecordId('repairs_events', [event.session_id, event.seq]),
      event,
      seq: event.seq,
      view: viewId(event.session_id),
      fold: view,
    },
    timeoutMs,
  );
}

export async function writeView(connection: Connection, view: SessionView, timeoutMs: number): Promise<void> {
  await connection.query('UPSERT $view CONTENT $fold RETURN NONE', { view: viewId(view.session_id), fold: view }, timeoutMs);
}

export async function deleteView(connection: Connection, sessionId: string, timeoutMs: number): Promise<void> {
  await connection.query('DELETE $view RETURN NONE', { view: viewId(sessionId) }, timeoutMs);
}

function viewId(sessionId: string): RecordId<string, string> {
  return new RecordId('sessions_materialized', sessionId);
}
