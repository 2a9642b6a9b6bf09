/** How reading one object ended. */
export type ReadResult =
  /** The object ends at `end`; only spaces follow. */
  | 'complete'
  /** The object is whole and ends at `end`, but more follows on the line. */
  | 'trailing'
  /** Not a JSON object; it could be read up to `end`. */
  | 'broken';
