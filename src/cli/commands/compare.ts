import type { Command } from 'commander';
import { counted } from '../../core/count-text.ts';
import { isSameEverywhere, type Change, type LogComparison, type ParentOf } from '../../core/log/position/compare.ts';
import { comparePositions } from '../../operations/log/compare-positions.ts';
import { CONTRACT } from '../contract.ts';
import type { CommandContext } from '../command.ts';
import { logSubject } from '../log-subject.ts';
import { eventLine } from '../log-text.ts';
import { shortId, visible } from '../text.ts';

const HELP = `
A and B are the number of an event (0: the file without repairs), the name of a checkpoint, a time, or head.

Exit status: 0 done · 2 wrong use, or the store could not be read.

Examples:
  riff compare 794650a6 "before the merge" head
  riff compare 794650a6 0 2026-01-31 --json
`;

export function addCompare(program: Command, context: CommandContext): void {
  program
    .command('compare')
    .summary('say what changed between two positions of a log')
    .description('Compares the state of a session at two positions of its log: what came in force, and what went.')
    .argument('<path>', 'session file, session id, or the beginning of one')
    .argument('<a>', 'position to compare from')
    .argument('<b>', 'position to compare with')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (path: string, a: string, b: string, options: { readonly json?: true }) => {
      await compare(context, path, [a, b], options.json === true);
      context.finish(0);
    });
}

async function compare(
  { terminal, cwd, ports }: CommandContext,
  argument: string,
  [a, b]: readonly [string, string],
  asJson: boolean,
): Promise<void> {
  const { sessionId } = await logSubject(argument, cwd, ports);
  const { comparison: compared, events } = await comparePositions(ports, { sessionId, from: a, to: b });
  if (asJson) {
    terminal.print(JSON.stringify(compareJson(sessionId, compared), null, 2));
    return;
  }
  terminal.print(
    terminal.style.bold(
      `${visible(sessionId)}: from event ${compared.from} to event ${compared.to}, ${counted(compared.events.length, 'event')}`,
    ),
  );
  for (const line of changeLines(compared)) terminal.print(`  ${line}`);
  if (isSameEverywhere(compared)) terminal.print('  The state is the same.');
  if (compared.events.length > 0) terminal.print('Events between:');
  for (const event of compared.events) terminal.print(eventLine(event, events));
}

function compareJson(sessionId: string, compared: LogComparison): object {
  const { from, to, parents, inserted, bypassed, split, quarantined, ignored, leaf, events } = compared;
  const uuids = { added: inserted.added.map(({ uuid }) => uuid), removed: inserted.removed.map(({ uuid }) => uuid) };
  return {
    riff: CONTRACT,
    sessionId,
    from,
    to,
    parents,
    inserted: uuids,
    bypassed,
    split,
    quarantined,
    ignored,
    leaf,
    events: events.map(({ event_id }) => event_id),
  };
}

function changeLines({ parents, inserted, bypassed, split, quarantined, ignored, leaf }: LogComparison): string[] {
  return [
    ...parents.map(({ uuid, before, after }) => `parent of ${shortId(uuid)}: ${parentText(before)} → ${parentText(after)}`),
    ...lines(inserted, ({ uuid }) => `record ${shortId(uuid)}`, 'put in', 'no longer put in'),
    ...lines(bypassed, (uuid) => `record ${shortId(uuid)}`, 'bypassed', 'no longer bypassed'),
    ...lines(split, (line) => `line ${line}`, 'taken apart', 'no longer taken apart'),
    ...lines(
      quarantined,
      ([first, last]) => (first === last ? `line ${first}` : `lines ${first} to ${last}`),
      'left out',
      'no longer left out',
    ),
    ...lines(ignored, (id) => `finding ${visible(id)}`, 'not shown', 'shown again'),
    ...(leaf === null ? [] : [`continues from: ${leafText(leaf.before)} → ${leafText(leaf.after)}`]),
  ];
}

function lines<T>({ added, removed }: Change<T>, name: (item: T) => string, came: string, went: string): string[] {
  return [...added.map((item) => `${name(item)}: ${came}`), ...removed.map((item) => `${name(item)}: ${went}`)];
}

function parentText(parent: ParentOf): string {
  if (parent.from === 'file') return 'as in the file';
  return parent.parent === null ? 'none' : shortId(parent.parent);
}

function leafText(leaf: string | null): string {
  return leaf === null ? 'as the client chooses' : shortId(leaf);
}
