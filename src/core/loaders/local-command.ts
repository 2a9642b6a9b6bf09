import { KIND } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';

/** What a command of the client said: sent as words of the user, and shown as no message. */
export function isLocalCommand({ columns, words }: TranscriptIndex, record: number): boolean {
  const { kind, subtype } = columns;
  return kind[record] === KIND.system && subtype[record]! >= 0 && words.text(subtype[record]!) === 'local_command';
}
