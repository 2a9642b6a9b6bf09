import type { Command } from 'commander';
import { REPAIR_EVENT_TYPES, type RepairEvent, type TranscriptFingerprint } from '../../core/log/event.ts';
import { revertDraft, revertEffect } from '../../core/log/drafts.ts';
import { operatorName } from '../../files/operator.ts';
import { appended } from '../append-repairs.ts';
import type { CommandContext } from '../command.ts';
import { CliFailure, type ExitStatus } from '../failure.ts';
import { logSubject } from '../log-subject.ts';
import { openSession } from '../open-session.ts';
import { mayHaveLog, readLog, withStore, type SessionLog } from '../store-access.ts';
import { shortId, visible } from '../text.ts';

interface RevertOptions {
  readonly operator?: string;
  readonly reason: string;
}

const HELP = `
EVENT is the number that riff log shows in front of it, its id, or the beginning of its id. A revert can be taken back, too.

Exit status: 0 done · 2 wrong use, or the store could not be written to (nothing is lost).

Examples:
  riff revert 794650a6 3
  riff revert session.jsonl 0198c1b2 --reason "the other branch was meant"
`;

export function addRevert(program: Command, context: CommandContext): void {
  program
    .command('revert')
    .summary('take back one event of a session')
    .description('Takes back one event by logging another. Nothing is removed from the log, and the file of the session is not touched.')
    .argument('<path>', 'session file, session id, or the beginning of one')
    .argument('<event>', 'number or id of the event')
    .option('--operator <name>', 'who takes it back: user:NAME, agent:NAME or system:NAME (default: $RIFF_OPERATOR, else the user)')
    .option('--reason <text>', 'why', 'Taken back.')
    .addHelpText('after', HELP)
    .action(async (path: string, event: string, options: RevertOptions) => context.finish(await revert(context, path, event, options)));
}

async function revert(context: CommandContext, argument: string, name: string, options: RevertOptions): Promise<ExitStatus> {
  const { sessionId, path } = await logSubject(argument, context.cwd);
  if (!mayHaveLog()) throw new CliFailure(`Nothing was logged for ${visible(sessionId)}.`);
  await withStore(async (store) => {
    const log = await readLog(store, sessionId);
    const target = eventNamed(log, name, sessionId);
    refuseIdle(log, target);
    const file = await fileFacts(path, target, log);
    const parents = revertEffect(log.events, target, file.parent);
    const draft = revertDraft(
      {
        sessionId,
        operator: operatorName(options.operator ?? context.env['RIFF_OPERATOR']),
        transcript: file.transcript,
        reason: options.reason,
      },
      target,
      parents,
    );
    const event = await appended(store, draft, log.state.head, 0);
    context.terminal.print(`Event ${event.seq}: took back event ${target.seq} (${target.event_type})${parentText(target, parents.after)}`);
  });
  return 0;
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

/** Only what is in force can be taken back. */
function refuseIdle({ state }: SessionLog, target: RepairEvent): void {
  if (!REPAIR_EVENT_TYPES.some((type) => type === target.event_type)) {
    throw new CliFailure(`Event ${target.seq} (${target.event_type}) tells what was seen; there is nothing to take back.`);
  }
  if (!state.activeEventIds().has(target.event_id))
    throw new CliFailure(`Event ${target.seq} is not in force, so there is nothing to take back.`, 'riff log shows why.');
}

/** What the file says; where it is gone, what the log knows of it. */
async function fileFacts(
  path: string | null,
  target: RepairEvent,
  { events }: SessionLog,
): Promise<{ parent: string | null; transcript: TranscriptFingerprint }> {
  if (path !== null) {
    const session = await openSession(path);
    const record = target.message_id === null ? null : await session.record(target.message_id);
    return { parent: record?.fileParentUuid ?? null, transcript: await session.fingerprint() };
  }
  const first = events.find((event) => event.message_id === target.message_id);
  return { parent: first?.old_parent_uuid ?? null, transcript: target.transcript };
}

function parentText(target: RepairEvent, parent: string | null): string {
  if (target.message_id === null) return '.';
  return `: the parent of ${shortId(target.message_id)} is ${parent === null ? 'none' : shortId(parent)} again.`;
}
