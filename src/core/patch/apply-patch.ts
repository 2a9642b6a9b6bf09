import { joinBytes } from '../transcript/json/join-bytes.ts';
import { inUtf8 } from '../transcript/utf16-source.ts';
import type { ByteSource } from '../transcript/source.ts';
import type { BytePatch } from './byte-edits.ts';

/** Bytes. */
const COPIED_AT_ONCE = 4 * 1024 * 1024;

/**
 * Writes the patched bytes piece by piece, in few pieces however many edits there are.
 * @param write called with consecutive pieces
 */
export async function applyPatch(stored: ByteSource, patch: BytePatch, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  const { edits } = patch;
  const source = await inUtf8(stored);
  const sourceSize = source === stored ? patch.sourceSize : await source.size();
  let next = 0;
  let pos = 0;
  while (pos < sourceSize) {
    const chunk = await source.read(pos, Math.min(sourceSize, pos + COPIED_AT_ONCE));
    if (chunk.length === 0) throw new RangeError(`${source.name} ended at byte ${pos} while it was copied`);
    const end = pos + chunk.length;
    const pieces: Uint8Array[] = [];
    let kept = pos;
    for (; next < edits.length && edits[next]!.start < end; next++) {
      pieces.push(chunk.subarray(kept - pos, edits[next]!.start - pos), edits[next]!.bytes);
      kept = edits[next]!.end;
    }
    if (kept < end) pieces.push(chunk.subarray(kept - pos));
    await write(joinBytes(pieces));
    // An edit may reach beyond what was read.
    pos = Math.max(end, kept);
  }
  const rest = edits.slice(next).map((one) => one.bytes);
  if (rest.length > 0) await write(joinBytes(rest));
}
