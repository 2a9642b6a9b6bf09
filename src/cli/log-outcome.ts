import { counted } from '../core/count-text.ts';
import type { FlushReport } from '../core/log/append/outbox.ts';
import type { Appended, WritableLog } from '../operations/log-access/writable-log.ts';
import { CliFailure } from './failure.ts';
import type { CliPorts } from './ports.ts';
import type { Terminal } from './terminal.ts';
import { shortId, visible } from './text.ts';

/** Ends a command whose events were not all written. @throws StoreError; CliFailure that says who was first with what */
export function refuseUnwritten({ logged, stopped }: Appended): void {
  if (stopped === null) return;
  if (stopped.kind === 'failed') throw stopped.error;
  const theirs = stopped.theirs.map(
    (event) =>
      `  ${event.seq}  ${visible(event.operator)}  ${event.event_type} ${shortId(event.message_id ?? '')}  ${visible(event.reason)}`,
  );
  const kept = logged.length === 0 ? 'Nothing was logged.' : `${counted(logged.length, 'event')} had been logged and stay.`;
  throw new CliFailure(
    [`Somebody else changed this session's log meanwhile. ${kept}`, ...theirs].join('\n'),
    'Look at it with riff log, then run the command again.',
  );
}

/** Says what became of repairs that waited. */
export function sayFlushed(terminal: Terminal, { appended, conflicts }: FlushReport): void {
  if (appended.length > 0)
    terminal.say(`${counted(appended.length, 'repair')} that had waited ${appended.length === 1 ? 'is' : 'are'} in the log now.`);
  for (const { event_id: id, draft, conflict } of conflicts) {
    terminal.say(`A repair of ${shortId(draft.message_id ?? '')} still waits (${id}): somebody else was there first.`);
    for (const event of conflict ?? [])
      terminal.say(`  ${event.seq}  ${visible(event.operator)}  ${event.event_type}  ${visible(event.reason)}`);
  }
}

/** Says that repairs wait, where the store is out of reach. */
export async function sayWaiting(
  terminal: Terminal,
  ports: CliPorts,
  { sessionId, outOfReach }: Pick<WritableLog, 'sessionId' | 'outOfReach'>,
): Promise<void> {
  if (outOfReach === null) return;
  terminal.say(`riff: ${outOfReach.message}`);
  const all = (await ports.outbox.waiting(sessionId)).length;
  terminal.say(
    all === 0
      ? 'Nothing waits for the log. What is in the log already is not counted.'
      : `${counted(all, 'repair')} of this session ${all === 1 ? 'waits' : 'wait'} on disk for the log; riff outbox shows them, and riff outbox flush, or the next riff repair, appends them.`,
  );
}
