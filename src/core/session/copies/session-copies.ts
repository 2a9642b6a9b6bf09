import type { BytePatch, CopyPatch } from '../../patch/byte-edits.ts';
import type { CopyCheck } from '../../patch/copy-losses.ts';
import type { CopyExpectation } from '../../patch/verify-copy.ts';
import type { RepairAction } from '../../graph/repairs.ts';

/** Says how a repaired file is written. `extra` are repairs besides those in force. */
export interface SessionCopies {
  /** Byte edits that write the repaired copy under a new session id. */
  patch(newSessionId: string, extra?: readonly RepairAction[]): Promise<CopyPatch>;
  /** Byte edits that repair the file itself: no session id changes, nothing is repeated at the end. */
  inPlacePatch(extra?: readonly RepairAction[]): Promise<BytePatch>;
  /**
   * What the patched file of the same arguments must be, for the check of what was written.
   * @param newSessionId of the copy; null for a repair of the file itself
   */
  expectation(newSessionId: string | null, extra?: readonly RepairAction[]): Promise<CopyExpectation>;
  /** What every loader loads of a file that was written with these repairs, compared with the session as it was. @param path of that file */
  check(path: string, extra?: readonly RepairAction[]): Promise<CopyCheck>;
}
