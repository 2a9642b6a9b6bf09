import type { RecordFormat } from '../../formats/format.ts';
import type { ByteInterner } from '../json/byte-interner.ts';
import { wordOf } from '../reader/words.ts';
import type { PlacedQueueNote } from './queue.ts';
import { lastPromptIn, queueNoteIn } from './record-notes.ts';

/** Collects what lines without a uuid say of prompts, in file order. */
export class ClientNotes {
  private readonly format: RecordFormat;
  private readonly queueType: number;
  private readonly pinType: number;
  private readonly queue: PlacedQueueNote[] = [];
  private lastPrompt: string | null = null;

  constructor(format: RecordFormat, words: ByteInterner) {
    this.format = format;
    this.queueType = wordOf(words, format.queueType);
    this.pinType = wordOf(words, format.pinType);
  }

  get notes(): { readonly queue: readonly PlacedQueueNote[]; readonly lastPrompt: string | null } {
    return { queue: this.queue, lastPrompt: this.lastPrompt };
  }

  /** @param type of the record; @param bytes that hold its object, from `start` to `end` */
  add(record: number, type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type === this.queueType) this.queue.push(...queueNoteIn(this.format, record, bytes.subarray(start, end)));
    else if (type === this.pinType) this.lastPrompt = lastPromptIn(this.format, bytes.subarray(start, end)) ?? this.lastPrompt;
  }
}
