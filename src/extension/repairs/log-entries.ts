import { checkpointName } from '../../core/log/position/checkpoints.ts';
import { eventTitle } from '../../core/log/event-text.ts';
import { changesView, OBSERVED_EVENT_TYPES, type RepairEvent } from '../../core/log/event.ts';
import { shortTime } from '../session/record-name.ts';
import { plain } from './plain-text.ts';

/** One position of a log as a list shows it. */
export interface LogEntry {
  /** The position: behind this event; 0 is the file without repairs. */
  readonly seq: number;
  /** Null for the position before all events. */
  readonly event: RepairEvent | null;
  /** What happened. */
  readonly label: string;
  /** Number, who, when, and whether it was taken back. */
  readonly description: string;
  /** Name of a codicon. */
  readonly icon: string;
  readonly isActive: boolean;
  /** What can be done with it: words for the menus. */
  readonly traits: readonly string[];
}

const OBSERVED: ReadonlySet<string> = new Set(OBSERVED_EVENT_TYPES);

/** All positions of a log, newest first, down to the file without repairs; none for an empty log. */
export function logEntries(events: readonly RepairEvent[], active: ReadonlySet<string>): LogEntry[] {
  if (events.length === 0) return [];
  const takenBackBy = new Map<string, number>();
  const seqOf = new Map<string, number>();
  for (const event of events) {
    seqOf.set(event.event_id, event.seq);
    if (event.reverts_event_id !== null && active.has(event.event_id)) takenBackBy.set(event.reverts_event_id, event.seq);
  }
  const entries = events.map((event) => entryOf(event, active.has(event.event_id), takenBackBy.get(event.event_id), seqOf));
  return [...entries.reverse(), ORIGIN];
}

const ORIGIN: LogEntry = {
  seq: 0,
  event: null,
  label: 'The file as it is',
  description: 'before all repairs',
  icon: 'file',
  isActive: true,
  traits: ['position'],
};

function entryOf(event: RepairEvent, isActive: boolean, takenBackBy: number | undefined, seqOf: ReadonlyMap<string, number>): LogEntry {
  const state = isActive
    ? []
    : [event.validation_passed ? `taken back${takenBackBy === undefined ? '' : ` by #${takenBackBy}`}` : 'failed its check'];
  return {
    seq: event.seq,
    event,
    label: entryLabel(event, seqOf),
    description: [`#${event.seq}`, plain(event.operator), shortTime(event.timestamp), ...state].join(' · '),
    icon: isActive ? iconOf(event) : 'circle-slash',
    isActive,
    traits: traitsOf(event, isActive),
  };
}

/** What an event did, with the line it was about. */
export function entryLabel(event: RepairEvent, seqOf: ReadonlyMap<string, number>): string {
  const name = checkpointName(event);
  if (name !== null) return plain(name);
  if (event.event_type === 'reverted') {
    const target = seqOf.get(event.reverts_event_id ?? '');
    return target === undefined ? 'Taken back' : `Event ${target} taken back`;
  }
  const title = plain(eventTitle(event));
  const { line } = event.payload;
  return typeof line === 'number' && event.event_type === 'parent_repaired' ? `${title}, line ${line}` : title;
}

function iconOf(event: RepairEvent): string {
  if (checkpointName(event) !== null) return 'bookmark';
  if (OBSERVED.has(event.event_type)) return 'sync';
  switch (event.event_type) {
    case 'reverted':
      return 'discard';
    case 'note':
      return 'note';
    case 'finding_ignored':
      return 'eye-closed';
    default:
      return 'git-commit';
  }
}

function traitsOf(event: RepairEvent, isActive: boolean): string[] {
  return [
    'position',
    'event',
    ...(isActive && !OBSERVED.has(event.event_type) ? ['revertible'] : []),
    ...(isActive && changesView(event.event_type) ? ['repair'] : []),
    ...(checkpointName(event) === null ? [] : ['checkpoint']),
    ...(event.message_id === null ? [] : ['message']),
  ];
}
