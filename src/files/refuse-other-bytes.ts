import type { TranscriptFingerprint } from '../core/log/event.ts';
import { CopyError } from './copy-error.ts';
import { filePorts } from './file-analysis.ts';

const CHUNK = 4 * 1024 * 1024;

/**
 * Reads the whole file, piece by piece, and refuses to go on unless it has exactly these bytes.
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
  const ports = filePorts(path);
  const hash = ports.sha256();
  const size = await ports.source.size();
  for (let pos = 0; pos < size; pos += CHUNK) hash.update(await ports.source.read(pos, Math.min(size, pos + CHUNK)));
  return { size, sha256: hash.digest() };
}
