/** Pieces of bytes as one. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let pos = 0;
  for (const part of parts) {
    whole.set(part, pos);
    pos += part.length;
  }
  return whole;
}
