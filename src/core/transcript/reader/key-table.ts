/**
 * Finds the number of a member's name by its length and its ends, then by its bytes: most names of a record are not looked for.
 * Names are numbered from 1 in the order given; 0 is any other name.
 */
export class KeyTable {
  private readonly names: readonly Uint8Array[];
  /** Per slot: a name that belongs there; 0 for none. */
  private readonly keyAt = new Uint8Array(SLOTS);
  /** Per name: the next one of the same slot. */
  private readonly next: Uint8Array;

  /** @param names distinct and not empty, at most 255 */
  constructor(names: readonly string[]) {
    if (names.length > 255) throw new RangeError('a format names at most 255 members');
    this.names = [new Uint8Array(0), ...names.map((name) => new TextEncoder().encode(name))];
    this.next = new Uint8Array(this.names.length);
    for (let key = 1; key < this.names.length; key++) {
      const name = this.names[key]!;
      const slot = slotOf(name, 0, name.length);
      this.next[key] = this.keyAt[slot]!;
      this.keyAt[slot] = key;
    }
  }

  find(bytes: Uint8Array, start: number, end: number): number {
    if (end === start) return 0;
    let key = this.keyAt[slotOf(bytes, start, end)]!;
    while (key !== 0 && !isAt(this.names[key]!, bytes, start, end)) key = this.next[key]!;
    return key;
  }
}

const SLOTS = 256;

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  return ((end - start) * 7 + bytes[start]! * 3 + bytes[end - 1]!) & (SLOTS - 1);
}

function isAt(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false;
  return true;
}
