/**
 * A uuid (version 8) made of a text, the same each time: planning a repair twice plans the same repair. Four rounds of a 32-bit
 * hash; uniqueness matters within one session only.
 */
export function madeUuid(text: string): string {
  const hex = [0, 1, 2, 3].map((round) => hash(`${round} ${text}`).toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  value ^= value >>> 15;
  value = Math.imul(value, 0x2c1b3c6d);
  value ^= value >>> 12;
  value = Math.imul(value, 0x297a2d39);
  return (value ^ (value >>> 15)) >>> 0;
}
