const SPACE = 0x20;

/**
 * A number made of all bytes of a content: two contents of one length that differ have the same number once in four billion pairs.
 * Four bytes at a time, since every message of a transcript is read.
 */
export function contentPrint(view: DataView, start: number, end: number): number {
  let at = start;
  while (at < end && view.getUint8(at) === SPACE) at++;
  let print = 0x811c9dc5 ^ (end - at);
  for (; at + 4 <= end; at += 4) {
    print = Math.imul(print ^ view.getInt32(at, true), 0x01000193);
    print ^= print >>> 15;
  }
  for (; at < end; at++) print = Math.imul(print ^ view.getUint8(at), 0x01000193);
  return print ^ (print >>> 13);
}
