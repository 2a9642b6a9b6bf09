import type { InsertedRecord, LineRange, Repairs } from '../../graph/repairs.ts';
import type { RepairEvent } from '../event.ts';
import { seqAt, type LogPosition } from './position.ts';
import { replay } from '../replay.ts';

/** A record whose effective parent changed. */
export interface ParentChange {
  readonly uuid: string;
  readonly before: ParentOf;
  readonly after: ParentOf;
}

/** Where no event in force names a parent, the one in the file counts. */
export type ParentOf = { readonly from: 'file' } | { readonly from: 'log'; readonly parent: string | null };

/** What came into force and what is no longer in force. */
export interface Change<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
}

/** What changed between two positions of one log. */
export interface LogComparison {
  readonly from: number;
  readonly to: number;
  readonly parents: readonly ParentChange[];
  /** Records that repairs insert. */
  readonly inserted: Change<InsertedRecord>;
  /** uuids. */
  readonly bypassed: Change<string>;
  /** 1-based lines. */
  readonly split: Change<number>;
  readonly quarantined: Change<LineRange>;
  /** Ids of findings. */
  readonly ignored: Change<string>;
  /** uuids; null where none was chosen. The field itself is null when both are equal. */
  readonly leaf: { readonly before: string | null; readonly after: string | null } | null;
  /** The events between, by seq. */
  readonly events: readonly RepairEvent[];
}

/**
 * @param events the whole log, by seq
 * @param a where to compare from; it may be the later position
 * @throws LogError `no-position`
 */
export function compareAt(events: readonly RepairEvent[], a: LogPosition, b: LogPosition): LogComparison {
  const [from, to] = [seqAt(events, a), seqAt(events, b)];
  const before = replay(events.slice(0, from)).repairs();
  const after = replay(events.slice(0, to)).repairs();
  const between = events.slice(Math.min(from, to), Math.max(from, to));
  return { from, to, ...compareRepairs(before, after), events: between };
}

/** What changes when one set of repairs replaces another. */
function compareRepairs(before: Repairs, after: Repairs): Omit<LogComparison, 'from' | 'to' | 'events'> {
  return {
    parents: parentChanges(before, after),
    inserted: changeOf(before.inserted, after.inserted),
    bypassed: changeOf(before.bypassed, after.bypassed),
    split: changeOf(before.split, after.split),
    quarantined: changeOf(before.quarantined, after.quarantined),
    ignored: changeOf(before.ignored, after.ignored),
    leaf: before.leaf === after.leaf ? null : { before: before.leaf, after: after.leaf },
  };
}

/** Whether nothing differs. */
export function isSameEverywhere({ parents, leaf, ...lists }: Omit<LogComparison, 'from' | 'to' | 'events'>): boolean {
  const { inserted, bypassed, split, quarantined, ignored } = lists;
  const changes = [inserted, bypassed, split, quarantined, ignored];
  return parents.length === 0 && leaf === null && changes.every(({ added, removed }) => added.length + removed.length === 0);
}

function parentChanges(before: Repairs, after: Repairs): ParentChange[] {
  const uuids = new Set([...Object.keys(before.parents), ...Object.keys(after.parents)]);
  return [...uuids].flatMap((uuid) => {
    const change = { uuid, before: parentOf(before, uuid), after: parentOf(after, uuid) };
    return before.parents[uuid] === after.parents[uuid] ? [] : [change];
  });
}

function parentOf({ parents }: Repairs, uuid: string): ParentOf {
  const parent = parents[uuid];
  return parent === undefined ? { from: 'file' } : { from: 'log', parent };
}

function changeOf<T>(before: readonly T[], after: readonly T[]): Change<T> {
  return { added: missingIn(before, after), removed: missingIn(after, before) };
}

/** The elements of `items` that are not in `others`. */
function missingIn<T>(others: readonly T[], items: readonly T[]): T[] {
  const known = new Set(others.map((item) => JSON.stringify(item)));
  return items.filter((item) => !known.has(JSON.stringify(item)));
}
