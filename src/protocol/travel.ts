import type { RecordRef } from './record-ref.ts';

/** Where in the session's log a page looks. Positions are behind an event; 0 is the file without repairs. */
export interface TravelState {
  /** The newest event. */
  readonly head: number;
  /** The position that is drawn; null: now. */
  readonly at: number | null;
  /** The position that it is compared with; null: none. */
  readonly against: number | null;
  /** What is another than there; null where nothing is compared. */
  readonly counts: ChangeCounts | null;
}

export interface ChangeCounts {
  readonly parents: number;
  readonly added: number;
  readonly removed: number;
  readonly gained: number;
  readonly lost: number;
}

/** More dots than this are not told apart on any screen; checkpoints are drawn besides. */
export const MAX_TICKS = 240;
/** Events on each side of one that is asked for. */
export const NEAR_TICKS = 50;
/** Changes that are listed of each kind. */
export const MAX_CHANGES = 100;

/** One event as the slider shows it. */
export interface LogTick {
  readonly seq: number;
  readonly kind: 'repair' | 'reverted' | 'checkpoint' | 'remark';
  /** What happened; of a checkpoint its name. */
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

/** One record that is another than at the position compared with. */
export interface ChangedRecord {
  readonly kind: ChangeKind;
  readonly record: RecordRef;
  /** Of a record with another parent: the one before, and the one that is drawn. */
  readonly before: ParentRef;
  readonly after: ParentRef;
}
