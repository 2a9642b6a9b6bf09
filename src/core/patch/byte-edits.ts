/** A replacement of the source's bytes [start, end). */
export interface ByteEdit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/** What a file becomes, as edits over its bytes. */
export interface BytePatch {
  /** Ordered, not overlapping. */
  readonly edits: readonly ByteEdit[];
  /** Size in bytes of the source the edits were made for; writing against another size is refused. */
  readonly sourceSize: number;
}

/** The patch that makes a copy under a session id of its own. */
export interface CopyPatch extends BytePatch {
  readonly sessionId: string;
}
