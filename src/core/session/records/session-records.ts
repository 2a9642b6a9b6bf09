import type { RecordDetail, RecordRow } from '../analysis-types.ts';

/** A finding of which the place is asked. */
export interface AskedPlace {
  /** 1-based. */
  readonly line: number;
  /** Of the record whose row is asked; null: that of the line. */
  readonly uuid: string | null;
  /** Whether the columns are asked: that means reading the record. */
  readonly withColumns: boolean;
}

/** Where a finding is shown. */
export interface FindingPlace {
  /** Among all rows; null when it has none. */
  readonly row: number | null;
  /** Of the value of `parentUuid` in its line, UTF-16 units; null when it is not there, or not asked. */
  readonly columns: { readonly start: number; readonly end: number } | null;
}

/** Reads the records of a session: as rows, in full, and where they are. */
export interface SessionRecords {
  /** Rows [start, start + count) of all records, clipped to the session. */
  rows(start: number, count: number): Promise<readonly RecordRow[]>;
  /** Messages [start, start + count) that a resume of a copy with the repairs in force loads, in its order, clipped. */
  loadedRows(start: number, count: number): Promise<readonly RecordRow[]>;
  /** Everything about one record; null when it is not in the session. */
  detail(uuid: string): Promise<RecordDetail | null>;
  /** A picture in a record, by its number there, as a `data:` address; null when there is none that can be shown. */
  picture(uuid: string, at: number): Promise<string | null>;
  /** Row of a record among all; null when unknown. */
  rowOf(uuid: string): Promise<number | null>;
  /** Row of the first record on a line; null when there is none. @param line 1-based */
  rowOfLine(line: number): Promise<number | null>;
  /** Where findings are shown, for all of them at once; one answer for each. */
  findingPlaces(asked: readonly AskedPlace[]): Promise<readonly FindingPlace[]>;
}
