import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { applyPatch } from '../../core/patch/apply-patch.ts';
import type { BytePatch } from '../../core/patch/byte-edits.ts';
import { verifyCopy, type CopyExpectation } from '../../core/patch/verify-copy.ts';
import type { TranscriptFingerprint } from '../../core/transcript/fingerprint.ts';
import { clientThatHasOpen } from '../client-directory.ts';
import { CopyError } from './copy-error.ts';
import { FileSource } from '../file-source.ts';
import { flushFolder } from '../flush-folder.ts';
import { refuseOtherBytes } from './source-unchanged.ts';

/** A session counts as in use when its file was written to within this time. Milliseconds. */
const QUIET = 2_000;

/**
 * Refuses to continue while the file is in use: a client has the session open, or the file is being written to.
 * @throws CopyError `session-open`
 */
export async function refuseOpenSession(path: string, sessionId: string): Promise<void> {
  const pid = await clientThatHasOpen(path, sessionId);
  if (pid !== null) {
    throw new CopyError(
      'session-open',
      `A client has this session open (process ${pid}).`,
      'Leave the session there, then try again. A repaired copy can be written meanwhile.',
    );
  }
  const before = await stat(path);
  const wait = QUIET - (Date.now() - before.mtimeMs);
  if (wait > 0) await delay(Math.min(wait, QUIET));
  const after = await stat(path);
  if (after.mtimeMs === before.mtimeMs && after.size === before.size) return;
  throw new CopyError('session-open', 'The file is being written to.', 'Close the client that has the session open, then try again.');
}

/**
 * Repairs a session's file in place. The repaired bytes are written to a file beside it and checked by an independent reader; the
 * original is kept as a backup that no client lists; then the new file replaces it in one step.
 * @param expected `check`: looks at the written bytes before they get their name; fingerprint of the file that the patch was made for
 * @returns path of the backup
 * @throws CopyError; the file is then unchanged
 */
export async function patchInPlace(
  path: string,
  sessionId: string,
  patch: BytePatch,
  expected: {
    readonly transcript: TranscriptFingerprint;
    readonly result: CopyExpectation;
    readonly check?: (path: string) => Promise<void>;
  },
): Promise<string> {
  const target = await realpath(path);
  const { mode } = await stat(target);
  const part = join(dirname(target), `.${basename(target)}.${randomUUID()}.part`);
  try {
    await writePart(target, part, patch, mode);
    await refuseFaults(part, expected.result, 'Nothing was changed. Please report this with the findings of the session.');
    await expected.check?.(part);
    await refuseOpenSession(target, sessionId);
    const backup = await keepBackup(target);
    await exchange(part, target, backup, expected.transcript);
    await flushFolder(dirname(target));
    await refuseFaults(target, expected.result, `The file as it was is ${backup}.`);
    return backup;
  } finally {
    await rm(part, { force: true });
  }
}

async function writePart(target: string, part: string, patch: BytePatch, mode: number): Promise<void> {
  const file = await open(part, 'wx', mode & 0o777).catch((cause: unknown) => {
    throw new CopyError(
      'not-writable',
      `The folder ${dirname(target)} cannot be written to.`,
      'Write a repaired copy to another folder instead.',
      { cause },
    );
  });
  try {
    await applyPatch(new FileSource(target), patch, async (bytes) => {
      await file.writeFile(bytes);
    });
    await file.chmod(mode & 0o777);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function refuseFaults(path: string, expected: CopyExpectation, remedy: string): Promise<void> {
  const [fault] = await verifyCopy(new FileSource(path), expected);
  if (fault !== undefined) throw new CopyError('verification-failed', `The repaired file is not what was planned: ${fault}`, remedy);
}

/** The name must not end in `.jsonl`, or clients would list the backup as a session. */
async function keepBackup(target: string): Promise<string> {
  const backup = `${target}.${new Date().toISOString().replaceAll(/[:.]/g, '-')}.riff-backup`;
  await copyFile(target, backup, constants.COPYFILE_EXCL);
  const file = await open(backup, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  return backup;
}

async function exchange(part: string, target: string, backup: string, expected: TranscriptFingerprint): Promise<void> {
  try {
    await refuseOtherBytes(backup, expected);
    await refuseOtherBytes(target, expected);
    await rename(part, target);
  } catch (error) {
    // The file was not replaced, so no backup is needed.
    await rm(backup, { force: true });
    throw error;
  }
}
