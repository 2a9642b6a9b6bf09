import type { Format } from '../formats/format.ts';
import { formatOf } from '../formats/formats.ts';
import { IndexBuilder } from './index-builder.ts';
import { joinBytes } from './json/join-bytes.ts';
import type { ByteSource } from './source.ts';
import { encodingOf, type Encoding } from './utf16-source.ts';
import type { TranscriptIndex } from './transcript-index.ts';

const CHUNK = 4 * 1024 * 1024;
const NEWLINE = 0x0a;
const BOM_LENGTH = 3;
/** Bytes of the beginning that are looked at for the format. */
const SHOWN = 64 * 1024;

/**
 * Reads a transcript once, in chunks, and indexes its records. Memory stays at a chunk plus the longest line plus the index.
 * @param source the bytes; what is appended while reading is left for the next reading
 * @param format how the records are written; by default the one that the beginning of the file shows
 */
export async function readTranscript(source: ByteSource, format?: Format): Promise<TranscriptIndex> {
  const size = await source.size();
  let lines: LineFeeder | null = null;
  let read = 0;
  let next = source.read(0, Math.min(size, CHUNK));
  /** A chunk that was cut up: the one after the next is read into it, since memory that is left costs more time than reading. */
  let spare: Uint8Array | undefined;
  while (read < size) {
    let chunk = await next;
    if (chunk.length === 0) break;
    const isFirst = read === 0;
    read += chunk.length;
    // A byte order mark may come in pieces.
    while (isFirst && read < Math.min(size, BOM_LENGTH)) {
      const more = await source.read(read, size);
      if (more.length === 0) break;
      read += more.length;
      chunk = joinBytes([chunk, more]);
    }
    // The next chunk comes from the disk while this one is cut into records.
    next = read < size ? source.read(read, Math.min(size, read + CHUNK), spare) : Promise.resolve(new Uint8Array(0));
    next.catch(() => undefined);
    lines ??= new LineFeeder(new IndexBuilder(format ?? formatShownBy(chunk)));
    lines.push(chunk);
    spare = lines.holdsLines ? undefined : chunk;
  }
  lines ??= new LineFeeder(new IndexBuilder(format ?? formatShownBy(new Uint8Array(0))));
  return lines.finish(read, encodingOf(source));
}

function formatShownBy(chunk: Uint8Array): Format {
  return formatOf(new TextDecoder('latin1').decode(chunk.subarray(0, SHOWN)));
}

/** Cuts chunks into lines; a line that spans chunks is put together once. */
class LineFeeder {
  private readonly builder: IndexBuilder;
  /** Chunks that hold the start of a line not yet ended. */
  private pending: Uint8Array[] = [];
  private pendingLength = 0;
  /** Offset in the transcript of the first byte not yet given to the builder. */
  private offset = 0;
  private hasBom = false;
  private lastByte = NEWLINE;
  private started = false;

  constructor(builder: IndexBuilder) {
    this.builder = builder;
  }

  /** Whether the buffers of lines that were taken are still needed. */
  get holdsLines(): boolean {
    return this.builder.holdsLines;
  }

  push(chunk: Uint8Array): void {
    let pos = this.skipBom(chunk);
    this.lastByte = chunk[chunk.length - 1]!;
    if (this.pendingLength > 0) {
      const newline = chunk.indexOf(NEWLINE);
      if (newline < 0) {
        this.keep(chunk);
        return;
      }
      this.keep(chunk.subarray(0, newline));
      this.flush(false);
      this.offset += 1;
      pos = newline + 1;
    }
    for (let newline = chunk.indexOf(NEWLINE, pos); newline >= 0; newline = chunk.indexOf(NEWLINE, pos)) {
      this.builder.addLine(chunk, pos, newline, this.offset, false);
      this.offset += newline + 1 - pos;
      pos = newline + 1;
    }
    if (pos < chunk.length) this.keep(chunk.subarray(pos));
  }

  finish(bytes: number, encoding: Encoding): TranscriptIndex {
    if (this.pendingLength > 0) this.flush(true);
    return this.builder.finish(bytes, this.hasBom, this.lastByte === NEWLINE, encoding);
  }

  private keep(part: Uint8Array): void {
    this.pending.push(part.slice());
    this.pendingLength += part.length;
  }

  private flush(isLastUnterminated: boolean): void {
    const line = joinBytes(this.pending);
    this.builder.addLine(line, 0, line.length, this.offset, isLastUnterminated);
    this.offset += line.length;
    this.pending = [];
    this.pendingLength = 0;
  }

  private skipBom(chunk: Uint8Array): number {
    if (this.started) return 0;
    this.started = true;
    this.hasBom = chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
    if (!this.hasBom) return 0;
    this.offset = BOM_LENGTH;
    this.builder.noteByteOrderMark();
    return BOM_LENGTH;
  }
}
