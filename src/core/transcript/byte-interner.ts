/** A text may begin with U+FEFF. */
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Gives every distinct byte string a small number. Transcripts name the same uuid, session and message many times; comparing
 * bytes costs less than making strings, and strings are made only for what is shown.
 */
export class ByteInterner {
  private arena = new Uint8Array(1 << 16);
  private arenaEnd = 0;
  private starts = new Float64Array(1 << 10);
  private ends = new Float64Array(1 << 10);
  private hashes = new Int32Array(1 << 10);
  private table = new Int32Array(1 << 12).fill(-1);
  private count = 0;
  /** Holds what is looked for: mostly a uuid. */
  private readonly asked = new Uint8Array(64);

  /** How many distinct strings there are; ids are 0 to size - 1. */
  get size(): number {
    return this.count;
  }

  /**
   * @param bytes where the string lies
   * @param start first byte, inclusive
   * @param end last byte, exclusive
   * @returns the id, the same for equal text: bytes that are no UTF-8 count as the replacement characters they are read as
   */
  intern(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashBytes(bytes, start, end);
    let slot = hash & (this.table.length - 1);
    for (let id = this.table[slot]!; id >= 0; id = this.table[slot]!) {
      if (this.hashes[id] === hash && this.equals(id, bytes, start, end)) return id;
      slot = (slot + 1) & (this.table.length - 1);
    }
    const text = isAscii(bytes, start, end) ? null : wellFormed(bytes.subarray(start, end));
    return text === null ? this.insert(slot, hash, bytes, start, end) : this.intern(text, 0, text.length);
  }

  /** Whether these bytes are the string of an id: quicker than looking for them where that is likely. */
  holds(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    return id >= 0 && this.equals(id, bytes, start, end);
  }

  /** Like `intern`, of a string's UTF-8 bytes. */
  internText(text: string): number {
    const bytes = new TextEncoder().encode(text);
    return this.intern(bytes, 0, bytes.length);
  }

  /** The id of a string, or -1 when it never occurred. */
  find(text: string): number {
    const end = asciiInto(text, this.asked);
    const bytes = end < 0 ? new TextEncoder().encode(text) : this.asked;
    const length = end < 0 ? bytes.length : end;
    const hash = hashBytes(bytes, 0, length);
    let slot = hash & (this.table.length - 1);
    for (let id = this.table[slot]!; id >= 0; id = this.table[slot]!) {
      if (this.hashes[id] === hash && this.equals(id, bytes, 0, length)) return id;
      slot = (slot + 1) & (this.table.length - 1);
    }
    return -1;
  }

  /** The string of an id; the empty string for -1. */
  text(id: number): string {
    if (id < 0) return '';
    return DECODER.decode(this.arena.subarray(this.starts[id], this.ends[id]));
  }

  private insert(slot: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const id = this.count++;
    if (id === this.starts.length) this.growIds();
    while (this.arenaEnd + end - start > this.arena.length) this.growArena();
    this.starts[id] = this.arenaEnd;
    // Names are short: a loop costs less than a view of the bytes.
    for (let i = start; i < end; i++) this.arena[this.arenaEnd++] = bytes[i]!;
    this.ends[id] = this.arenaEnd;
    this.hashes[id] = hash;
    this.table[slot] = id;
    if (this.count * 2 > this.table.length) this.growTable();
    return id;
  }

  private equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.starts[id]!;
    if (this.ends[id]! - from !== end - start) return false;
    for (let i = start, j = from; i < end; i++, j++) if (bytes[i] !== this.arena[j]) return false;
    return true;
  }

  private growArena(): void {
    const larger = new Uint8Array(this.arena.length * 2);
    larger.set(this.arena);
    this.arena = larger;
  }

  private growIds(): void {
    const length = this.starts.length * 2;
    const starts = new Float64Array(length);
    starts.set(this.starts);
    this.starts = starts;
    const ends = new Float64Array(length);
    ends.set(this.ends);
    this.ends = ends;
    const hashes = new Int32Array(length);
    hashes.set(this.hashes);
    this.hashes = hashes;
  }

  private growTable(): void {
    const table = new Int32Array(this.table.length * 2).fill(-1);
    for (let id = 0; id < this.count; id++) {
      let slot = this.hashes[id]! & (table.length - 1);
      while (table[slot]! >= 0) slot = (slot + 1) & (table.length - 1);
      table[slot] = id;
    }
    this.table = table;
  }
}

/** Writes a text into a buffer. @returns its length; -1 when it is too long, or not all ASCII */
function asciiInto(text: string, buffer: Uint8Array): number {
  if (text.length > buffer.length) return -1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) return -1;
    buffer[i] = code;
  }
  return text.length;
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i]! >= 0x80) return false;
  return true;
}

/** The bytes of the text that these bytes are read as; null when they are the same. */
function wellFormed(bytes: Uint8Array): Uint8Array | null {
  const text = new TextEncoder().encode(DECODER.decode(bytes));
  return text.length === bytes.length && text.every((byte, i) => byte === bytes[i]) ? null : text;
}

/** Four bytes a step: names are mostly uuids, and each is looked up where it stands and where it is named. */
function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    hash = mix(hash ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)));
  }
  for (; i < end; i++) hash = mix(hash ^ bytes[i]!);
  return hash;
}

/** Spreads all bits over the low ones, which the table takes. */
function mix(hash: number): number {
  const product = Math.imul(hash, 0x9e3779b1);
  return product ^ (product >>> 15);
}
