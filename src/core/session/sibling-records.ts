import type { ByteSource } from '../transcript/source.ts';
import { readTranscript } from '../transcript/read-transcript.ts';
import { KIND } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';

/** Bytes of transcripts whose indexes are kept; the one that was used last is kept whatever its size. */
const KEPT_INDEXES = 64 * 1024 * 1024;
/** What an index counts at least: that of a small transcript is larger than the transcript. */
const LEAST_COUNTED = 64 * 1024;

/** What is remembered of one transcript. */
interface Known {
  /** In bytes; 0 where it cannot be read. */
  size: Promise<number>;
  ids: Promise<RecordIds | null> | null;
}

/**
 * What is known of the transcripts around sessions: one for a whole run, so that each file is read once, however many sessions look
 * for their lost records in it.
 */
export class SiblingRecords {
  private readonly known = new WeakMap<ByteSource, Known>();
  /** Indexes at hand, the one that was used last at the end. */
  private readonly indexes = new Map<ByteSource, TranscriptIndex>();
  /** Bytes of those. */
  private kept = 0;
  private readonly onUnreadable: (file: string, error: unknown) => void;

  /** @param onUnreadable told once of each transcript that cannot be read, by its source's name */
  constructor(onUnreadable: (file: string, error: unknown) => void = () => undefined) {
    this.onUnreadable = onUnreadable;
  }

  /** @returns bytes; 0 where it cannot be read */
  size(source: ByteSource): Promise<number> {
    return this.of(source).size;
  }

  /**
   * The records of a transcript, if one of these may be among them; rarely it is not.
   * @param uuids those that are looked for
   * @returns null also where the transcript cannot be read
   */
  async indexWithAny(source: ByteSource, uuids: Iterable<string>): Promise<TranscriptIndex | null> {
    const known = this.of(source);
    const ids = await (known.ids ??= this.index(source).then((index) => (index === null ? null : new RecordIds(index))));
    if (ids === null || !ids.mayHaveAny(uuids)) return null;
    return this.index(source);
  }

  private of(source: ByteSource): Known {
    const known = this.known.get(source) ?? { size: this.sizeOf(source), ids: null };
    this.known.set(source, known);
    return known;
  }

  private sizeOf(source: ByteSource): Promise<number> {
    return source.size().catch((error: unknown) => {
      this.onUnreadable(source.name, error);
      return 0;
    });
  }

  private async index(source: ByteSource): Promise<TranscriptIndex | null> {
    const index = this.indexes.get(source) ?? (await this.read(source));
    this.forget(source);
    if (index !== null) this.keep(source, index);
    return index;
  }

  private async read(source: ByteSource): Promise<TranscriptIndex | null> {
    if ((await this.size(source)) === 0) return null;
    return readTranscript(source).catch((error: unknown) => {
      this.onUnreadable(source.name, error);
      return null;
    });
  }

  private keep(source: ByteSource, index: TranscriptIndex): void {
    this.indexes.set(source, index);
    this.kept += countedBytes(index);
    for (const oldest of this.indexes.keys()) {
      if (this.kept <= KEPT_INDEXES || oldest === source) return;
      this.forget(oldest);
    }
  }

  private forget(source: ByteSource): void {
    const index = this.indexes.get(source);
    if (index === undefined) return;
    this.indexes.delete(source);
    this.kept -= countedBytes(index);
  }
}

function countedBytes({ bytes }: TranscriptIndex): number {
  return Math.max(bytes, LEAST_COUNTED);
}

/** Hashes of the ids of a transcript's records: four bytes each. */
class RecordIds {
  private readonly hashes: Uint32Array;

  constructor({ count, columns, names }: TranscriptIndex) {
    const hashes = new Uint32Array(count);
    let n = 0;
    for (let record = 0; record < count; record++) {
      const name = columns.uuid[record]!;
      if (name >= 0 && columns.kind[record] !== KIND.meta) hashes[n++] = hashOf(names.text(name));
    }
    this.hashes = hashes.slice(0, n).sort();
  }

  mayHaveAny(uuids: Iterable<string>): boolean {
    for (const uuid of uuids) if (this.mayHave(hashOf(uuid))) return true;
    return false;
  }

  private mayHave(hash: number): boolean {
    let low = 0;
    let high = this.hashes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.hashes[middle]! < hash) low = middle + 1;
      else high = middle;
    }
    return this.hashes[low] === hash;
  }
}

/** FNV-1a over UTF-16 code units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
