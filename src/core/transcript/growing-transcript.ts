import { canGrow, withAppended } from './appended.ts';
import { readTranscript } from './read-transcript.ts';
import { grown, joined } from './join-columns.ts';
import type { ByteSource } from './source.ts';
import type { TranscriptIndex } from './transcript-index.ts';

/** More than this at once is read like a new file. */
const MOST_APPENDED = 8 * 1024 * 1024;
/** Pieces of the file that must be as they were, spread over it: what is put in or taken out anywhere moves all behind it. */
const SAMPLES = 48;
const SAMPLE_BYTES = 4096;
const NEWLINE = 0x0a;

interface Sample {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** What was read up to the end of a line, and pieces of it. */
interface Known {
  readonly index: TranscriptIndex;
  readonly samples: readonly Sample[];
}

/**
 * A transcript that is read again and again while it is being written: of one that has only grown, only what was appended is read.
 * One that was rewritten with the same length, or in place between two readings and outside of all samples, and that grew at the same
 * time, is taken for grown until it is opened anew.
 */
export class GrowingTranscript {
  readonly #source: ByteSource;
  #known: Known | null = null;
  /** Indices since the last whole reading that end with a sound line: each holds all of the one before it. */
  #grown = new WeakSet<TranscriptIndex>();

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** The index of the file as it is now. Rejects when it cannot be read. */
  async read(): Promise<TranscriptIndex> {
    return (await this.#readAppended()) ?? this.#readWhole();
  }

  /** Whether the later index is the earlier one and what was appended since, all of it sound lines. */
  hasGrown(earlier: TranscriptIndex, later: TranscriptIndex): boolean {
    return this.#grown.has(earlier) && this.#grown.has(later) && earlier.bytes < later.bytes;
  }

  async #readWhole(): Promise<TranscriptIndex> {
    // Before the reading: a file that changes meanwhile no longer fits its samples.
    const size = await this.#source.size();
    const samples = await this.#sample(size);
    const index = await readTranscript(this.#source);
    this.#known = index.bytes === size && canGrow(index) ? { index, samples } : null;
    this.#grown = new WeakSet(this.#known === null ? [] : [index]);
    return index;
  }

  /** Null when the file must be read from its beginning. */
  async #readAppended(): Promise<TranscriptIndex | null> {
    const known = this.#known;
    if (known === null) return null;
    const size = await this.#source.size();
    const { index } = known;
    if (size <= index.bytes || size - index.bytes > MOST_APPENDED) return null;
    if (!(await this.#holds(known.samples))) return null;
    const bytes = await this.#source.read(index.bytes, size);
    if (bytes.length !== size - index.bytes) return null;
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    const whole = end === 0 ? index : withAppended(index, bytes.subarray(0, end), grown);
    if (!canGrow(whole)) this.#known = null;
    else if (end > 0) {
      this.#known = follows(known, whole, bytes.subarray(0, end));
      this.#grown.add(whole);
    }
    // A line that is still being written is taken for torn, and read again when it has ended.
    return end === bytes.length ? whole : withAppended(whole, bytes.subarray(end), joined);
  }

  async #sample(size: number): Promise<Sample[]> {
    const last = Math.max(0, size - SAMPLE_BYTES);
    const starts = new Set(Array.from({ length: SAMPLES }, (_, i) => Math.floor((last * i) / (SAMPLES - 1))));
    const samples: Sample[] = [];
    for (const start of starts) samples.push({ start, bytes: await this.#source.read(start, Math.min(size, start + SAMPLE_BYTES)) });
    return samples;
  }

  async #holds(samples: readonly Sample[]): Promise<boolean> {
    const same = samples.map(async ({ start, bytes }) => isSame(bytes, await this.#source.read(start, start + bytes.length)));
    return !(await Promise.all(same)).includes(false);
  }
}

/** The samples of the first reading stay, and the ends of what was appended last. */
function follows({ index, samples }: Known, whole: TranscriptIndex, appended: Uint8Array): Known {
  const from = Math.max(0, appended.length - SAMPLE_BYTES);
  const end = { start: index.bytes + from, bytes: appended.slice(from) };
  return { index: whole, samples: [...samples.slice(0, SAMPLES), ...samples.slice(SAMPLES).slice(-SAMPLES), end] };
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}
