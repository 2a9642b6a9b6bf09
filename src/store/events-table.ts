/**
 * Statements on the log and its view. They select by ranges of ids only: that is the fast path, and LIMIT is not.
 */
import { BoundIncluded, RecordId, RecordIdRange } from 'surrealdb';
import * as v from 'valibot';
import { GENESIS_DIGEST, type RepairEvent } from '../core/log/event.ts';
import { eventFromRow, parseRow, viewFromRow } from '../core/log/rows.ts';
import type { LogHead, SessionView } from '../core/log/store.ts';
import type { ParentOverrides } from '../core/graph/repairs.ts';
import type { Connection } from './connection/connection.ts';

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

/** The newest position of a log. The view gives a hint where to look; the log decides. */
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

/** How the view of an append is written. */
export type ViewWrite =
  | { readonly kind: 'whole' }
  /** Only the changed parents are sent; the rest of the view is small. */
  | { readonly kind: 'change'; readonly set: ParentOverrides; readonly unset: readonly string[] };

/**
 * The smallest write that brings the stored view up to date.
 * @param before the overrides before the event; needed for a revert, which may change any
 */
export function viewWrite(event: RepairEvent, view: SessionView, before: ParentOverrides | null): ViewWrite {
  const after = view.message_parents;
  if (Object.keys(after).length < SMALL_VIEW) return { kind: 'whole' };
  if (event.event_type === 'reverted') return before === null ? { kind: 'whole' } : { kind: 'change', ...difference(before, after) };
  const id = event.message_id;
  const parent = id === null ? undefined : after[id];
  return { kind: 'change', set: id === null || parent === undefined ? {} : { [id]: parent }, unset: [] };
}

/**
 * Appends an event and refreshes the view, both or neither.
 * @throws StatementError when the seq is taken, the event does not continue the chain, or (`isViewMismatch`) the stored view that
 * was to be changed in part is not the fold of the events before
 */
export async function insertEvent(
  connection: Connection,
  event: RepairEvent,
  view: SessionView,
  write: ViewWrite,
  timeoutMs: number,
): Promise<void> {
  const { message_parents: parents, ...rest } = view;
  // Without permission CREATE silently does nothing, so it must return what it created.
  await connection.query(
    `BEGIN;
LET $made = (CREATE ONLY $id CONTENT $event RETURN VALUE seq);
IF $made != $seq { THROW 'not created' };
${write.kind === 'whole' ? WRITE_VIEW : changeView(rest, write.unset.length > 0)}
COMMIT;`,
    {
      id: new RecordId('repairs_events', [event.session_id, event.seq]),
      event,
      seq: event.seq,
      view: viewId(event.session_id),
      ...(write.kind === 'whole'
        ? { fold: { ...rest, message_parents: parents } }
        : { fold: rest, prev: event.prev_digest, set: write.set, unset: write.unset }),
    },
    timeoutMs,
  );
}

/** A view with fewer parent overrides than this is written as a whole. */
const SMALL_VIEW = 48;

const WRITE_VIEW = 'UPSERT $view CONTENT $fold RETURN NONE;';

function changeView(rest: object, unsets: boolean): string {
  const parents = `object::extend(${unsets ? 'object::remove(message_parents, $unset)' : 'message_parents'}, $set)`;
  // A field that the view no longer has must be removed, too.
  const fields = [...new Set([...Object.keys(rest), 'message_changes'])].map((field) => `${field} = $fold.${field}`);
  return `LET $changed = (UPDATE $view SET message_parents = ${parents}, ${fields.join(', ')} WHERE head_digest = $prev RETURN VALUE last_seq);
IF array::len($changed) != 1 { THROW 'view: not the fold before this event' };`;
}

function difference(before: ParentOverrides, after: ParentOverrides): { set: ParentOverrides; unset: string[] } {
  const changed = Object.entries(after).filter(([uuid, parent]) => !Object.hasOwn(before, uuid) || before[uuid] !== parent);
  return { set: Object.fromEntries(changed), unset: Object.keys(before).filter((uuid) => !Object.hasOwn(after, uuid)) };
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
