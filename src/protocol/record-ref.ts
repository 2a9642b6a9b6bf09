import type { RowKind } from '../core/session/analysis-types.ts';

/** A reference to a record. */
export interface RecordRef {
  readonly uuid: string;
  /** Row of the graph and 1-based line; null when the record is not in the file. */
  readonly row: number | null;
  readonly line: number | null;
  readonly kind: RowKind | null;
  readonly label: string;
  /** First words, untrusted. */
  readonly text: string;
  readonly timestamp: string | null;
}
