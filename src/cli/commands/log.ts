import type { Command } from 'commander';
import type { RepairEvent } from '../../core/log/event.ts';
import type { CommandContext } from '../command.ts';
import type { ExitStatus } from '../failure.ts';
import { logSubject } from '../log-subject.ts';
import { EMPTY_LOG, mayHaveLog, readLog, withStore, type SessionLog } from '../store-access.ts';
import type { Style } from '../terminal.ts';
import { counted, shortId, visible } from '../text.ts';

const HELP = `
The number in front of an event, or the beginning of its id, is what riff revert takes. Times are in UTC.

Exit status: 0 done · 2 wrong use, or the store could not be read.

Examples:
  riff log 794650a6
  riff log --json session.jsonl | jq '.events[] | {operator, reason}'
`;

export function addLog(program: Command, context: CommandContext): void {
  program
    .command('log')
    .summary('show who changed what in a session, when and why')
    .description('Shows the events of a session, oldest first. An event that was taken back is marked.')
    .argument('<path>', 'session file, session id, or the beginning of one')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (path: string, options: { readonly json?: true }) => context.finish(await log(context, path, options.json === true)));
}

async function log(context: CommandContext, argument: string, asJson: boolean): Promise<ExitStatus> {
  const { sessionId } = await logSubject(argument, context.cwd);
  const found = mayHaveLog() ? await withStore((store) => readLog(store, sessionId)) : EMPTY_LOG;
  const { terminal } = context;
  if (asJson) terminal.print(JSON.stringify({ riff: 1, sessionId, events: found.events, head: found.state.head }, null, 2));
  else for (const line of logLines(sessionId, found, terminal.style)) terminal.print(line);
  return 0;
}

function logLines(sessionId: string, { events, state }: SessionLog, style: Style): string[] {
  if (events.length === 0) return [`Nothing was logged for ${visible(sessionId)}.`];
  const active = state.activeEventIds();
  const rows = events.map((event) => ({ event, cells: [`${event.seq}`, when(event), visible(event.operator), what(event, events)] }));
  const widths = [0, 1, 2, 3].map((column) => rows.reduce((width, row) => Math.max(width, row.cells[column]?.length ?? 0), 0));
  const lines = rows.map(({ event, cells }) => {
    const [seq = '', ...rest] = cells.map((cell, column) =>
      column === 0 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
    const line = `${[seq, ...rest].join('  ')}  ${visible(event.reason)}`;
    if (active.has(event.event_id)) return `  ${line}`;
    return style.dim(
      `✗ ${line}  (${event.validation_passed ? `taken back${takenBackBy(event, events, active)}` : 'failed its check, not in force'})`,
    );
  });
  const inForce = state.statistics().active_repairs;
  return [style.bold(`${visible(sessionId)}: ${counted(events.length, 'event')}, ${counted(inForce, 'repair')} in force`), ...lines];
}

function when(event: RepairEvent): string {
  return `${event.timestamp.slice(0, 10)} ${event.timestamp.slice(11, 19)}`;
}

function what(event: RepairEvent, events: readonly RepairEvent[]): string {
  const subject = event.message_id === null ? '' : ` ${shortId(event.message_id)}`;
  switch (event.event_type) {
    case 'parent_repaired': {
      const parent = event.new_parent_uuid === null ? 'made a root' : `continues ${shortId(event.new_parent_uuid)}`;
      return `repaired${subject}: ${parent}`;
    }
    case 'reverted': {
      const target = events.find((other) => other.event_id === event.reverts_event_id);
      return `took back ${target === undefined ? shortId(event.reverts_event_id ?? '') : `event ${target.seq}`}`;
    }
    default:
      return `${event.event_type.replaceAll('_', ' ')}${subject}`;
  }
}

function takenBackBy(event: RepairEvent, events: readonly RepairEvent[], active: ReadonlySet<string>): string {
  const by = events.find((other) => other.reverts_event_id === event.event_id && active.has(other.event_id));
  return by === undefined ? '' : ` by event ${by.seq}`;
}
