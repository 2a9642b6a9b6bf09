import type { Command } from 'commander';
import type { RepairEvent } from '../../core/log/event.ts';
import { readPosition, seqAt } from '../../core/log/position.ts';
import { revertDrafts, revertPlan, type RevertConflict, type RevertPlan } from '../../core/log/revert-plan.ts';
import type { EventStore } from '../../core/log/store.ts';
import { operatorName } from '../../files/operator.ts';
import { appended } from '../append-repairs.ts';
import type { CommandContext } from '../command.ts';
import { CliFailure, type ExitStatus } from '../failure.ts';
import { logSubject, type LogSubject } from '../log-subject.ts';
import { eventLine, whatText } from '../log-text.ts';
import { sessionFacts } from '../session-facts.ts';
import { mayHaveLog, readLog, withStore, type SessionLog } from '../store-access.ts';
import type { Terminal } from '../terminal.ts';
import { counted, shortId, visible } from '../text.ts';

interface RevertOptions {
  readonly since?: string;
  readonly force?: true;
  readonly dryRun?: true;
  readonly operator?: string;
  readonly reason: string;
  readonly json?: true;
}

const HELP = `
EVENT is the number that riff log shows in front of it, its id, or the beginning of its id. A revert can be taken back, too.
--since takes back all that changed the session after a position: the number of an event, the name of a checkpoint, or a time.

Where a later event on the same record would stay, that is shown, and a yes (or --force) is needed.

Exit status: 0 done · 2 wrong use, not agreed to, or the store could not be written to (nothing is lost).

Examples:
  riff revert 794650a6 3
  riff revert session.jsonl 0198c1b2 5 --reason "the other branch was meant"
  riff revert 794650a6 --since "before the merge" --dry-run
`;

export function addRevert(program: Command, context: CommandContext): void {
  program
    .command('revert')
    .summary('take back events of a session')
    .description('Takes back events by logging others. Nothing is removed from the log, and the file of the session is not touched.')
    .argument('<path>', 'session file, session id, or the beginning of one')
    .argument('[event...]', 'numbers or ids of events')
    .option('--since <position>', 'take back all that changed something since')
    .option('--force', 'also where later events on the same records stay')
    .option('--dry-run', 'say what would be taken back; log nothing')
    .option('--operator <name>', 'who takes it back: user:NAME, agent:NAME or system:NAME (default: $RIFF_OPERATOR, else the user)')
    .option('--reason <text>', 'why', 'Taken back.')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (path: string, events: readonly string[], options: RevertOptions) =>
      context.finish(await revert(context, path, events, options)),
    );
}

async function revert(context: CommandContext, argument: string, names: readonly string[], options: RevertOptions): Promise<ExitStatus> {
  if (names.length > 0 === (options.since !== undefined)) {
    throw new CliFailure('Say what to take back: events, or --since a position.', 'riff revert --help shows how.');
  }
  const subject = await logSubject(argument, context.cwd);
  if (!mayHaveLog()) throw new CliFailure(`Nothing was logged for ${visible(subject.sessionId)}.`);
  await withStore(async (store) => {
    const log = await readLog(store, subject.sessionId);
    const plan = planOf(log, names, options.since, subject.sessionId);
    const { terminal } = context;
    // Machine output goes to standard output alone.
    const tell = (line: string): void => (options.json ? terminal.say(line) : terminal.print(line));
    for (const line of conflictLines(plan.conflicts, log)) terminal.say(line);
    const reverted = options.dryRun ? [] : await revertAll(context, store, subject, log, plan, options, tell);
    if (options.dryRun) {
      for (const event of plan.targets) tell(`Would take back:${eventLine(event, log.events)}`);
      tell(
        plan.targets.length === 0
          ? 'Dry run: nothing to take back.'
          : `Dry run: ${counted(plan.targets.length, 'event')} would be taken back; nothing was logged.`,
      );
    } else if (plan.targets.length === 0) {
      tell('Nothing changed since; nothing to take back.');
    }
    if (options.json) terminal.print(JSON.stringify(revertJson(subject.sessionId, plan, reverted), null, 2));
  });
  return 0;
}

function planOf(log: SessionLog, names: readonly string[], since: string | undefined, sessionId: string): RevertPlan {
  if (since !== undefined) return revertPlan(log.events, { kind: 'since', seq: seqAt(log.events, readPosition(since)) });
  return revertPlan(log.events, { kind: 'events', events: names.map((name) => eventNamed(log, name, sessionId)) });
}

async function revertAll(
  context: CommandContext,
  store: EventStore,
  subject: LogSubject,
  log: SessionLog,
  plan: RevertPlan,
  options: RevertOptions,
  tell: (line: string) => void,
): Promise<RepairEvent[]> {
  await agree(context.terminal, plan, options.force === true);
  const operator = operatorName(options.operator ?? context.env['RIFF_OPERATOR']);
  const messages = plan.targets.map((event) => event.message_id);
  const facts = await sessionFacts(subject, log.events, messages);
  const acting = { sessionId: subject.sessionId, operator, transcript: facts.transcript, reason: options.reason };
  const reverted: RepairEvent[] = [];
  let head = log.state.head;
  for (const [i, draft] of revertDrafts(acting, log.events, plan, facts.parents).entries()) {
    const event = await appended(store, draft, head, reverted.length);
    const target = plan.targets[i];
    if (target !== undefined) tell(`Event ${event.seq}: took back event ${target.seq} (${target.event_type})${parentText(event)}`);
    head = { seq: event.seq, digest: event.event_digest };
    reverted.push(event);
  }
  return reverted;
}

/** @throws CliFailure when later events on the same records would stay and nobody says that they may */
async function agree({ ask }: Terminal, { targets, conflicts }: RevertPlan, force: boolean): Promise<void> {
  if (conflicts.length === 0 || force) return;
  if (ask === null)
    throw new CliFailure('Nothing was logged.', '--force takes them back all the same; or take back the later events as well.');
  if (!(await ask(`Take back ${counted(targets.length, 'event')} all the same?`))) throw new CliFailure('Nothing was logged.');
}

function conflictLines(conflicts: readonly RevertConflict[], { events }: SessionLog): string[] {
  return conflicts.map(({ target, later, reason }) => {
    const why =
      reason === 'same-message'
        ? 'is about the same record and stays as it is'
        : 'hangs a record under one that goes away, and would be left without a parent';
    return `Event ${later.seq} by ${visible(later.operator)} (${whatText(later, events)}), later than event ${target.seq}, ${why}.`;
  });
}

function revertJson(sessionId: string, plan: RevertPlan, reverted: readonly RepairEvent[]): object {
  return {
    riff: 1,
    sessionId,
    targets: plan.targets.map(({ event_id }) => event_id),
    conflicts: plan.conflicts.map(({ target, later, reason }) => ({ target: target.event_id, later: later.event_id, reason })),
    events: reverted.map(({ event_id }) => event_id),
  };
}

function eventNamed({ events }: SessionLog, name: string, sessionId: string): RepairEvent {
  // A number is a place in the log; ids are longer than any log.
  const bySeq = /^#?\d{1,6}$/.test(name) ? events.find((event) => event.seq === Number(name.replace('#', ''))) : undefined;
  const matches =
    bySeq === undefined ? events.filter((event) => name.length >= 4 && event.event_id.startsWith(name.toLowerCase())) : [bySeq];
  const [only, ...others] = matches;
  if (only === undefined)
    throw new CliFailure(`The log of ${visible(sessionId)} has no event ${visible(name)}.`, 'riff log shows the events.');
  if (others.length > 0)
    throw new CliFailure(`${matches.length} events begin with ${visible(name)}.`, 'Give more of the id, or the number.');
  return only;
}

function parentText({ message_id, new_parent_uuid }: RepairEvent): string {
  if (message_id === null) return '.';
  return `: the parent of ${shortId(message_id)} is ${new_parent_uuid === null ? 'none' : shortId(new_parent_uuid)} again.`;
}
