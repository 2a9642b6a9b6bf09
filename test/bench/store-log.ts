/** A log as it is for benchmarks: many events, made as Riff makes them, written as fast as the engine takes them. */
import { RecordId } from 'surrealdb';
import { v7 } from 'uuid';
import type { RepairEvent } from '../../src/core/log/event.ts';
import { makeEvent } from '../../src/core/log/make-event.ts';
import { sha256 } from '../../src/files/sha256.ts';
import type { Connection } from '../../src/store/connection/connection.ts';
import { draft } from '../contract/sample.ts';

const BATCH = 250;
/** Records that the events of one log are about. */
const SUBJECTS = 500;
const TIMEOUT_MS = 120_000;

/** Events of one session, chained. */
export function logOf(session: string, count: number): RepairEvent[] {
  const identity = { now: Date.now, newId: () => v7(), sha256, engineVersion: '0.0.0' };
  const events: RepairEvent[] = [];
  const payload = { text: 'x'.repeat(600), reasons: ['It is the last record before this one.'] };
  for (let seq = 1; seq <= count; seq += 1) {
    const last = events.at(-1);
    const one = draft(session, { message_id: subject(seq), payload, event_type: seq <= SUBJECTS ? 'parent_repaired' : 'note' });
    events.push(makeEvent(one, { seq: seq - 1, digest: last?.event_digest ?? '' }, identity));
  }
  return events;
}

export function subject(seq: number): string {
  return `00000000-0000-4000-8000-${String(seq % SUBJECTS).padStart(12, '0')}`;
}

/** Writes events that make a log of their own. */
export async function writeLog(connection: Connection, events: readonly RepairEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += BATCH) {
    const content = events
      .slice(from, from + BATCH)
      .map((event) => ({ id: new RecordId('repairs_events', [event.session_id, event.seq]), ...event }));
    await connection.query('INSERT INTO repairs_events $content RETURN NONE', { content }, TIMEOUT_MS);
  }
}
