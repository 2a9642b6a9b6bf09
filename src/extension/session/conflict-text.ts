import { counted } from '../../core/count-text.ts';
import type { RepairEvent } from '../../core/log/event.ts';
import type { SessionRecords } from '../../core/session/records/session-records.ts';
import { recordName, shortTime } from './record-name.ts';

/**
 * What somebody else did first: who, what, when, from which parent to which.
 * @param theirs the events that won, oldest first; empty where something was taken back by nobody knows whom
 * @returns whole sentences, safe in a notification: nothing from file or log is a link
 */
export async function conflictText(records: SessionRecords, theirs: readonly RepairEvent[]): Promise<string> {
  const last = theirs.at(-1);
  if (last === undefined) return 'This was taken back already.';
  const earlier = theirs.length - 1;
  const more = earlier === 0 ? '' : ` ${counted(earlier, 'change')} came before it.`;
  const told = `${last.operator} ${await deed(records, last)} first, ${shortTime(last.timestamp)}${await parents(records, last)}.${more}`;
  return told.replaceAll('](', '] (');
}

async function deed(records: SessionRecords, { event_type: type, message_id: uuid }: RepairEvent): Promise<string> {
  const what = uuid === null ? 'this session' : await recordName(records, uuid);
  if (type === 'reverted') return `took back a repair of ${what}`;
  return `${type === 'parent_repaired' ? 'repaired' : 'changed'} ${what}`;
}

async function parents(records: SessionRecords, event: RepairEvent): Promise<string> {
  const { message_id: uuid, old_parent_uuid: from, new_parent_uuid: to } = event;
  if (uuid === null || from === to) return '';
  return `: from ${await recordName(records, from)} to ${await recordName(records, to)}`;
}
