/**
 * The raw rows of the log, for checks. Read access is enough, and nothing is validated, so it also works on a log that was tampered with.
 */
import { BoundIncluded, RecordId, RecordIdRange } from 'surrealdb';
import * as v from 'valibot';
import { parseRow } from '../core/log/rows.ts';
import type { LogAudit } from '../core/log/store.ts';
import type { Link } from './connection/link.ts';

const PAGE = 250;
const SessionsSchema = v.array(v.object({ session: v.unknown() }));
const PositionsSchema = v.array(v.unknown());
const RowsSchema = v.array(v.unknown());

/** @param timeoutMs for one call, milliseconds */
export function auditOf(link: Link, timeoutMs: number): LogAudit {
  const query = (text: string, bindings: Record<string, unknown>): Promise<unknown[]> =>
    link.read((connection) => connection.query(text, bindings, timeoutMs));
  return {
    sessionIds: async () => {
      // By the id of the row, because its fields cannot be trusted.
      const [events, views] = await query(
        `SELECT record::id(id)[0] AS session FROM repairs_events GROUP BY session;
         SELECT record::id(id) AS session FROM sessions_materialized`,
        {},
      );
      const rows = [...parseRow(SessionsSchema, events, 'list'), ...parseRow(SessionsSchema, views, 'list')];
      return [...new Set(rows.flatMap(({ session }) => (typeof session === 'string' ? [session] : [])))].sort();
    },
    storedEvents: async (sessionId) => {
      const range = new RecordIdRange('repairs_events', new BoundIncluded([sessionId]), new BoundIncluded([sessionId, []]));
      const [found] = await query('SELECT VALUE record::id(id)[1] FROM $range', { range });
      const positions = parseRow(PositionsSchema, found, 'list');
      const rows: unknown[] = [];
      for (let from = 0; from < positions.length; from += PAGE) {
        const ids = positions.slice(from, from + PAGE).map((position) => new RecordId('repairs_events', [sessionId, position]));
        const [page] = await query('SELECT * FROM $ids', { ids });
        for (const row of parseRow(RowsSchema, page, 'list')) rows.push(row);
      }
      return rows;
    },
    storedView: async (sessionId) => {
      const [rows] = await query('SELECT * FROM $view', { view: new RecordId('sessions_materialized', sessionId) });
      return parseRow(RowsSchema, rows, 'list')[0] ?? null;
    },
  };
}
