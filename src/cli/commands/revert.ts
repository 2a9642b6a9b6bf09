import type { Command } from 'commander';
import { v7 as uuidv7 } from 'uuid';
import { counted } from '../../core/count-text.ts';
import type { RepairEvent } from '../../core/log/event.ts';
import { readPosition, seqAt } from '../../core/log/position/position.ts';
import { revertDrafts, revertPlan, type RevertConflict, type RevertPlan } from '../../core/log/revert-plan.ts';
import { flushOutbox, isOutOfReach, type QueuedRepair } from '../../core/log/append/outbox.ts';
import type { LogHead } from '../../core/log/store.ts';
import { operatorName } from '../../files/operator.ts';
import { appendRepairs } from '../append-repairs.ts';
import type { CommandContext } from '../command.ts';
import { CliFailure, type ExitStatus } from '../failure.ts';
import { logSubject, type LogSubject } from '../log-subject.ts';
import { eventLine, whatText } from '../log-text.ts';
import { sessionFacts } from '../session-facts.ts';
import { keep, logInSight, sayFlushed } from '../log-repairs.ts';
import { mayHaveLog, outboxOfUser, readLog, withStore, type SessionLog } from '../store-access.ts';
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
  const subject = await logSubject(argument, context.cwd);
  if (!mayHaveLog()) throw new CliFailure(`Nothing was logged for ${visible(subject.sessionId)}.`);
  const { terminal } = context;
  const outbox = outboxOfUser();
  const job: RevertJob = { context, subject, names, options };
  const done = await withStore(async (store) => {
    sayFlushed(terminal, await flushOutbox(outbox, store, subject.sessionId));
    return revertIn(job, await readLog(store, subject.sessionId), async (repairs, head) => {
      const { events, rest, failure } = await appendRepairs(store, repairs, head, () => undefined);
      return { events, waiting: failure === null ? [] : await keep(outbox, { ...subject, terminal }, rest, failure) };
    });
  }).catch(async (error: unknown) => {
    if (!isOutOfReach(error)) throw error;
    // Of the log only what waits itself is in sight.
    const log = await logInSight(outbox, subject.sessionId);
    if (log.events.length === 0) throw error;
    return revertIn(job, log, async (repairs) => ({
      events: [],
      waiting: await keep(outbox, { ...subject, terminal }, unseen(repairs), error),
    }));
  });
  if (options.json) terminal.print(JSON.stringify(revertJson(subject.sessionId, done), null, 2));
  return 0;
}

interface RevertJob {
  readonly context: CommandContext;
  readonly subject: LogSubject;
  readonly names: readonly string[];
  readonly options: RevertOptions;
}

/** What was planned, and where it went. */
interface Reverted {
  readonly plan: RevertPlan;
  readonly events: readonly RepairEvent[];
  /** event_ids in the outbox. */
  readonly waiting: readonly string[];
}

type Log = (repairs: readonly QueuedRepair[], head: LogHead) => Promise<Omit<Reverted, 'plan'>>;

/** Plans on a log as it is in sight, and has the reverts logged. */
async function revertIn({ context, subject, names, options }: RevertJob, log: SessionLog, write: Log): Promise<Reverted> {
  const plan = planOf(log, names, options.since, subject.sessionId);
  const { terminal } = context;
  // Machine output goes to standard output alone.
  const tell = (line: string): void => (options.json ? terminal.say(line) : terminal.print(line));
  for (const line of conflictLines(plan.conflicts, log)) terminal.say(line);
  if (options.dryRun) {
    for (const event of plan.targets) tell(`Would take back:${eventLine(event, log.events)}`);
    tell(
      plan.targets.length === 0
        ? 'Dry run: nothing to take back.'
        : `Dry run: ${counted(plan.targets.length, 'event')} would be taken back; nothing was logged.`,
    );
    return { plan, events: [], waiting: [] };
  }
  if (plan.targets.length === 0) tell('Nothing changed since; nothing to take back.');
  await agree(terminal, plan, options.force === true);
  const { events, waiting } = await write(await revertsOf(context, subject, log, plan, options), log.state.head);
  for (const event of events) {
    const target = plan.targets.find(({ event_id }) => event_id === event.reverts_event_id);
    if (target !== undefined) tell(`Event ${event.seq}: took back event ${target.seq} (${target.event_type})${parentText(event)}`);
  }
  return { plan, events, waiting };
}

function planOf(log: SessionLog, names: readonly string[], since: string | undefined, sessionId: string): RevertPlan {
  if (since !== undefined) return revertPlan(log.events, { kind: 'since', seq: seqAt(log.events, readPosition(since)) });
  return revertPlan(log.events, { kind: 'events', events: names.map((name) => eventNamed(log, name, sessionId)) });
}

async function revertsOf(
  context: CommandContext,
  subject: LogSubject,
  log: SessionLog,
  plan: RevertPlan,
  options: RevertOptions,
): Promise<QueuedRepair[]> {
  const operator = operatorName(options.operator ?? context.env['RIFF_OPERATOR']);
  const messages = plan.targets.map((event) => event.message_id);
  const facts = await sessionFacts(subject, log.events, messages);
  const acting = { sessionId: subject.sessionId, operator, transcript: facts.transcript, reason: options.reason };
  const queuedAt = new Date().toISOString();
  return revertDrafts(acting, log.events, plan, facts.parents).map((draft) => ({
    event_id: uuidv7(),
    queued_at: queuedAt,
    draft,
    expected: log.state.head,
  }));
}

/** The head of what waits is no position of the log. */
function unseen(repairs: readonly QueuedRepair[]): QueuedRepair[] {
  return repairs.map((repair) => ({ ...repair, expected: null }));
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

function revertJson(sessionId: string, { plan, events, waiting }: Reverted): object {
  return {
    riff: 1,
    sessionId,
    targets: plan.targets.map(({ event_id }) => event_id),
    conflicts: plan.conflicts.map(({ target, later, reason }) => ({ target: target.event_id, later: later.event_id, reason })),
    events: events.map(({ event_id }) => event_id),
    ...(waiting.length > 0 ? { waiting } : {}),
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
