import { resolve } from 'node:path';
import type { Command } from 'commander';
import { counted } from '../../core/count-text.ts';
import type { LogVerdict } from '../../core/log/verify/fault.ts';
import type { KeptHead } from '../../core/log/verify/heads.ts';
import type { Checked } from '../../core/log/verify/check-session.ts';
import { headOf } from '../../core/log/verify/verify-session.ts';
import { readHeadList, writeHeadList } from '../../files/data/head-list.ts';
import { readText } from '../../files/regular-file.ts';
import { seenInExport, verifyLogs, type SeenLog } from '../../operations/log/verify-logs.ts';
import { CONTRACT } from '../contract.ts';
import type { CommandContext } from '../command.ts';
import { CliFailure, type ExitStatus } from '../failure.ts';
import { logSubject } from '../log-subject.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../text.ts';
import { reasonOf } from '../transcripts.ts';

interface VerifyOptions {
  readonly all?: true;
  readonly json?: true;
  readonly expectHead?: string;
  readonly writeHead?: string;
  readonly against?: string;
  readonly accept?: true;
}

const HELP = `
Checks every digest, the chain, that no event is missing, the head that is kept beside the database, and the stored view
against a full replay. What does not hold is named by event and field, as far as that can be told; docs/log.md says how far.

Exit status: 0 sound · 1 faults · 2 wrong use, or the store could not be read.

Examples:
  riff verify 794650a6
  riff verify --all --write-head riff-heads.json
  riff verify --all --expect-head riff-heads.json --json
`;

export function addVerify(program: Command, context: CommandContext): void {
  program
    .command('verify')
    .summary('check that nobody changed the log of a session')
    .description('Checks the log of a session, or of all: that it is what was written, and whole.')
    .argument('[path]', 'session file, session id, or the beginning of one')
    .option('--all', 'check all sessions')
    .option('--expect-head <file>', 'the log must also contain the heads in this file')
    .option('--write-head <file>', 'write the heads of sound logs to this file: to commit, or to keep elsewhere')
    .option('--against <file>', 'compare also with an export of the log')
    .option('--accept', 'take the log as it is for the true one from now on, after the database was restored from a backup')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (path: string | undefined, options: VerifyOptions) => context.finish(await verify(context, path, options)));
}

async function verify(context: CommandContext, argument: string | undefined, options: VerifyOptions): Promise<ExitStatus> {
  if ((argument === undefined) === (options.all !== true))
    throw new CliFailure('Name a session, or say --all.', 'riff verify --help shows how.');
  const { terminal, cwd, ports } = context;
  const expected = options.expectHead === undefined ? [] : await headsIn(resolve(cwd, options.expectHead), options.expectHead);
  const against = options.against === undefined ? null : await exportIn(context, resolve(cwd, options.against), options.against);
  const one = argument === undefined ? null : (await logSubject(argument, cwd, ports)).sessionId;
  if (one !== null && options.expectHead !== undefined && !expected.some((head) => head.session_id === one)) {
    throw new CliFailure(`${visible(options.expectHead)} has no head of ${visible(one)}.`);
  }
  const checked = await verifyLogs(
    ports,
    { sessionId: one, expected, against, accept: options.accept === true },
    { onProgress: (number, total) => terminal.progress(`Verifying … ${number} of ${counted(total, 'log')}`) },
  );
  terminal.progress(null);
  const results = checked.map(({ verdict }) => verdict);
  if (options.json) terminal.print(JSON.stringify({ riff: CONTRACT, sessions: checked.map(verdictJson) }, null, 2));
  else for (const line of verdictLines(results, terminal)) terminal.print(line);
  if (options.writeHead !== undefined) {
    const heads = checked.flatMap(({ verdict, events }) => (verdict.is_sound ? headOf(verdict.session_id, events) : []));
    await writeHeadList(resolve(cwd, options.writeHead), heads).catch((error: unknown) => {
      throw new CliFailure(`${visible(options.writeHead ?? '')} cannot be written: ${reasonOf(error)}`, null, { cause: error });
    });
  }
  return results.every((verdict) => verdict.is_sound) ? 0 : 1;
}

async function headsIn(path: string, name: string): Promise<KeptHead[]> {
  return readHeadList(path).catch((error: unknown) => {
    throw new CliFailure(`${visible(name)} cannot be used: ${reasonOf(error)}`, 'riff verify --write-head writes such a file.', {
      cause: error,
    });
  });
}

async function exportIn({ ports }: CommandContext, path: string, name: string): Promise<SeenLog> {
  const text = await readText(path).catch((error: unknown) => {
    throw new CliFailure(`${visible(name)} cannot be read: ${reasonOf(error)}`, null, { cause: error });
  });
  return seenInExport(ports, text, name);
}

function verdictJson({ verdict, events }: Checked): object {
  const last = events.at(-1);
  return {
    sessionId: verdict.session_id,
    sound: verdict.is_sound,
    events: verdict.events,
    head: { seq: last?.seq ?? 0, digest: last?.event_digest ?? '' },
    faults: verdict.faults.map(({ code, severity, seq, event_id, field, message }) => ({
      code,
      severity,
      seq,
      event: event_id,
      field,
      message,
    })),
  };
}

/** Faults of one log that are listed; --json lists all. */
const MOST_FAULTS = 100;

function verdictLines(verdicts: readonly LogVerdict[], { style }: Terminal): string[] {
  if (verdicts.length === 0) return ['Nothing was logged on this machine.'];
  return verdicts.flatMap(({ session_id, events, is_sound, faults }) => {
    const bad = faults.filter(({ severity }) => severity === 'fault').length;
    const head = is_sound
      ? `${style.green('✔')} ${visible(session_id)}: ${counted(events, 'event')}, sound`
      : `${style.red('✖')} ${visible(session_id)}: ${counted(events, 'event')}, ${counted(bad, 'fault')}`;
    const lines = faults.slice(0, MOST_FAULTS).map(({ seq, event_id, field, message, severity }) => {
      const event = seq === null ? 'log' : `event ${seq}${event_id === null ? '' : ` (${visible(event_id)})`}`;
      const line = `    ${event}${field === null ? '' : `, ${visible(field)}`}: ${visible(message)}`;
      return severity === 'note' ? style.dim(line) : line;
    });
    const more = faults.length - MOST_FAULTS;
    return [head, ...lines, ...(more > 0 ? [`    … and ${more} more; --json lists all.`] : [])];
  });
}
