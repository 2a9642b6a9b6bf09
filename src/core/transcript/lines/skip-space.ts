/** Behind the spaces at `start`, line breaks excluded. */
export function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  let pos = start;
  while (pos < end && (bytes[pos] === 0x20 || bytes[pos] === 0x0d || bytes[pos] === 0x09)) pos++;
  return pos;
}
