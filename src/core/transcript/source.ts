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
   * @param into bytes that nobody needs any more: the result may be a part of them
   */
  read(start: number, end: number, into?: Uint8Array): Promise<Uint8Array>;
}
