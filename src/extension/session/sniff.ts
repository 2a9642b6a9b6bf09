import { mayBeTranscript } from '../../core/formats/layouts.ts';
import type { ByteSource } from '../../core/transcript/source.ts';

/** Bytes looked at from either end: the first records of a session are small, a damaged start is not its end. */
const SAMPLE_BYTES = 128 * 1024;

/**
 * Whether a file may be a session, by a look at its first and last bytes. A cheap filter before the whole of it is read:
 * other `.jsonl` files must cost nothing. Rejects when it cannot be read.
 */
export async function mayBeSession(source: ByteSource): Promise<boolean> {
  const size = await source.size();
  const first = await source.read(0, Math.min(size, SAMPLE_BYTES));
  if (showsRecords(first)) return true;
  return size > SAMPLE_BYTES && showsRecords(await source.read(size - SAMPLE_BYTES, size));
}

function showsRecords(bytes: Uint8Array): boolean {
  return mayBeTranscript(new TextDecoder('latin1').decode(bytes));
}
