import type { TranscriptFingerprint } from '../../core/transcript/fingerprint.ts';
import { CopyError } from './copy-error.ts';
import { FileSource } from '../file-source.ts';
import { sha256Stream } from '../sha256-stream.ts';

const CHUNK = 4 * 1024 * 1024;

/**
 * Reads the whole file in pieces and refuses to continue unless it has exactly these bytes.
 * @throws CopyError `source-changed`
 */
export async function refuseOtherBytes(path: string, expected: TranscriptFingerprint): Promise<void> {
  const found = await fingerprintOf(path);
  if (found.size !== expected.size || found.sha256 !== expected.sha256) throw sourceChanged();
}

export function sourceChanged(): CopyError {
  return new CopyError(
    'source-changed',
    'The session was written to in the meantime.',
    'Close the client that has it open, then try again.',
  );
}

async function fingerprintOf(path: string): Promise<TranscriptFingerprint> {
  const source = new FileSource(path);
  const hash = sha256Stream();
  const size = await source.size();
  for (let pos = 0; pos < size; pos += CHUNK) hash.update(await source.read(pos, Math.min(size, pos + CHUNK)));
  return { size, sha256: hash.digest() };
}
