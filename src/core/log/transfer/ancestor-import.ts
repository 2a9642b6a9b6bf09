/**
 * Converts events of the ancestor: each new event contains the original with its digest in `payload.imported` and is part of our
 * chain like any other. What was reverted there is reverted here, even where the ancestor has no event for the revert.
 */
import * as v from 'valibot';
import { ImportedSchema, importKey, keyOf } from './ancestor-key.ts';
import { originalOf, type AncestorEvent, type AncestorExport } from './ancestor.ts';
import type { Sha256 } from '../digest.ts';
import { changesView, type EventDraft, type RepairEvent } from '../event.ts';
import { LogError } from '../log-error.ts';
import { makeEvent, type EventIdentity } from '../make-event.ts';
import type { LogState } from '../replay.ts';
import { replay } from '../replay.ts';
import { SessionIdSchema } from '../rows.ts';

/** One event to append. Its `reverts_event_id` is known only when its target is in the log. */
export interface ImportedDraft {
  readonly draft: EventDraft;
  /** `importKey` of the event to revert; null when it reverts nothing. */
  readonly reverts: string | null;
  /** `importKey` of this event. */
  readonly key: string;
}

const OPERATOR = /^(user|agent|system):[^\p{Cc}]+$/u;
/** The ancestor did not record a fingerprint of the transcript. */
const NO_TRANSCRIPT = { size: 0, sha256: '0'.repeat(64) };
const LOST_REVERT = 'The imported log marks it as taken back, and does not say by whom.';

/**
 * @param stored our present log
 * @throws LogError `forked` when our log has other events of the same session
 */
export function planAncestorImport(
  exported: AncestorExport,
  stored: readonly RepairEvent[],
  importer: string,
  sha256: Sha256,
): { known: number; drafts: ImportedDraft[] } {
  if (!v.is(SessionIdSchema, exported.sessionId)) {
    throw new LogError(
      'bad-export',
      'Its session_id cannot be one: it is empty, too long, or holds control characters.',
      'Nothing was written.',
    );
  }
  const wanted = wantedEvents(exported.events);
  const known = refuseFork(wanted, stored);
  const planning = new Planning(exported.sessionId, stored, importer, sha256);
  return { known, drafts: wanted.slice(known).map((one) => planning.draft(one)) };
}

interface Wanted {
  readonly event: AncestorEvent;
  /** A revert for which the ancestor has no event. */
  readonly isLostRevert: boolean;
  readonly reverts: string | null;
}

/**
 * On an event that names another one, `is_reverted` means that it is a revert; on any other it means that the event was reverted.
 * For some of those the file has the revert itself, for others it does not.
 */
function wantedEvents(events: readonly AncestorEvent[]): Wanted[] {
  const ids = new Set(events.map(({ event_id }) => event_id));
  const takenBack = new Set(events.map(({ reverts_event_id }) => reverts_event_id));
  return events.flatMap((event): Wanted[] => {
    const target = event.reverts_event_id;
    const own: Wanted = { event, isLostRevert: false, reverts: target !== null && ids.has(target) ? keyOf(target, false) : null };
    if (!event.is_reverted || target !== null || takenBack.has(event.event_id)) return [own];
    return [own, { event, isLostRevert: true, reverts: keyOf(event.event_id, false) }];
  });
}

/** The events that our log has of this import must be its beginning, and no other event may have repaired the same records. */
function refuseFork(wanted: readonly Wanted[], stored: readonly RepairEvent[]): number {
  const imported = stored.filter((event) => importKey(event) !== null);
  imported.forEach((event, i) => {
    const one = wanted[i];
    const isSame =
      one !== undefined && importKey(event) === keyOf(one.event.event_id, one.isLostRevert) && digestIn(event) === one.event.event_digest;
    if (isSame) return;
    throw forked(`The log and the file part at event ${event.seq}: the log has imported another event there.`);
  });
  const messages = new Set(wanted.slice(imported.length).map(({ event }) => event.message_id));
  const active = replay(stored).activeEvents();
  const own = active.find((event) => changesView(event.event_type) && importKey(event) === null && messages.has(event.message_id ?? ''));
  if (own !== undefined) {
    throw forked(
      `Event ${own.seq} of the log (${own.event_type} by ${own.operator}) is about a record that the file repairs, too: ${own.message_id ?? ''}.`,
    );
  }
  return imported.length;
}

class Planning {
  private readonly sessionId: string;
  private readonly importer: string;
  private readonly identity: EventIdentity;
  /** The log as it will be, with placeholders for the ids. */
  private readonly state: LogState;
  private readonly events = new Map<string, RepairEvent>();

  constructor(sessionId: string, stored: readonly RepairEvent[], importer: string, sha256: Sha256) {
    this.sessionId = sessionId;
    this.importer = importer;
    this.state = replay(stored);
    for (const event of stored) {
      const key = importKey(event);
      if (key !== null) this.events.set(key, event);
    }
    let count = 0;
    const newId = (): string => `00000000-0000-7000-8000-${String((count += 1)).padStart(12, '0')}`;
    this.identity = { now: () => 0, newId, sha256, engineVersion: '' };
  }

  draft({ event, isLostRevert, reverts }: Wanted): ImportedDraft {
    const target = reverts === null ? null : (this.events.get(reverts) ?? null);
    const isRevert = isLostRevert || event.reverts_event_id !== null;
    const before = this.parentOf(event.message_id, event.old_parent_uuid);
    const base: EventDraft = {
      session_id: this.sessionId,
      // A revert of an event that is not in the file has no effect: it is kept as a note.
      event_type: target !== null ? 'reverted' : isRevert ? 'note' : 'parent_repaired',
      operator: isLostRevert ? this.importer : operatorOf(event.operator),
      message_id: event.message_id,
      old_parent_uuid: before,
      new_parent_uuid: emptyAsNone(event.new_parent_uuid),
      payload: { imported: originalOf(event), imported_by: this.importer, ...(isLostRevert ? { lost_revert: true } : {}) },
      reason: isLostRevert ? LOST_REVERT : event.reason,
      similarity_score: isRevert ? null : event.similarity_score,
      validation_passed: isLostRevert || event.validation_passed,
      reverts_event_id: target?.event_id ?? null,
      transcript: NO_TRANSCRIPT,
    };
    // Each event is built once here, so that a draft that cannot be logged is found before the first one is written.
    const made = makeEvent(base, this.state.head, this.identity);
    this.state.add(made);
    const key = keyOf(event.event_id, isLostRevert);
    this.events.set(key, made);
    const after = target === null ? base.new_parent_uuid : this.parentOf(event.message_id, target.old_parent_uuid);
    return { draft: { ...base, new_parent_uuid: after, reverts_event_id: null }, reverts: target === null ? null : reverts, key };
  }

  /** The parent that an event in force names. @param otherwise where none does */
  private parentOf(messageId: string, otherwise: string | null): string | null {
    const naming = this.state.parentEvent(messageId);
    return naming === null ? emptyAsNone(otherwise) : naming.new_parent_uuid;
  }
}

/** @param parent the ancestor sometimes wrote "no parent" as an empty string */
function emptyAsNone(parent: string | null): string | null {
  return parent === '' ? null : parent;
}

function operatorOf(name: string): string {
  if (OPERATOR.test(name)) return name;
  const clean = name.replace(/\p{Cc}/gu, ' ').trim();
  return `user:${clean === '' ? 'unknown' : clean}`;
}

function digestIn({ payload }: RepairEvent): string | null {
  const parsed = v.safeParse(ImportedSchema, payload);
  return parsed.success ? parsed.output.imported.event_digest : null;
}

function forked(message: string): LogError {
  return new LogError('forked', message, 'Nothing was written. riff log shows what the log holds.');
}
