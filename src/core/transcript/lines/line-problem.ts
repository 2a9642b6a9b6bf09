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
  /** NUL bytes around, in or instead of a record. */
  | 'nul'
  /** A record that raw line breaks inside its strings spread over several lines. */
  | 'broken'
  /** Records that are JSON but stand on several lines each. */
  | 'spread'
  /** Records in whose strings stand backslashes or control characters that JSON does not allow. */
  | 'escapes';

/** What is still known of a record that cannot be read any more. */
export interface LostRecord {
  /** Mostly unknown: clients write it near the end of a record. */
  readonly uuid: string | null;
  /** Null also where it is not known. */
  readonly parent: string | null;
}

/** A line that a client would skip or that no reader should take as it is. */
export interface LineProblem {
  readonly kind: LineProblemKind;
  /** 1-based. */
  readonly line: number;
  /** The same, but for records that span several lines, and for neighbouring lines with one problem. */
  readonly lastLine: number;
  /** First byte of the line. */
  readonly offset: number;
  /** Bytes up to the end of the last line, its line end (LF or CRLF) excluded. */
  readonly length: number;
  /** Records that could be read from it all the same, as indices of the index. */
  readonly records: readonly number[];
  /** Bytes that belong to no record. */
  readonly lostBytes: number;
  /** Of the records that these bytes were, those of which something is known, in order. */
  readonly lost: readonly LostRecord[];
  /** Whether a record's text may have been another one. */
  readonly isGuess: boolean;
}
