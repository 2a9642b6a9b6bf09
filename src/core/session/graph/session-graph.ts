import type { ArrangementChoice } from '../../arrangement/arrangement.ts';
import type { FoldKind } from '../../arrangement/folds.ts';
import type { Drawing } from '../../picture/draw.ts';
import type { PictureDetail, PictureFormat } from '../../picture/picture.ts';
import type { GraphRow } from '../analysis-types.ts';

/** How many rows a graph shows, of how many. */
export interface ViewSize {
  readonly rows: number;
  readonly of: number;
}

/** Severity per stretch of rows and where things are, for the minimap. Arrays have `buckets` entries. */
export interface Overview {
  readonly buckets: number;
  readonly rows: number;
  /** How many findings of each severity a bucket has: hints, warnings and errors, three numbers a bucket. */
  readonly findings: Uint32Array;
  /** Row of the first of a bucket's worst findings; -1 for none. */
  readonly worst: Int32Array;
  /** Bit 1 compaction, bit 2 repaired, bit 4 on the resume chain, bit 8 sidechain, bit 16 found. */
  readonly marks: Uint8Array;
}

/** A fold, by the uuid of its first record. */
export interface FoldKey {
  readonly kind: FoldKind;
  readonly uuid: string;
}

/** Where a record is in a graph. */
export interface Located {
  /** Its row, or that of the fold that it is in; null where a filter hides it. */
  readonly row: number | null;
  /** Folds that must be opened for it to be seen. */
  readonly open: readonly FoldKey[];
}

/** What a look for the next row may want; `leaf` and `root` are the ends of what a resume loads, wherever one starts. */
export type RowSearch = 'finding' | 'prompt' | 'repaired' | 'boundary' | 'leaf' | 'root';

/** How far a search has come. */
export interface FindProgress {
  /** Rows that were found so far. */
  readonly found: number;
  /** Where to go on; null when all was searched. */
  readonly next: number | null;
  /** Rows of the session. */
  readonly of: number;
  /** What is wrong with the words that were typed, for the user. */
  readonly problem: string | null;
}

/** One of the rows that were found. */
export interface FoundRecord {
  readonly uuid: string;
  /** 0-based, among those found. */
  readonly place: number;
  readonly of: number;
}

/** The graphs of a session. Each page arranges one of its own, under any name that it keeps: its `view`. */
export interface SessionGraph {
  /** Decides what a graph shows. */
  arrange(view: string, choice: ArrangementChoice): Promise<ViewSize>;
  /** Forgets a graph. */
  closeView(view: string): Promise<void>;
  /** Rows [start, start + count) of what a graph shows, clipped. */
  rows(view: string, start: number, count: number): Promise<readonly GraphRow[]>;
  /** What a graph shows, in `buckets` stretches of equal length. */
  overview(view: string, buckets: number): Promise<Overview>;
  /** Where a record is in a graph; null when it is not in the session. */
  locate(view: string, uuid: string): Promise<Located | null>;
  /**
   * Looks for records in steps, so that a search can be given up: call again with `next` until it is null. What is found is marked in the
   * rows and the overview of the graph; empty words unmark.
   * @param typed words, phrases and keys, as `parseFind` reads them
   * @param from 0, or `next` of the step before
   */
  find(view: string, typed: string, from: number): Promise<FindProgress>;
  /** The next of the records that were found, starting over at the end; null when there is none. */
  nextFound(view: string, from: string | null, direction: 1 | -1): Promise<FoundRecord | null>;
  /**
   * uuid of the next record after (or before, with direction -1) `from` that is searched for and that the graph's filter lets through;
   * null when there is none. Without `from` the search starts at the beginning, or at the end.
   */
  nextRecord(view: string, from: string | null, direction: 1 | -1, search: RowSearch): Promise<string | null>;
  /** The graph in a format that other programs show. */
  drawing(detail: PictureDetail, format: PictureFormat): Promise<Drawing>;
}
