/**
 * Where a transcript's bytes come from. A port: the core never opens files itself.
 */
export interface ByteSource {
  /** What to call it in messages: an absolute path or a URI. */
  readonly name: string;
  /** Size in bytes now; a session that is being written grows. */
  size(): Promise<number>;
  /**
   * Reads the bytes from `start` up to, not including, `end`.
   * @param start offset in bytes, 0-based
   * @param end offset in bytes; past the end of the source the result is shorter
   */
  read(start: number, end: number): Promise<Uint8Array>;
}
