import type { ByteSource } from '../transcript/source.ts';
import type { SiblingFinder } from './siblings.ts';

/** A SHA-256 that takes bytes piece by piece; a port, because each host has its own. */
export interface Sha256Stream {
  update(bytes: Uint8Array): void;
  /** Lower-case hex. */
  digest(): string;
}

/** What an analysis needs from outside. */
export interface AnalysisPorts {
  readonly source: ByteSource;
  readonly siblings: SiblingFinder;
  /** Bytes of another file: a copy that was written. @param path as its writer names it */
  file(path: string): ByteSource;
  sha256(): Sha256Stream;
  /** Milliseconds since 1970. */
  now(): number;
}
