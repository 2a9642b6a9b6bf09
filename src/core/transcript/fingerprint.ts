/** Identifies the exact bytes of a transcript. */
export interface TranscriptFingerprint {
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of all bytes, lower-case hex. */
  readonly sha256: string;
}
