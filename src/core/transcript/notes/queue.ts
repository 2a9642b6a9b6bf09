import type { QueueNote } from '../../formats/format.ts';

/** What a client noted of prompts that wait, and the record of the note. */
export interface PlacedQueueNote extends QueueNote {
  readonly record: number;
}

/** Notes on records that come behind others. */
export function movedQueueNotes(notes: readonly PlacedQueueNote[], by: number): PlacedQueueNote[] {
  return notes.map((note) => ({ ...note, record: note.record + by }));
}
