import type { Command } from 'commander';
import { counted } from '../../core/count-text.ts';
import type { RepairEvent } from '../../core/log/event.ts';
import type { RevertConflict, RevertPlan } from '../../core/log/revert-plan.ts';
import { operatorName } from '../../files/operator.ts';
import { carryOutRevert, planRevert, type RevertInput } from '../../operations/log/revert-events.ts';
import { logInStore, WritableLog, type Appended } from '../../operations/log-access/writable-log.ts';
import { CONTRACT } from '../contract.ts';
import type { CommandContext } from '../command.ts';
import { CliFailure, type ExitStatus } from '../failure.ts';
import { refuseUnwritten, sayFlushed, sayWaiting } from '../log-outcome.ts';
import { logSubject, type LogSubject } from '../log-subject.ts';
import { eventLine, whatText } from '../log-text.ts';
import { openSession } from '../open-session.ts';
import type { Terminal } from '../terminal.ts';
import { shortId, visible } from '../text.ts';

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

With the store out of reach a repair that waits for it can be taken back as well; the revert waits with it.

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
  const { terminal, ports } = context;
  const subject = await logSubject(argument, context.cwd, ports);
  const { sessionId } = subject;
  if (!ports.store.mayHoldLogs()) throw new CliFailure(`Nothing was logged for ${visible(sessionId)}.`);
  const log = await WritableLog.open(sessionId, logInStore(ports.store, sessionId), ports);
  sayFlushed(terminal, log.flushed);
  // Of the log only what waits itself is in sight.
  if (log.outOfReach !== null && log.events.length === 0) throw log.outOfReach;
  const plan = planRevert(log, inputOf(names, options.since));
  for (const line of conflictLines(plan.conflicts, log.events)) terminal.say(line);
  const done = options.dryRun ? rehearsed(context, plan, log, options) : await carriedOut(context, subject, plan, log, options);
  if (options.json) terminal.print(JSON.stringify(revertJson(sessionId, plan, done), null, 2));
  return 0;
}

function inputOf(names: readonly string[], since: string | undefined): RevertInput {
  return since === undefined ? { kind: 'events', names: [...names] } : { kind: 'since', position: since };
}

/** Machine output goes to standard output alone. */
function tell({ terminal }: CommandContext, { json }: RevertOptions, line: string): void {
  if (json) terminal.say(line);
  else terminal.print(line);
}

const NOTHING: Appended = { logged: [], waiting: [], stopped: null };

function rehearsed(context: CommandContext, { targets }: RevertPlan, { events }: WritableLog, options: RevertOptions): Appended {
  for (const event of targets) tell(context, options, `Would take back:${eventLine(event, events)}`);
  const told =
    targets.length === 0
      ? 'Dry run: nothing to take back.'
      : `Dry run: ${counted(targets.length, 'event')} would be taken back; nothing was logged.`;
  tell(context, options, told);
  return NOTHING;
}

async function carriedOut(
  context: CommandContext,
  { path }: LogSubject,
  plan: RevertPlan,
  log: WritableLog,
  options: RevertOptions,
): Promise<Appended> {
  const { terminal, ports, env } = context;
  if (plan.targets.length === 0) tell(context, options, 'Nothing changed since; nothing to take back.');
  await agree(terminal, plan, options.force === true);
  const acting = { operator: operatorName(options.operator ?? env['RIFF_OPERATOR']), reason: options.reason };
  const done = await carryOutRevert(log, plan, acting, async () => (path === null ? null : openSession(path, ports)));
  refuseUnwritten(done);
  await sayWaiting(terminal, ports, log);
  for (const event of done.logged) {
    const target = plan.targets.find(({ event_id }) => event_id === event.reverts_event_id);
    if (target !== undefined)
      tell(context, options, `Event ${event.seq}: took back event ${target.seq} (${target.event_type})${parentText(event)}`);
  }
  return done;
}

/** @throws CliFailure when later events on the same records would stay and nobody says that they may */
async function agree({ ask }: Terminal, { targets, conflicts }: RevertPlan, force: boolean): Promise<void> {
  if (conflicts.length === 0 || force) return;
  if (ask === null)
    throw new CliFailure('Nothing was logged.', '--force takes them back all the same; or take back the later events as well.');
  if (!(await ask(`Take back ${counted(targets.length, 'event')} all the same?`))) throw new CliFailure('Nothing was logged.');
}

function conflictLines(conflicts: readonly RevertConflict[], events: readonly RepairEvent[]): string[] {
  return conflicts.map(({ target, later, reason }) => {
    const why =
      reason === 'same-message'
        ? 'is about the same record and stays as it is'
        : 'hangs a record under one that goes away, and would be left without a parent';
    return `Event ${later.seq} by ${visible(later.operator)} (${whatText(later, events)}), later than event ${target.seq}, ${why}.`;
  });
}

function revertJson(sessionId: string, plan: RevertPlan, { logged, waiting }: Appended): object {
  return {
    riff: CONTRACT,
    sessionId,
    targets: plan.targets.map(({ event_id }) => event_id),
    conflicts: plan.conflicts.map(({ target, later, reason }) => ({ target: target.event_id, later: later.event_id, reason })),
    events: logged.map(({ event_id }) => event_id),
    ...(waiting.length > 0 ? { waiting: waiting.map(({ event_id }) => event_id) } : {}),
  };
}

function parentText({ message_id, new_parent_uuid }: RepairEvent): string {
  if (message_id === null) return '.';
  return `: the parent of ${shortId(message_id)} is ${new_parent_uuid === null ? 'none' : shortId(new_parent_uuid)} again.`;
}
