import { open, rename, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { TranscriptFingerprint } from '../../core/transcript/fingerprint.ts';
import { applyPatch } from '../../core/patch/apply-patch.ts';
import { verifyCopy, type CopyExpectation } from '../../core/patch/verify-copy.ts';
import type { CopyPatch } from '../../core/patch/byte-edits.ts';
import { CopyError } from './copy-error.ts';
import { FileSource } from '../file-source.ts';
import { flushFolder } from '../flush-folder.ts';
import { refuseOtherBytes, sourceChanged } from './source-unchanged.ts';

/**
 * Writes a repaired copy to a file beside the target that no client lists, flushes it, checks it by an independent reader, and
 * moves it into place. The source is only read; an existing target is never replaced.
 * @param sourcePath the transcript the patch was made for
 * @param targetPath file to create
 * @param expected `check`: looks at the written bytes before they get their name; fingerprint of the file that the patch was made for: a file that changed since is refused
 * @throws CopyError; nothing is left behind
 */
export async function writeCopy(
  sourcePath: string,
  targetPath: string,
  patch: CopyPatch,
  expected: {
    readonly transcript: TranscriptFingerprint;
    readonly result: CopyExpectation;
    readonly check?: (path: string) => Promise<void>;
  },
): Promise<void> {
  const source = new FileSource(sourcePath);
  const { transcript, result } = expected;
  if (transcript.size !== patch.sourceSize || (await source.size()) !== patch.sourceSize) throw sourceChanged();
  const part = join(dirname(targetPath), `.${basename(targetPath)}.${randomUUID()}.part`);
  try {
    await writePart(source, part, patch);
    // Read after copying, so that any change before or during it is noticed.
    await refuseOtherBytes(sourcePath, transcript);
    const faults = await verifyCopy(new FileSource(part), result);
    if (faults.length > 0) {
      throw new CopyError(
        'verification-failed',
        `The copy is not what was planned: ${faults[0]}`,
        'Nothing was written. Please report this with the findings of the session.',
      );
    }
    await expected.check?.(part);
    await moveToNew(part, targetPath);
    await flushFolder(dirname(targetPath));
  } finally {
    await rm(part, { force: true });
  }
}

async function writePart(source: FileSource, part: string, patch: CopyPatch): Promise<void> {
  // Readable by the user alone, like the client's own files.
  const file = await open(part, 'wx', 0o600).catch((cause: unknown) => {
    throw new CopyError('not-writable', `The folder ${dirname(part)} cannot be written to.`, 'Choose another folder for the copy.', {
      cause,
    });
  });
  try {
    await applyPatch(source, patch, async (bytes) => {
      await file.writeFile(bytes);
    });
    await file.sync();
  } finally {
    await file.close();
  }
}

async function moveToNew(part: string, target: string): Promise<void> {
  // Claims the name first, because rename alone would replace an existing file.
  const claim = await open(target, 'wx', 0o600).catch((cause: unknown) => {
    throw new CopyError('exists', `${target} exists already.`, 'Choose another name or folder for the copy.', { cause });
  });
  await claim.close();
  try {
    await rename(part, target);
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
}
