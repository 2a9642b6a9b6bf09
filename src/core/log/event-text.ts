import { actionOf } from './action-payload.ts';
import type { RepairEvent } from './event.ts';
import type { JsonObject } from '../json.ts';

/** What an event did, as a headline, without the parents, which its columns name. File names in it are untrusted. */
export function eventTitle({ event_type, payload }: Pick<RepairEvent, 'event_type' | 'payload'>): string {
  const action = actionOf({ event_type, payload });
  switch (event_type) {
    case 'parent_repaired':
      return 'Parent repaired';
    case 'message_restored':
      return action?.kind === 'restore' ? `Lost record put back from ${action.file}, line ${action.line}` : 'Lost record put back';
    case 'tool_result_synthesised':
      return 'Lost result of the call put in, saying that it was lost';
    case 'record_bypassed':
      return 'Record left out';
    case 'line_split':
      return action?.kind === 'split' ? `Line ${action.line} split into its records` : 'Line split into its records';
    case 'line_quarantined':
      return action?.kind === 'quarantine' ? `${linesText(action.lines)} left out` : 'Line left out';
    case 'leaf_chosen':
      return 'Branch chosen to continue from';
    case 'finding_ignored':
      return `Finding ${text(payload, 'finding') ?? ''} ignored`.replace('  ', ' ');
    case 'note':
      return noteTitle(payload);
    case 'reverted':
      return 'Repair taken back';
    default:
      return 'Seen by a sync';
  }
}

function noteTitle(payload: JsonObject): string {
  const checkpoint = text(payload, 'checkpoint');
  if (checkpoint !== null) return `Checkpoint ${checkpoint}`;
  return payload['split_into'] === undefined ? 'Note' : 'Split into two sessions';
}

function linesText(lines: readonly (readonly [number, number])[]): string {
  const [range] = lines;
  if (range === undefined) return 'No line';
  if (lines.length > 1) return `${lines.reduce((sum, [first, last]) => sum + last - first + 1, 0)} lines from line ${range[0]} on`;
  return range[0] === range[1] ? `Line ${range[0]}` : `Lines ${range[0]} to ${range[1]}`;
}

function text(payload: JsonObject, key: string): string | null {
  const value = payload[key];
  return typeof value === 'string' ? value : null;
}

/** The events about a record: those that name it, those that repaired its finding by changing another record, and the reverts of these. */
export function eventsAbout(events: readonly RepairEvent[], uuid: string): RepairEvent[] {
  const about = new Set<string>();
  return events.filter((event) => {
    const isAbout =
      event.message_id === uuid ||
      event.payload['about'] === uuid ||
      (event.reverts_event_id !== null && about.has(event.reverts_event_id));
    if (isAbout) about.add(event.event_id);
    return isAbout;
  });
}
