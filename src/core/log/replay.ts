/**
 * The fold of a session's log. An event is in force unless an event in force reverts it, so a revert can be reverted.
 * Events whose validation failed are never in force. Order is by seq, never by time.
 */
import { NO_REPAIRS, withActions, type Repairs } from '../graph/repairs.ts';
import { actionOf } from './action-payload.ts';
import { changesView, GENESIS_DIGEST, PARENT_EVENT_TYPES, type RepairEvent } from './event.ts';
import type { LogHead, ViewStatistics } from './store.ts';

const parentTypes: ReadonlySet<string> = new Set(PARENT_EVENT_TYPES);

/** Whether the event, while in force, names the effective parent of its message. */
export function namesParent(event: Pick<RepairEvent, 'event_type' | 'message_id'>): boolean {
  return event.message_id !== null && parentTypes.has(event.event_type);
}

/** The fields of an event that the fold reads. */
export type FoldedEvent = Pick<
  RepairEvent,
  | 'event_id'
  | 'seq'
  | 'event_type'
  | 'operator'
  | 'message_id'
  | 'new_parent_uuid'
  | 'payload'
  | 'validation_passed'
  | 'reverts_event_id'
  | 'transcript'
  | 'event_digest'
>;

interface Entry<Event extends FoldedEvent> {
  readonly event: Event;
  /** Number of events in force that revert this one. */
  takenBackBy: number;
  /** An earlier event has the same id; only the earlier one can be reverted by that id. */
  readonly isHidden: boolean;
}

/**
 * The fold, event by event: a state after n events is the same however the n events were cut into steps.
 * Add events in order of seq; each session needs a state of its own.
 */
export class LogState<Event extends FoldedEvent = RepairEvent> {
  readonly #entries: Entry<Event>[] = [];
  readonly #byId = new Map<string, Entry<Event>>();
  readonly #byMessage = new Map<string, Entry<Event>[]>();
  readonly #operators = new Map<string, number>();
  readonly #overrides = new Map<string, string | null>();
  #activeRepairs = 0;
  #reverted = 0;

  get head(): LogHead {
    const { last } = this;
    return last === null ? { seq: 0, digest: GENESIS_DIGEST } : { seq: last.seq, digest: last.event_digest };
  }

  /** The newest event; null for an empty log. */
  get last(): Event | null {
    return this.#entries.at(-1)?.event ?? null;
  }

  /**
   * Adds the next event.
   * @throws RangeError when its seq is not the next one
   */
  add(event: Event): void {
    const { seq } = this.head;
    if (event.seq !== seq + 1) throw new RangeError(`event ${event.seq} does not follow event ${seq}`);
    const entry: Entry<Event> = { event, takenBackBy: 0, isHidden: this.#byId.has(event.event_id) };
    this.#entries.push(entry);
    if (!entry.isHidden) this.#byId.set(event.event_id, entry);
    this.#operators.set(event.operator, (this.#operators.get(event.operator) ?? 0) + 1);
    if (namesParent(event) && event.message_id !== null) {
      const list = this.#byMessage.get(event.message_id);
      if (list === undefined) this.#byMessage.set(event.message_id, [entry]);
      else list.push(entry);
    }
    if (event.validation_passed) this.#switch(entry, true);
  }

  /** Removes the newest event: the state is as it was before it was added. */
  removeLast(): void {
    const entry = this.#entries.at(-1);
    if (entry === undefined) return;
    const { event } = entry;
    // It is the newest event, so nothing has reverted it.
    if (event.validation_passed) this.#switch(entry, false);
    if (namesParent(event) && event.message_id !== null) {
      this.#byMessage.get(event.message_id)?.pop();
      this.#refreshParent(event);
    }
    const count = (this.#operators.get(event.operator) ?? 1) - 1;
    if (count === 0) this.#operators.delete(event.operator);
    else this.#operators.set(event.operator, count);
    if (!entry.isHidden) this.#byId.delete(event.event_id);
    this.#entries.pop();
  }

  addAll(events: readonly Event[]): void {
    for (const event of events) this.add(event);
  }

  /** All events, in order of seq. */
  events(): Event[] {
    return this.#entries.map(({ event }) => event);
  }

  /** Whether the event is in force; false for one that is not in this log. */
  isActive(eventId: string): boolean {
    const entry = this.#byId.get(eventId);
    return entry !== undefined && inForce(entry);
  }

  /** The event in force that names the parent of this record; null where the file's own parent counts. */
  parentEvent(messageId: string): Event | null {
    return this.#byMessage.get(messageId)?.findLast(inForce)?.event ?? null;
  }

  /** Record uuid to effective parent, for the records whose parent an event in force names. */
  overrides(): Record<string, string | null> {
    return Object.fromEntries(this.#overrides);
  }

  /** Events in force, in order of seq. */
  activeEvents(): Event[] {
    return this.#entries.filter(inForce).map(({ event }) => event);
  }

  /** All repairs in force, in the form that a session applies. */
  repairs(): Repairs {
    const active = this.activeEvents();
    const actions = active.flatMap((event) => actionOf(event) ?? []).filter((action) => action.kind !== 'reparent');
    const ignored = active.filter(({ event_type }) => event_type === 'finding_ignored').map(({ payload }) => payload['finding_id']);
    if (actions.length + ignored.length + this.#overrides.size === 0) return NO_REPAIRS;
    return {
      ...withActions(NO_REPAIRS, actions),
      parents: this.overrides(),
      ignored: ignored.filter((id) => typeof id === 'string'),
    };
  }

  /** event_ids of events in force. */
  activeEventIds(): Set<string> {
    return new Set(this.activeEvents().map((event) => event.event_id));
  }

  statistics(): ViewStatistics {
    return {
      total_events: this.#entries.length,
      active_repairs: this.#activeRepairs,
      reverted_events: this.#reverted,
      operators: Object.fromEntries(this.#operators),
    };
  }

  /**
   * Follows the chain of reverts from an event whose state changed: the event it reverts changes too, then the one that that
   * reverts, and so on.
   */
  #switch(entry: Entry<Event>, isOn: boolean): void {
    let current = entry;
    let on = isOn;
    for (;;) {
      this.#count(current, on ? 1 : -1);
      this.#refreshParent(current.event);
      const target = this.#target(current.event);
      if (target === undefined) return;
      target.takenBackBy += on ? 1 : -1;
      const isSwitched = target.event.validation_passed && target.takenBackBy === (on ? 1 : 0);
      if (!isSwitched) return;
      this.#reverted += on ? 1 : -1;
      current = target;
      on = !on;
    }
  }

  /** The target of a revert: an earlier event of this log, or none. */
  #target(event: Event): Entry<Event> | undefined {
    if (event.event_type !== 'reverted' || event.reverts_event_id === null) return undefined;
    const target = this.#byId.get(event.reverts_event_id);
    return target !== undefined && target.event.seq < event.seq ? target : undefined;
  }

  #count(entry: Entry<Event>, by: 1 | -1): void {
    if (changesView(entry.event.event_type)) this.#activeRepairs += by;
  }

  #refreshParent(event: Event): void {
    if (event.message_id === null || !namesParent(event)) return;
    const naming = this.parentEvent(event.message_id);
    if (naming === null) this.#overrides.delete(event.message_id);
    else this.#overrides.set(event.message_id, naming.new_parent_uuid);
  }
}

function inForce(entry: Entry<FoldedEvent>): boolean {
  return entry.event.validation_passed && entry.takenBackBy === 0;
}

/**
 * Folds a whole log, from its first event.
 * @param events in order of seq, from 1; a shorter list gives an earlier position
 * @throws RangeError when one is missing or out of order
 */
export function replay(events: readonly RepairEvent[]): LogState {
  const state = new LogState();
  state.addAll(events);
  return state;
}
