/** One line of the file, in the buffer it was read into. */
export interface PhysicalLine {
  readonly bytes: Uint8Array;
  /** First byte in the buffer. */
  readonly start: number;
  /** Behind its last byte, line end (LF or CRLF) excluded. */
  readonly end: number;
  /** Of its first byte, in the transcript. */
  readonly offset: number;
  /** 1-based. */
  readonly number: number;
  /** The transcript ends here without a newline. */
  readonly isLastUnterminated: boolean;
}
