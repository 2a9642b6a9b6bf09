import type { RecordFormat } from '../../formats/format.ts';
import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { ErrorReport } from '../transcript-index.ts';
import type { PlacedQueueNote } from './queue.ts';

/** Longer ones are no reports and nothing that a person typed; in bytes. */
const LONGEST_REPORT = 64 * 1024;

/** What a client's report of a failed request says, if anything. @param bytes of the record: JSON */
export function errorIn(format: RecordFormat, record: number, bytes: Uint8Array): ErrorReport[] {
  const report = bytes.length > LONGEST_REPORT ? null : parsed(bytes);
  const text = report === null ? null : format.errorIn(report);
  return text === null ? [] : [{ record, text }];
}

/** What a record says of prompts that wait, if anything. @param bytes of the record: JSON */
export function queueNoteIn(format: RecordFormat, record: number, bytes: Uint8Array): PlacedQueueNote[] {
  const value = bytes.length > LONGEST_REPORT ? null : parsed(bytes);
  const note = value === null ? null : format.queueNote(value);
  return note === null ? [] : [{ ...note, record }];
}

/** The person's last words, if a record repeats them. @param bytes of the record: JSON */
export function lastPromptIn(format: RecordFormat, bytes: Uint8Array): string | null {
  const value = bytes.length > LONGEST_REPORT ? null : parsed(bytes);
  return value === null ? null : format.lastPromptIn(value);
}

function parsed(bytes: Uint8Array): JsonObject | null {
  const value = JSON.parse(new TextDecoder().decode(bytes)) as JsonValue;
  return isObject(value) ? value : null;
}
