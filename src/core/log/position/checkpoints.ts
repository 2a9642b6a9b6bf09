/**
 * Checkpoints: named positions of a log. A checkpoint is a note and as immutable as every event; reverting the note frees the name.
 */
import { noteDraft, type DraftContext } from '../drafts.ts';
import type { EventDraft, RepairEvent } from '../event.ts';
import { LogError } from '../log-error.ts';
import { readPosition } from './position.ts';
import { replay } from '../replay.ts';

export interface Checkpoint {
  readonly name: string;
  /** seq of the note; the position is the state after it. */
  readonly seq: number;
  readonly event_id: string;
  readonly timestamp: string;
  readonly operator: string;
  readonly reason: string;
}

const LONGEST_NAME = 80;

/** Checkpoints in force, by position. */
export function checkpointsOf(events: readonly RepairEvent[]): Checkpoint[] {
  return replay(events)
    .activeEvents()
    .flatMap((event) => {
      const name = checkpointName(event);
      if (name === null) return [];
      const { seq, event_id, timestamp, operator, reason } = event;
      return [{ name, seq, event_id, timestamp, operator, reason }];
    });
}

/** The name of a checkpoint; null for every other event. */
export function checkpointName(event: Pick<RepairEvent, 'event_type' | 'payload'>): string | null {
  const name = event.event_type === 'note' ? event.payload['checkpoint'] : undefined;
  return typeof name === 'string' ? name : null;
}

/**
 * Checks the name of a new checkpoint.
 * @returns the name as it is kept, without blanks around it
 * @throws LogError `bad-name` for a name that is taken, or reads as a number or a time
 */
export function checkedName(events: readonly RepairEvent[], name: string): string {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > LONGEST_NAME || /\p{Cc}/u.test(trimmed)) {
    throw new LogError('bad-name', 'This cannot be the name of a checkpoint.', `Give 1 to ${LONGEST_NAME} characters in one line.`);
  }
  if (readPosition(trimmed).kind !== 'checkpoint') {
    throw new LogError('bad-name', `${trimmed} reads as a position of its own.`, 'Give a name that is neither a number nor a time.');
  }
  const taken = checkpointsOf(events).find((one) => one.name === trimmed);
  if (taken !== undefined) {
    throw new LogError(
      'bad-name',
      `There is a checkpoint ${trimmed} already: event ${taken.seq}.`,
      `Give another name, or take that one back first (event ${taken.seq}).`,
    );
  }
  return trimmed;
}

/**
 * The draft that names the position behind the newest event.
 * @throws LogError `bad-name`, see `checkedName`
 */
export function checkpointDraft(context: DraftContext, events: readonly RepairEvent[], name: string): EventDraft {
  return noteDraft(context, { checkpoint: checkedName(events, name) });
}
