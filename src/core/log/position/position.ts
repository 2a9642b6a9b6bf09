/**
 * Positions of a log: after an event, at a checkpoint, at a time. Each resolves to a seq; 0 is the file without repairs.
 */
import type { RepairEvent } from '../event.ts';
import { LogError } from '../log-error.ts';
import { replay, type LogState } from '../replay.ts';

export type LogPosition =
  | { readonly kind: 'seq'; readonly seq: number }
  /** The log at this time, in milliseconds since the epoch. */
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'checkpoint'; readonly name: string }
  /** The newest event. */
  | { readonly kind: 'head' };

const SEQ = /^#?\d{1,9}$/;
/** A day, or a day and a time; UTC unless a zone is given, like all times of a log. */
const TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?)?$/i;

/**
 * Reads a position as people write it: `12` or `#12`, `2026-01-31`, `2026-01-31T12:00:05Z`, `head`, else the name of a checkpoint.
 * A day alone means its end.
 */
export function readPosition(text: string): LogPosition {
  const trimmed = text.trim();
  if (SEQ.test(trimmed)) return { kind: 'seq', seq: Number(trimmed.replace('#', '')) };
  if (/^head$/i.test(trimmed)) return { kind: 'head' };
  if (TIME.test(trimmed)) {
    const iso = trimmed.replace(' ', 'T');
    const hasTime = iso.length > 10;
    const hasZone = /(?:Z|[+-]\d\d:\d\d)$/i.test(iso.slice(10));
    const ms = Date.parse(hasTime ? `${iso}${hasZone ? '' : 'Z'}` : `${iso}T23:59:59.999Z`);
    if (!Number.isNaN(ms)) return { kind: 'time', ms };
  }
  return { kind: 'checkpoint', name: trimmed };
}

/**
 * The seq of a position, which is the state after this event.
 * @param events the whole log, by seq
 * @throws LogError `no-position`
 */
export function seqAt(events: readonly RepairEvent[], position: LogPosition): number {
  const head = events.at(-1)?.seq ?? 0;
  switch (position.kind) {
    case 'head':
      return head;
    case 'seq':
      if (position.seq >= 0 && position.seq <= head) return position.seq;
      throw new LogError('no-position', `The log has no event ${position.seq}; it ends at event ${head}.`, 'riff log shows the events.');
    case 'time': {
      // Order is by seq, never by time: earlier events existed when an event was written, whatever their clocks said.
      const limit = new Date(position.ms).toISOString();
      return events.findLast((event) => event.timestamp <= limit)?.seq ?? 0;
    }
    case 'checkpoint':
      return checkpointSeq(events, position.name);
  }
}

/** A reverted checkpoint is no longer a position; of two with the same name, which an import may bring, the newer counts. */
function checkpointSeq(events: readonly RepairEvent[], name: string): number {
  const state = replay(events);
  const found = events.findLast(
    (event) => event.event_type === 'note' && event.payload['checkpoint'] === name && state.isActive(event.event_id),
  );
  if (found !== undefined) return found.seq;
  throw new LogError('no-position', `The log has no checkpoint ${name}.`, 'riff checkpoints lists them; an event is named by its number.');
}

/**
 * The state at a position.
 * @throws LogError `no-position`; RangeError when an event is missing
 */
export function replayTo(events: readonly RepairEvent[], position: LogPosition): LogState {
  return replay(events.slice(0, seqAt(events, position)));
}
