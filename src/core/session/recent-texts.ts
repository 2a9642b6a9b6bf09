import type { RecordText } from './record-text.ts';

/** Records; a few screens in a few graphs. */
const MOST = 2048;

/** What rows said that were read last: while a session is written the same ones are asked for again and again. */
export class RecentTexts {
  private readonly texts = new Map<number, RecordText>();

  get(record: number): RecordText | undefined {
    return this.texts.get(record);
  }

  set(record: number, text: RecordText): void {
    this.texts.delete(record);
    this.texts.set(record, text);
    if (this.texts.size <= MOST) return;
    const [oldest] = this.texts.keys();
    if (oldest !== undefined) this.texts.delete(oldest);
  }
}
