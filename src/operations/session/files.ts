import type { BytePatch, CopyPatch } from '../../core/patch/byte-edits.ts';
import type { CopyExpectation } from '../../core/patch/verify-copy.ts';
import type { TranscriptFingerprint } from '../../core/transcript/fingerprint.ts';

/** How files of sessions are named. All paths are absolute. */
export interface SessionPaths {
  folderOf(path: string): string;
  /** The file's name without `.jsonl`. */
  nameOf(path: string): string;
  /** The file in which clients look for a session in this folder. */
  fileIn(folder: string, sessionId: string): string;
  /** Whether a file is one of a subagent, which is part of its session. */
  isAgentFile(path: string): boolean;
}

/** What a written file is checked against: the bytes that the patch was made for, and what a resume of the result loads. */
export interface ExpectedFile {
  /** Looks at the written bytes before they get their name; rejects where they must not. @param path of the file that has them now */
  readonly check: (path: string) => Promise<void>;
  readonly transcript: TranscriptFingerprint;
  readonly result: CopyExpectation;
}

/** Files of sessions that are written. What writes rejects with CopyError; nothing is left behind then. */
export interface RepairedFiles extends SessionPaths {
  isFolder(path: string): Promise<boolean>;
  exists(path: string): Promise<boolean>;
  /** Creates a file of the session's bytes with edits. */
  writeCopy(source: string, target: string, patch: CopyPatch, expected: ExpectedFile): Promise<void>;
  /** Edits the session's own file. @returns path of the file as it was */
  patchInPlace(path: string, sessionId: string, patch: BytePatch, expected: ExpectedFile): Promise<string>;
  /** Rejects with CopyError `session-open` while somebody else works on the file. */
  refuseOpenSession(path: string, sessionId: string): Promise<void>;
}
