/** What is wrong with a physical line. */
export type LineProblemKind =
  /** Nothing of it could be read. */
  | 'unreadable'
  /** The last line, begun but not finished, without newline. */
  | 'torn'
  /** A cut-off record directly followed by a whole one. */
  | 'spliced'
  /** Two or more whole records on one line. */
  | 'concatenated'
  /** NUL bytes around or instead of a record. */
  | 'nul';

/** A line that a client would skip or that no reader should take as it is. */
export interface LineProblem {
  readonly kind: LineProblemKind;
  /** 1-based. */
  readonly line: number;
  /** First byte of the line. */
  readonly offset: number;
  /** Bytes of the line, newline excluded. */
  readonly length: number;
  /** Records that could be read from it all the same, as indices of the index. */
  readonly records: readonly number[];
  /** Bytes that belong to no record. */
  readonly lostBytes: number;
}
