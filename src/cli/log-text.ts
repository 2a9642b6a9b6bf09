import { counted } from '../core/count-text.ts';
import { checkpointName } from '../core/log/position/checkpoints.ts';
import { eventTitle } from '../core/log/event-text.ts';
import type { RepairEvent } from '../core/log/event.ts';
import type { FoldedEvent, LogState } from '../core/log/replay.ts';
import type { LogReading } from '../operations/log/read-log.ts';
import type { Style } from './terminal.ts';
import { shortId, visible } from './text.ts';

/** A log as a table: a line over all, then a line for each event. */
export function logLines(sessionId: string, { events, state }: LogReading, style: Style): string[] {
  if (events.length === 0) return [`Nothing was logged for ${visible(sessionId)}.`];
  const rows = events.map((event) => ({ event, cells: eventCells(event, events) }));
  const widths = [0, 1, 2, 3].map((column) => rows.reduce((width, row) => Math.max(width, row.cells[column]?.length ?? 0), 0));
  const takenBackBy = revertersOf(events, state);
  const lines = rows.map(({ event, cells }) => {
    const line = [...padded(cells, widths), visible(event.reason)].join('  ');
    if (state.isActive(event.event_id)) return `  ${line}`;
    const by = takenBackBy.get(event.event_id);
    const why = event.validation_passed ? `taken back${by === undefined ? '' : ` by event ${by}`}` : 'failed its check, not in force';
    return style.dim(`✗ ${line}  (${why})`);
  });
  const inForce = state.statistics().active_repairs;
  return [style.bold(`${visible(sessionId)}: ${counted(events.length, 'event')}, ${counted(inForce, 'repair')} in force`), ...lines];
}

/** One event in one line. */
export function eventLine(event: RepairEvent, events: readonly RepairEvent[]): string {
  return `  ${[...eventCells(event, events), visible(event.reason)].join('  ')}`;
}

function eventCells(event: RepairEvent, events: readonly RepairEvent[]): string[] {
  return [`${event.seq}`, timeText(event.timestamp), visible(event.operator), whatText(event, events)];
}

function padded([seq = '', ...rest]: readonly string[], widths: readonly number[]): string[] {
  return [seq.padStart(widths[0] ?? 0), ...rest.map((cell, i) => cell.padEnd(widths[i + 1] ?? 0))];
}

/** @param timestamp ISO 8601; to the second */
export function timeText(timestamp: string): string {
  return `${timestamp.slice(0, 10)} ${timestamp.slice(11, 19)}`;
}

/** What an event does, in a few words. */
export function whatText(event: RepairEvent, events: readonly RepairEvent[]): string {
  const subject = event.message_id === null ? '' : ` ${shortId(event.message_id)}`;
  const name = checkpointName(event);
  if (name !== null) return `checkpoint ${visible(name)}`;
  switch (event.event_type) {
    case 'parent_repaired': {
      const parent = event.new_parent_uuid === null ? 'made a root' : `continues ${shortId(event.new_parent_uuid)}`;
      return `repaired${subject}: ${parent}`;
    }
    case 'reverted': {
      const target = events.find((other) => other.event_id === event.reverts_event_id);
      return `took back ${target === undefined ? shortId(event.reverts_event_id ?? '') : `event ${target.seq}`}`;
    }
    case 'message_added':
    case 'message_removed':
    case 'parent_changed':
    case 'content_updated':
    case 'corruption_fixed':
      return `${event.event_type.replaceAll('_', ' ')}${subject}`;
    default:
      return `${visible(eventTitle(event))}${subject}`;
  }
}

/** The event in force that takes each event back, by its seq. */
function revertersOf(events: readonly RepairEvent[], state: LogState<FoldedEvent>): Map<string, number> {
  const found = new Map<string, number>();
  for (const { event_id, reverts_event_id, seq } of events) {
    if (reverts_event_id !== null && !found.has(reverts_event_id) && state.isActive(event_id)) found.set(reverts_event_id, seq);
  }
  return found;
}
