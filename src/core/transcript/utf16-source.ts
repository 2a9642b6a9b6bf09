import { joinBytes } from './json/join-bytes.ts';
import type { ByteSource } from './source.ts';

/** How the bytes of a file are text. */
export type Encoding = 'utf-8' | 'utf-16';

/** Bytes of the beginning that tell the encoding. */
const SHOWN = 64;
/** Bytes that are decoded together. */
const CHUNK = 256 * 1024;

/** The same source, or one that gives a file in UTF-16 as UTF-8: every reader of transcripts then knows one encoding. */
export async function inUtf8(source: ByteSource): Promise<ByteSource> {
  if (source instanceof Utf16Source) return source;
  const start = await source.read(0, SHOWN);
  const hasMark = start.length >= 4 && (start[0]! ^ start[1]!) === 0x01 && (start[0]! & start[1]!) === 0xfe;
  if (hasMark) return new Utf16Source(source, start[0] === 0xff, 2);
  const pairs = start.length >> 1;
  const zeros = [0, 1].map((odd) => start.filter((byte, i) => i >> 1 < pairs && i % 2 === odd && byte === 0).length);
  if (pairs < 4 || Math.max(...zeros) < pairs || Math.min(...zeros) > 0) return source;
  return new Utf16Source(source, zeros[1] === pairs, 0);
}

/** How the text of a source is written. */
export function encodingOf(source: ByteSource): Encoding {
  return source instanceof Utf16Source ? 'utf-16' : 'utf-8';
}

/** The source as it is on the disk, and how many bytes of it a number of bytes of its text are, up to their end. */
export async function asStored(source: ByteSource, bytes: number): Promise<{ readonly stored: ByteSource; readonly bytes: number }> {
  return source instanceof Utf16Source ? source.stored(bytes) : { stored: source, bytes };
}

/** A part that is decoded by itself. */
interface Part {
  /** In the stored file. */
  readonly start: number;
  readonly end: number;
  /** Of its text in UTF-8, and where it begins. */
  readonly length: number;
  readonly at: number;
}

class Utf16Source implements ByteSource {
  private readonly source: ByteSource;
  private readonly isLittleEndian: boolean;
  private readonly begin: number;
  private parts: Part[] = [];
  private known = 0;
  private size16 = 0;
  /** The last part that was read. */
  private last: { readonly part: Part; readonly bytes: Uint8Array } | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(source: ByteSource, isLittleEndian: boolean, begin: number) {
    this.source = source;
    this.isLittleEndian = isLittleEndian;
    this.begin = begin;
  }

  get name(): string {
    return this.source.name;
  }

  async size(): Promise<number> {
    return this.inTurn(async () => {
      await this.measure();
      return this.known;
    });
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    return this.inTurn(async () => {
      if (end > this.known) await this.measure();
      const pieces: Uint8Array[] = [];
      for (let i = this.partAt(start); i < this.parts.length && this.parts[i]!.at < end; i++) {
        const part = this.parts[i]!;
        const bytes = await this.text(part);
        pieces.push(bytes.subarray(Math.max(0, start - part.at), Math.max(0, end - part.at)));
      }
      return joinBytes(pieces).slice();
    });
  }

  async stored(bytes: number): Promise<{ readonly stored: ByteSource; readonly bytes: number }> {
    await this.size();
    return { stored: this.source, bytes: bytes >= this.known ? this.size16 : (this.parts[this.partAt(bytes)]?.start ?? this.size16) };
  }

  /** One after another: what one measures, another reads. */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  /** Measures what was added, and the last part anew. */
  private async measure(): Promise<void> {
    const size = await this.source.size();
    if (size === this.size16) return;
    const isShorter = size < this.size16;
    this.parts = isShorter ? [] : this.parts.slice(0, -1);
    this.last = null;
    let start = this.parts.at(-1)?.end ?? this.begin;
    let at = (this.parts.at(-1)?.at ?? 0) + (this.parts.at(-1)?.length ?? 0);
    while (start + 1 < size) {
      let end = Math.min(start + CHUNK, size - ((size - start) % 2));
      let bytes = await this.source.read(start, end);
      // A pair is not parted.
      if (end + 2 <= size && (bytes[this.isLittleEndian ? bytes.length - 1 : bytes.length - 2]! & 0xfc) === 0xd8) {
        end += 2;
        bytes = await this.source.read(start, end);
      }
      if (bytes.length < end - start) break;
      const { length } = this.decoded(bytes);
      this.parts.push({ start, end, length, at });
      start = end;
      at += length;
    }
    this.known = at;
    this.size16 = size;
  }

  private partAt(pos: number): number {
    let low = 0;
    let high = this.parts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const part = this.parts[middle]!;
      if (part.at + part.length <= pos) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private async text(part: Part): Promise<Uint8Array> {
    if (this.last?.part === part) return this.last.bytes;
    const bytes = this.decoded(await this.source.read(part.start, part.end));
    this.last = { part, bytes };
    return bytes;
  }

  private decoded(bytes: Uint8Array): Uint8Array {
    const units = bytes.slice();
    if (!this.isLittleEndian) {
      for (let i = 0; i + 1 < units.length; i += 2) [units[i], units[i + 1]] = [units[i + 1]!, units[i]!];
    }
    return new TextEncoder().encode(new TextDecoder('utf-16le', { ignoreBOM: true }).decode(units));
  }
}
