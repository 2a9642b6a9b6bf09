/**
 * A log for people: Markdown to read, CSV for a spreadsheet. Neither can be imported.
 */
import { checkpointName } from '../position/checkpoints.ts';
import type { RepairEvent } from '../event.ts';
import type { LogExport } from './export.ts';
import { replay } from '../replay.ts';

/** Columns of the CSV, in order. */
const COLUMNS = [
  'seq',
  'timestamp',
  'operator',
  'event_type',
  'in_force',
  'message_id',
  'old_parent_uuid',
  'new_parent_uuid',
  'reason',
  'similarity_score',
  'validation_passed',
  'reverts_event_id',
  'event_id',
  'engine_version',
  'prev_digest',
  'event_digest',
  'payload',
] as const;

/** Beginnings that make a spreadsheet read a text as a formula. */
const FORMULA = /^[\s]*[=+\-@|%]|^[\t\r]/;
/** Control characters and those that change the direction of text. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** One line for each event (RFC 4180). A cell that a spreadsheet would calculate begins with an apostrophe. */
export function exportCsv({ events }: LogExport): string {
  const state = replay(events);
  const rows = events.map((event) =>
    COLUMNS.map((column) => {
      if (column === 'in_force') return state.isActive(event.event_id) ? 'yes' : 'no';
      if (column === 'payload') return JSON.stringify(event.payload);
      const value = event[column];
      return value === null ? '' : String(value);
    }),
  );
  return [[...COLUMNS], ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A report: what the log holds, who did it, every event with its reason. */
export function exportMarkdown(exported: LogExport): string {
  const { metadata, events } = exported;
  const operators = Object.entries(metadata.operators).sort(([, a], [, b]) => b - a);
  const checkpoints = Object.entries(metadata.checkpoints);
  const state = replay(events);
  return [
    `# Repair log of session ${code(exported.session_id)}`,
    '',
    `Exported ${exported.exported_at}. Times are in UTC.`,
    '',
    `| | |`,
    '|---|---|',
    `| Events | ${metadata.total_events} |`,
    `| Repairs in force | ${metadata.active_repairs} |`,
    `| Taken back | ${metadata.reverted_events} |`,
    `| Records repaired | ${metadata.messages_repaired} |`,
    `| First event | ${metadata.first_event_timestamp ?? '–'} |`,
    `| Last event | ${metadata.last_event_timestamp ?? '–'} |`,
    `| Head | ${metadata.head.seq} ${code(metadata.head.digest)} |`,
    `| Session digest | ${code(metadata.session_digest)} |`,
    '',
    '## Who',
    '',
    '| operator | events |',
    '|---|---|',
    ...operators.map(([operator, count]) => `| ${cell(operator)} | ${count} |`),
    '',
    ...(checkpoints.length === 0 ? [] : ['## Checkpoints', '', '| name | behind event |', '|---|---|']),
    ...checkpoints.map(([name, seq]) => `| ${cell(name)} | ${seq} |`),
    ...(checkpoints.length === 0 ? [] : ['']),
    '## Events',
    '',
    '| # | when | who | what | record | parent | reason | in force |',
    '|---|---|---|---|---|---|---|---|',
    ...events.map((event) => eventRow(event, events, state.isActive(event.event_id))),
    '',
  ].join('\n');
}

function eventRow(event: RepairEvent, events: readonly RepairEvent[], isActive: boolean): string {
  const parent =
    event.new_parent_uuid === event.old_parent_uuid ? '' : `${idText(event.old_parent_uuid)} → ${idText(event.new_parent_uuid)}`;
  const cells = [
    `${event.seq}`,
    event.timestamp,
    cell(event.operator),
    whatText(event, events),
    event.message_id === null ? '' : code(event.message_id),
    parent,
    cell(event.reason),
    isActive ? 'yes' : event.validation_passed ? 'no' : 'no (failed its check)',
  ];
  return `| ${cells.join(' | ')} |`;
}

function whatText(event: RepairEvent, events: readonly RepairEvent[]): string {
  const name = checkpointName(event);
  if (name !== null) return `checkpoint ${cell(name)}`;
  const type = event.event_type.replaceAll('_', ' ');
  if (event.event_type !== 'reverted') return type;
  const target = events.find((other) => other.event_id === event.reverts_event_id);
  return target === undefined ? type : `took back event ${target.seq}`;
}

function idText(id: string | null): string {
  return id === null ? 'none' : code(id);
}

/** Text for a cell: without markup and line breaks. */
function cell(text: string): string {
  return text
    .replace(UNSAFE, ' ')
    .replace(/[\\`*_{}[\]<>()#+!|~&]/g, (mark) => (mark === '<' ? '&lt;' : mark === '&' ? '&amp;' : `\\${mark}`));
}

function code(text: string): string {
  const clean = text.replace(UNSAFE, ' ').replaceAll('`', '´').replaceAll('|', '¦');
  return clean === '' ? '–' : `\`${clean}\``;
}
