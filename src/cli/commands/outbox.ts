import type { Command } from 'commander';
import { counted } from '../../core/count-text.ts';
import type { OutboxEntry } from '../../core/log/append/outbox.ts';
import { dropWaiting } from '../../operations/outbox/drop-waiting.ts';
import { flushWaiting } from '../../operations/outbox/flush-waiting.ts';
import { listWaiting } from '../../operations/outbox/list-waiting.ts';
import { CONTRACT } from '../contract.ts';
import type { CommandContext } from '../command.ts';
import type { ExitStatus } from '../failure.ts';
import { sayFlushed } from '../log-outcome.ts';
import { shortId, visible } from '../text.ts';

const HELP = `
Repairs that were made while the store was out of reach wait on disk, and are appended in their order when it is back: by riff
outbox flush, or with the next riff repair of their session. One that conflicts with what somebody else did meanwhile stays until
you drop it.

Exit status: 0 done · 1 repairs still wait after a flush · 2 wrong use, or the store is out of reach (nothing is lost).

Examples:
  riff outbox
  riff outbox flush
  riff outbox drop 0198c1b2
`;

export function addOutbox(program: Command, context: CommandContext): void {
  const outbox = program
    .command('outbox')
    .summary('show repairs that wait for the store, and append them')
    .description('Repairs that wait for a store that was out of reach.')
    .addHelpText('after', HELP);
  outbox
    .command('list', { isDefault: true })
    .description('Shows what waits.')
    .option('--json', 'print one JSON document')
    .action(async (options: { readonly json?: true }) => context.finish(await list(context, options.json === true)));
  outbox
    .command('flush')
    .description('Appends what waits; what conflicts stays.')
    .option('--json', 'print one JSON document')
    .action(async (options: { readonly json?: true }) => context.finish(await flush(context, options.json === true)));
  outbox
    .command('drop')
    .description('Gives up one repair. The outbox keeps a line that says so.')
    .argument('<id>', 'id of the repair, or the beginning of it')
    .action(async (id: string) => context.finish(await drop(context, id)));
}

async function list({ terminal, ports }: CommandContext, asJson: boolean): Promise<ExitStatus> {
  const entries = await listWaiting(ports, null);
  for (const [store, number] of await ports.outbox.elsewhere())
    terminal.say(`riff: ${counted(number, 'repair')} ${number === 1 ? 'waits' : 'wait'} for another store: ${visible(store)}`);
  if (asJson) terminal.print(JSON.stringify({ riff: CONTRACT, waiting: entries.map(entryJson) }, null, 2));
  else if (entries.length === 0) terminal.print('Nothing waits.');
  else for (const line of entries.flatMap(entryLines)) terminal.print(line);
  return 0;
}

async function flush({ terminal, ports }: CommandContext, asJson: boolean): Promise<ExitStatus> {
  const flushed = await flushWaiting(ports, null, (flush) => (asJson ? undefined : sayFlushed(terminal, flush)));
  const left = await listWaiting(ports, null);
  if (asJson) {
    const appended = flushed.flatMap((flush) => flush.appended.map((event) => event.event_id));
    terminal.print(JSON.stringify({ riff: CONTRACT, appended, waiting: left.map(entryJson) }, null, 2));
  } else {
    terminal.print(
      left.length === 0 ? 'Nothing waits.' : `${counted(left.length, 'repair')} still ${left.length === 1 ? 'waits' : 'wait'}.`,
    );
  }
  return left.length === 0 ? 0 : 1;
}

async function drop({ terminal, ports }: CommandContext, id: string): Promise<ExitStatus> {
  const dropped = await dropWaiting(ports, id);
  terminal.print(`Dropped ${dropped.event_id}: ${what(dropped)}.`);
  return 0;
}

function entryJson({ event_id, queued_at, draft, conflict }: OutboxEntry): object {
  return {
    event_id,
    queued_at,
    session_id: draft.session_id,
    event_type: draft.event_type,
    message_id: draft.message_id,
    reason: draft.reason,
    conflict,
  };
}

function entryLines(entry: OutboxEntry): string[] {
  const line = `${entry.event_id}  ${entry.queued_at.slice(0, 19).replace('T', ' ')}  ${shortId(entry.draft.session_id)}  ${what(entry)}  ${visible(entry.draft.reason)}`;
  const theirs = (entry.conflict ?? []).map(
    (event) => `    event ${event.seq}  ${visible(event.operator)}  ${event.event_type}  ${visible(event.reason)}`,
  );
  return entry.conflict === null ? [line] : [line, '  conflicts with', ...theirs];
}

function what({ draft }: OutboxEntry): string {
  const parent = draft.event_type === 'parent_repaired' ? `: continues ${shortId(draft.new_parent_uuid ?? 'none')}` : '';
  return `${draft.event_type.replaceAll('_', ' ')} ${shortId(draft.message_id ?? '')}${parent}`;
}
