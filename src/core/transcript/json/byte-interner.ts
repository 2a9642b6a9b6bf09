const ENCODER = new TextEncoder();
/** A text may begin with U+FEFF. */
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** Room for so many strings to begin with: what was appended to a session is mostly one line, which names a few. */
const FIRST_IDS = 1 << 6;

/**
 * Gives every distinct byte string a small number. Transcripts name the same uuid, session and message many times; comparing
 * bytes costs less than making strings, and strings are made only for what is shown.
 */
export class ByteInterner {
  /** All strings, each from a multiple of four bytes on, so that they are compared by words. */
  private arena = viewOf(new Uint8Array(1 << 12));
  private arenaEnd = 0;
  private starts = new Float64Array(FIRST_IDS);
  private lengths = new Uint32Array(FIRST_IDS);
  private hashes = new Int32Array(FIRST_IDS);
  private table = new Int32Array(FIRST_IDS * 4).fill(-1);
  private count = 0;
  /** Holds what is looked for: mostly a uuid. */
  private readonly asked = new Uint8Array(64);
  private readonly askedView = viewOf(this.asked);

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
  intern(bytes: DataView, start: number, end: number): number {
    const hash = hashBytes(bytes, start, end);
    const slot = this.slotOf(hash, bytes, start, end);
    const known = this.table[slot]!;
    if (known >= 0) return known;
    const text = isAscii(bytes, start, end) ? null : otherText(bytes, start, end);
    return text === null ? this.insert(slot, hash, bytes, start, end) : this.internText(text);
  }

  /** Whether these bytes are the string of an id: quicker than looking for them where that is likely. */
  holds(id: number, bytes: DataView, start: number, end: number): boolean {
    return id >= 0 && this.equals(id, bytes, start, end);
  }

  /** Like `intern`, of a string's UTF-8 bytes. */
  internText(text: string): number {
    const bytes = ENCODER.encode(text);
    return this.intern(viewOf(bytes), 0, bytes.length);
  }

  /** The id of a string, or -1 when it never occurred. */
  find(text: string): number {
    const end = asciiInto(text, this.asked);
    const bytes = end < 0 ? viewOf(ENCODER.encode(text)) : this.askedView;
    const length = end < 0 ? bytes.byteLength : end;
    return this.table[this.slotOf(hashBytes(bytes, 0, length), bytes, 0, length)]!;
  }

  /** The string of an id; the empty string for -1. */
  text(id: number): string {
    if (id < 0) return '';
    return DECODER.decode(new Uint8Array(this.arena.buffer, this.starts[id], this.lengths[id]));
  }

  /** Where the table holds a string's id, or has room for it. */
  private slotOf(hash: number, bytes: DataView, start: number, end: number): number {
    const { table, hashes } = this;
    const last = table.length - 1;
    let slot = hash & last;
    for (let id = table[slot]!; id >= 0; id = table[slot]!) {
      if (hashes[id] === hash && this.equals(id, bytes, start, end)) return slot;
      slot = (slot + 1) & last;
    }
    return slot;
  }

  private insert(slot: number, hash: number, bytes: DataView, start: number, end: number): number {
    const id = this.count++;
    if (id === this.starts.length) this.growIds();
    const from = this.arenaEnd;
    this.arenaEnd += (end - start + 3) & ~3;
    while (this.arenaEnd > this.arena.byteLength) this.growArena();
    const { arena } = this;
    for (let i = start, to = from; i < end; i += 4, to += 4) arena.setInt32(to, wordAt(bytes, i, end), true);
    this.starts[id] = from;
    this.lengths[id] = end - start;
    this.hashes[id] = hash;
    this.table[slot] = id;
    if (this.count * 2 > this.table.length) this.growTable();
    return id;
  }

  private equals(id: number, bytes: DataView, start: number, end: number): boolean {
    if (this.lengths[id] !== end - start) return false;
    const { arena } = this;
    for (let i = start, at = this.starts[id]!; i < end; i += 4, at += 4) {
      if (wordAt(bytes, i, end) !== arena.getInt32(at, true)) return false;
    }
    return true;
  }

  private growArena(): void {
    const larger = new Uint8Array(this.arena.byteLength * 2);
    larger.set(new Uint8Array(this.arena.buffer));
    this.arena = viewOf(larger);
  }

  private growIds(): void {
    const length = this.starts.length * 2;
    const starts = new Float64Array(length);
    starts.set(this.starts);
    this.starts = starts;
    const lengths = new Uint32Array(length);
    lengths.set(this.lengths);
    this.lengths = lengths;
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

/** A view of the same bytes, which reads four of them at once. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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

function isAscii(bytes: DataView, start: number, end: number): boolean {
  let all = 0;
  for (let i = start; i < end; i += 4) all |= wordAt(bytes, i, end);
  return (all & 0x80808080) === 0;
}

/** The text that these bytes are read as, where its bytes are others; null where they are the same. */
function otherText(bytes: DataView, start: number, end: number): string | null {
  const raw = new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
  const text = DECODER.decode(raw);
  const encoded = ENCODER.encode(text);
  return encoded.length === raw.length && encoded.every((byte, i) => byte === raw[i]) ? null : text;
}

/** Names are mostly uuids, and each is looked up where it stands and where it is named. */
function hashBytes(bytes: DataView, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i += 4) hash = mix(hash ^ wordAt(bytes, i, end));
  return hash;
}

/** Four bytes of a string, the first one lowest; zeros behind its end. */
function wordAt(bytes: DataView, at: number, end: number): number {
  if (at + 4 <= end) return bytes.getInt32(at, true);
  let word = 0;
  for (let i = end - 1; i >= at; i--) word = (word << 8) | bytes.getUint8(i);
  return word;
}

/** Spreads all bits over the low ones, which the table takes. */
function mix(hash: number): number {
  const product = Math.imul(hash, 0x9e3779b1);
  return product ^ (product >>> 15);
}
