import type { RecordRef } from './record-ref.ts';

/** The position of the session's log that a page shows. A position is the state after an event; 0 is the file without repairs. */
export interface TravelState {
  /** The newest event. */
  readonly head: number;
  /** The position that is shown; null: now. */
  readonly at: number | null;
  /** The position that it is compared with; null: none. */
  readonly against: number | null;
  /** Numbers of differences; null when nothing is compared. */
  readonly counts: ChangeCounts | null;
}

export interface ChangeCounts {
  readonly parents: number;
  readonly added: number;
  readonly removed: number;
  readonly gained: number;
  readonly lost: number;
}

/** More dots than this cannot be distinguished on any screen; checkpoints are drawn in addition. */
export const MAX_TICKS = 240;
/** Number of events on each side of a requested one. */
export const NEAR_TICKS = 50;
/** Most changes that are listed of each kind. */
export const MAX_CHANGES = 100;

/** One event on the slider. */
export interface LogTick {
  readonly seq: number;
  readonly kind: 'repair' | 'reverted' | 'checkpoint' | 'remark';
  /** What happened; for a checkpoint its name. */
  readonly title: string;
  readonly operator: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly active: boolean;
}

/** By seq. */
export interface TicksAnswer {
  /** The newest event. */
  readonly head: number;
  readonly ticks: readonly LogTick[];
}

export type ChangeKind = keyof ChangeCounts;

/** Null: no parent. */
export type ParentRef = RecordRef | 'missing' | null;

/** One record that differs from the position compared with. */
export interface ChangedRecord {
  readonly kind: ChangeKind;
  readonly record: RecordRef;
  /** For a record whose parent changed: the parent before, and the one that is shown. */
  readonly before: ParentRef;
  readonly after: ParentRef;
}
