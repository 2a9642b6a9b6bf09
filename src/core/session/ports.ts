import type { ByteSource } from '../transcript/source.ts';
import type { SiblingRecords } from './sibling-records.ts';

/** A SHA-256 that takes bytes piece by piece; a port, because each host has its own. */
export interface Sha256Stream {
  update(bytes: Uint8Array): void;
  /** Lower-case hex. */
  digest(): string;
}

/** Another transcript that may hold a record of this session. */
export interface Sibling {
  readonly kind: 'agent' | 'session';
  /** Of the same session: an agent's file, or the session of one. */
  readonly isNear: boolean;
  /** Short name for messages. */
  readonly file: string;
  readonly source: ByteSource;
}

/** Finds the other transcripts; a port, because it lists folders. */
export interface SiblingFinder {
  /** Nearest first: the session's own agent files (or an agent's session), then other sessions of the project. */
  siblings(): Promise<readonly Sibling[]>;
}

/** What an analysis needs from outside. */
export interface AnalysisPorts {
  readonly source: ByteSource;
  readonly siblings: SiblingFinder;
  /** What is known of the siblings; the sessions of a run share it. */
  readonly records: SiblingRecords;
  /** Bytes of another file: a copy that was written. @param path as its writer names it */
  file(path: string): ByteSource;
  sha256(): Sha256Stream;
  /** Milliseconds since 1970. */
  now(): number;
}
