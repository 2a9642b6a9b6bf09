import { SIGNED_FIELDS, type RepairEvent } from '../../core/log/event.ts';
import { eventTitle } from '../../core/log/event-text.ts';
import { plain } from './plain-text.ts';

/** All that an event says, field by field, as a document to read. */
export function eventDocument(event: RepairEvent, isActive: boolean): string {
  const state = isActive ? 'in force' : event.validation_passed ? 'taken back' : 'not in force: it failed its check';
  const width = Math.max(...SIGNED_FIELDS.map((field) => field.length));
  const fields = [...SIGNED_FIELDS, 'event_digest' as const].filter((field) => field !== 'payload');
  return [
    `Event ${event.seq} of session ${plain(event.session_id)}: ${plain(eventTitle(event))} (${state})`,
    '',
    ...fields.map((field) => `${field.padEnd(width)}  ${fieldText(event[field])}`),
    '',
    'payload',
    plainLines(JSON.stringify(event.payload, null, 2)),
    '',
  ].join('\n');
}

function fieldText(value: RepairEvent[keyof RepairEvent]): string {
  if (value === null) return '–';
  if (value === '') return '–';
  return plain(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

function plainLines(text: string): string {
  return text.split('\n').map(plain).join('\n');
}
