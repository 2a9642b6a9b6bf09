import { InvalidArgumentError, type Command } from 'commander';
import { counted } from '../../core/count-text.ts';
import { StoreError, type EventStore } from '../../core/log/store.ts';
import { NOTHING_KNOWN } from '../../core/log/verify/verify.ts';
import { verifySession } from '../../core/log/verify/verify-session.ts';
import { sha256 } from '../../files/sha256.ts';
import type { CommandContext } from '../command.ts';
import type { ExitStatus } from '../failure.ts';
import { headsOfUser, mayHaveLog, withStore } from '../store-access.ts';
import { visible } from '../text.ts';

const HELP = `
What a store needs now and then: views that are stale, missing or unreadable are rebuilt from their logs, and logs are checked, a
few that are chosen by chance, or with --all each. Nothing is ever deleted: a log is archived by riff export. VS Code does the same
while nobody works; see the settings riff.upkeep.

Exit status: 0 done, all that was checked is sound · 1 a log is not what was written · 2 wrong use, or store failure.

Examples:
  riff upkeep
  riff upkeep --all --json
`;

interface Options {
  readonly sample: number;
  readonly all?: true;
  readonly json?: true;
}

/** What an upkeep found and did. */
interface Upkeep {
  readonly views: { readonly checked: number; readonly rebuilt: number };
  /** faulty: ids of sessions whose log is not what was written. */
  readonly logs: { readonly checked: number; readonly of: number; readonly faulty: readonly string[] };
}

export function addUpkeep(program: Command, context: CommandContext): void {
  program
    .command('upkeep')
    .summary('rebuild stale views and check logs')
    .description('Rebuilds views of logs that are stale, and checks logs.')
    .option('--sample <number>', 'how many logs to check, chosen by chance', wholeNumber, 5)
    .option('--all', 'check every log')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (options: Options) => context.finish(await upkeep(context, options)));
}

async function upkeep({ terminal }: CommandContext, { sample, all, json }: Options): Promise<ExitStatus> {
  const done: Upkeep = mayHaveLog()
    ? await withStore((store) => keepUp(store, all === true ? Number.MAX_SAFE_INTEGER : sample))
    : { views: { checked: 0, rebuilt: 0 }, logs: { checked: 0, of: 0, faulty: [] } };
  const { views, logs } = done;
  if (json) terminal.print(JSON.stringify({ riff: 1, ...done }, null, 2));
  else {
    terminal.print(`Views: ${views.checked} looked at, ${views.rebuilt} rebuilt.`);
    terminal.print(
      `Logs: ${logs.checked} of ${logs.of} checked, ${logs.faulty.length === 0 ? 'all sound' : counted(logs.faulty.length, 'fault')}.`,
    );
    for (const id of logs.faulty) terminal.print(`✖ ${visible(id)}: riff verify ${visible(id)} says what is wrong.`);
  }
  return logs.faulty.length === 0 ? 0 : 1;
}

/** @param size logs to check */
async function keepUp(store: EventStore, size: number): Promise<Upkeep> {
  const ids = await store.audit.sessionIds();
  let rebuilt = 0;
  for (const id of ids) {
    if (!(await needsRebuild(store, id))) continue;
    await store.rebuildView(id);
    rebuilt += 1;
  }
  const heads = headsOfUser();
  const faulty: string[] = [];
  const chosen = shuffled(ids).slice(0, size);
  for (const id of chosen) {
    const { verdict } = await verifySession(store, heads, id, NOTHING_KNOWN, false, sha256);
    if (!verdict.is_sound) faulty.push(id);
  }
  return { views: { checked: ids.length, rebuilt }, logs: { checked: chosen.length, of: ids.length, faulty: faulty.sort() } };
}

async function needsRebuild(store: EventStore, id: string): Promise<boolean> {
  try {
    const view = await store.view(id);
    return view === null || view.is_stale;
  } catch (error) {
    if (error instanceof StoreError && error.code === 'invalid_data') return true;
    throw error;
  }
}

function shuffled<T>(list: readonly T[]): T[] {
  const keyed = list.map((item) => ({ item, key: Math.random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is no whole number.');
}
