import type { EventDraft, RepairEvent } from '../../src/core/log/event.ts';
import { StoreError, type AppendOutcome, type EventStore, type MessageRow, type SessionRow } from '../../src/core/log/store.ts';
import { sha256 } from '../../src/files/sha256.ts';

const encoder = new TextEncoder();

export function hash(text: string): string {
  return sha256(encoder.encode(text));
}

export function draft(sessionId: string, changes: Partial<EventDraft> = {}): EventDraft {
  return {
    session_id: sessionId,
    event_type: 'parent_repaired',
    operator: 'user:tester',
    message_id: 'm1',
    old_parent_uuid: 'lost',
    new_parent_uuid: 'p1',
    payload: {},
    reason: 'because',
    similarity_score: 0.75,
    validation_passed: true,
    reverts_event_id: null,
    transcript: { size: 10, sha256: 'a'.repeat(64) },
    ...changes,
  };
}

export function revertOf(event: RepairEvent): EventDraft {
  return draft(event.session_id, {
    event_type: 'reverted',
    message_id: event.message_id,
    old_parent_uuid: event.new_parent_uuid,
    new_parent_uuid: event.old_parent_uuid,
    reverts_event_id: event.event_id,
    similarity_score: null,
    reason: 'taken back',
  });
}

/** Appends at the head as it is now; fails the test on a conflict. */
export async function appendNow(store: EventStore, one: EventDraft): Promise<Extract<AppendOutcome, { kind: 'appended' }>> {
  const outcome = await store.append(one, await store.head(one.session_id));
  if (outcome.kind !== 'appended') throw new Error(`unexpected conflict: ${JSON.stringify(outcome.head)}`);
  return outcome;
}

/** Appends until it is in, whoever else writes. */
export async function appendEventually(store: EventStore, one: EventDraft): Promise<RepairEvent> {
  let head = await store.head(one.session_id);
  for (;;) {
    const outcome = await store.append(one, head);
    if (outcome.kind === 'appended') return outcome.event;
    if (outcome.head.seq === head.seq) throw new Error('refused at the newest head');
    head = outcome.head;
  }
}

export function sessionRow(sessionId: string, version: string, changes: Partial<SessionRow> = {}): SessionRow {
  return {
    session_id: sessionId,
    path: `/somewhere/${sessionId}.jsonl`,
    transcript: { size: version.length, sha256: hash(version) },
    message_count: 3,
    record_count: 3,
    orphan_count: 0,
    corruption_score: 0,
    resume_now: 3,
    resume_repaired: 3,
    agent_version: '2.1.29',
    ...changes,
  };
}

export function messageRow(uuid: string, changes: Partial<MessageRow> = {}): MessageRow {
  const content = changes.content ?? `{"uuid":"${uuid}"}`;
  return {
    message_uuid: uuid,
    parent_uuid: null,
    message_type: 'user',
    role: 'user',
    content,
    content_sha256: hash(content),
    timestamp: null,
    line: 1,
    is_orphaned: false,
    ...changes,
  };
}

export async function* stream(rows: readonly MessageRow[]): AsyncIterable<MessageRow> {
  for (const row of rows) yield await Promise.resolve(row);
}

/** The error a store rejects with. */
export async function storeErrorOf(work: Promise<unknown>): Promise<StoreError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** Waits for something that another process brings about. */
export async function until(holds: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
