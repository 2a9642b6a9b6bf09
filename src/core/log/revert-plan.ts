/**
 * Reverts several events: an explicit set, or all that changed something since a position. A log is restored by reverts, never by deletion.
 */
import type { Repairs } from '../graph/repairs.ts';
import { actionOf } from './action-payload.ts';
import { revertDraft, type DraftContext } from './drafts.ts';
import { changesView, REPAIR_EVENT_TYPES, type EventDraft, type RepairEvent } from './event.ts';
import { LogError } from './log-error.ts';
import type { LogState } from './replay.ts';
import { replay } from './replay.ts';

export type RevertChoice =
  /** These events. */
  | { readonly kind: 'events'; readonly events: readonly RepairEvent[] }
  /** All that changed the state since then: afterwards the state is as it was after this event. */
  | { readonly kind: 'since'; readonly seq: number };

/** Why reverting an event while a later one stays may not have the expected effect. */
export type ConflictReason =
  /** The later event is about the same message, which keeps the state that the later event gave it. */
  | 'same-message'
  /** The later event makes a message a child of a record that disappears. */
  | 'needs-it';

export interface RevertConflict {
  readonly target: RepairEvent;
  /** The later event, which is in force and not reverted by the plan. */
  readonly later: RepairEvent;
  readonly reason: ConflictReason;
}

export interface RevertPlan {
  /** The events to revert, newest first: the order in which the reverts are appended. */
  readonly targets: readonly RepairEvent[];
  readonly conflicts: readonly RevertConflict[];
}

const REVERTIBLE: ReadonlySet<string> = new Set(REPAIR_EVENT_TYPES);

/**
 * @param events the whole log, by seq
 * @throws LogError `not-revertible` for an event that is not in force or was only observed
 */
export function revertPlan(events: readonly RepairEvent[], choice: RevertChoice): RevertPlan {
  const state = replay(events);
  const targets = choice.kind === 'since' ? changedSincePosition(events, state, choice.seq) : chosen(choice.events, state);
  return { targets, conflicts: conflictsOf(state, targets) };
}

function chosen(events: readonly RepairEvent[], state: LogState): RepairEvent[] {
  for (const event of events) refuseIdle(event, state);
  const distinct = new Map(events.map((event) => [event.event_id, event]));
  return [...distinct.values()].sort((a, b) => b.seq - a.seq);
}

/** Only events in force can be reverted. */
function refuseIdle(event: RepairEvent, state: LogState): void {
  if (!REVERTIBLE.has(event.event_type)) {
    const message = `Event ${event.seq} (${event.event_type}) tells what was seen; there is nothing to take back.`;
    throw new LogError('not-revertible', message, 'Choose a repair, a revert or a note.');
  }
  if (!state.isActive(event.event_id)) {
    throw new LogError('not-revertible', `Event ${event.seq} is not in force, so there is nothing to take back.`, 'riff log shows why.');
  }
}

/**
 * Repairs made since then, and reverts made since then of earlier events. A revert of an event that was itself made since then is
 * left alone: that event must stay reverted.
 */
function changedSincePosition(events: readonly RepairEvent[], state: LogState, seq: number): RepairEvent[] {
  const seqOf = new Map(events.map((event) => [event.event_id, event.seq]));
  const matters = (event: RepairEvent): boolean => {
    if (event.seq <= seq || !state.isActive(event.event_id)) return false;
    if (event.event_type !== 'reverted') return changesView(event.event_type);
    const target = seqOf.get(event.reverts_event_id ?? '');
    return target !== undefined && target <= seq;
  };
  return events.filter(matters).reverse();
}

function conflictsOf(state: LogState, targets: readonly RepairEvent[]): RevertConflict[] {
  const taken = new Set(targets.map((target) => target.event_id));
  const staying = state.activeEvents().filter((event) => changesView(event.event_type) && !taken.has(event.event_id));
  return targets.flatMap((target) => {
    const goes = new Set(insertedBy(target));
    return staying.flatMap((later): RevertConflict[] => {
      if (later.seq < target.seq) return [];
      if (goes.has(later.new_parent_uuid ?? '')) return [{ target, later, reason: 'needs-it' }];
      const isSame = target.message_id !== null && later.message_id === target.message_id;
      return isSame ? [{ target, later, reason: 'same-message' }] : [];
    });
  });
}

/** Records that exist because of an event. */
function insertedBy(event: RepairEvent): string[] {
  const action = actionOf(event);
  return action?.kind === 'restore' || action?.kind === 'synthesise' ? action.inserted.map(({ uuid }) => uuid) : [];
}

/**
 * The drafts of a plan, in the order in which to append them. Each names the effective parent before and after it.
 * @param fileParents parents in the file, of messages that have one there
 */
export function revertDrafts(
  context: DraftContext,
  events: readonly RepairEvent[],
  plan: RevertPlan,
  fileParents: ReadonlyMap<string, string | null>,
): EventDraft[] {
  const state = replay(events);
  const parentOf = (messageId: string | null): string | null => {
    if (messageId === null) return null;
    const naming = state.parentEvent(messageId);
    return naming === null ? (fileParents.get(messageId) ?? null) : naming.new_parent_uuid;
  };
  return plan.targets.map((target) => {
    const before = parentOf(target.message_id);
    state.add(revertOf(target, state));
    return revertDraft(context, target, { before, after: parentOf(target.message_id) });
  });
}

/** The repairs in force once a plan is carried out. @param events the whole log, by seq */
export function repairsAfter(events: readonly RepairEvent[], { targets }: RevertPlan): Repairs {
  const state = replay(events);
  for (const target of targets) state.add(revertOf(target, state));
  return state.repairs();
}

/** The fields that the fold reads; the others make no difference. */
function revertOf(target: RepairEvent, state: LogState): RepairEvent {
  const seq = state.head.seq + 1;
  return { ...target, event_id: `revert ${seq}`, seq, event_type: 'reverted', validation_passed: true, reverts_event_id: target.event_id };
}
