import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { FINDING_CODES, type Confidence } from '../../core/findings/finding.ts';
import { lossesOf } from '../../core/patch/copy-losses.ts';
import type { RepairEvent } from '../../core/log/event.ts';
import { REPAIRED_FILES } from '../../files/copies/repaired-files.ts';
import { operatorName } from '../../files/operator.ts';
import { rehearseRepair, repairSession, type RepairInput, type RepairPorts } from '../../operations/session/repair-session.ts';
import { needsAttention } from '../../operations/session/scan-session.ts';
import type { WriteWish } from '../../operations/session/write-repaired-file.ts';
import { withPrimary, type LoaderId, type Loaders } from '../../core/loaders/loader.ts';
import type { CommandContext } from '../command.ts';
import { CliFailure, type ExitStatus } from '../failure.ts';
import { refuseUnwritten, sayFlushed, sayWaiting } from '../log-outcome.ts';
import { loaderOption } from '../loader-option.ts';
import { openSession } from '../open-session.ts';
import type { CliPorts } from '../ports.ts';
import { printRepair, repairJson, type RepairResult } from '../repair-report.ts';
import { share } from '../terminal.ts';
import { visible } from '../text.ts';
import { oneTranscript } from '../transcripts.ts';

interface RepairOptions {
  /** True: beside the session. */
  readonly copy?: string | true;
  readonly out?: string;
  readonly inPlace?: true;
  readonly dryRun?: true;
  readonly preview?: true;
  readonly choice?: number;
  readonly from?: string | number;
  readonly confidence: Confidence;
  readonly only?: readonly string[];
  readonly operator?: string;
  readonly reason?: string;
  readonly loader?: LoaderId;
  readonly acceptLoss?: true;
  readonly json?: true;
}

const HELP = `
Without --copy, --out or --in-place only the log is written: the session's file stays as it is. Repairs that are in the log
already are part of every file that is written. A repaired copy has a session id of its own and can be resumed at once.

CODE is a finding's code, as riff scan names it:
  ${FINDING_CODES.join(', ')}

Exit status: 0 done · 1 done, but errors or warnings remain or the file loses something · 2 wrong use, unreadable input, or failure (nothing is lost).

Examples:
  riff repair 794650a6 --dry-run               what would be done, and what a resume would load then
  riff repair 794650a6 --preview --only branches-compete --choice 2
                                               … message by message, with the second choice of a finding
  riff repair session.jsonl --from 431 --copy  go on from the message of line 431, also on a branch that was left
  riff repair session.jsonl --copy             log the repairs, write <new id>.jsonl beside the session
  riff repair session.jsonl --out fixed.jsonl  … to a file of your choice
  riff repair session.jsonl --in-place         … to the file itself, keeping a backup
  riff repair session.jsonl --confidence medium --reason "checked by hand"
`;

export function addRepair(program: Command, context: CommandContext): void {
  program
    .command('repair')
    .summary('log repairs of a session, and write a repaired file if asked to')
    .description('Repairs a session: logs each repair as an event that can be taken back, and writes a repaired file if you ask for one.')
    .argument('[path]', 'session file, or the beginning of a session id')
    .option('--dry-run', 'say what would be done; log and write nothing')
    .option('--preview', 'say message by message what a resume would load then and not now; log and write nothing')
    .addOption(
      new Option('--confidence <level>', 'least confidence of the repairs that are applied')
        .choices(['high', 'medium', 'low'])
        .default('high'),
    )
    .option('--only <code...>', 'repair findings of these codes alone')
    .addOption(
      new Option('--choice <number>', 'take this suggestion of each finding that --only names, from 1, not the best one').argParser(
        ordinal,
      ),
    )
    .addOption(
      new Option('--from <message>', 'go on from this message besides: its uuid or its line (riff ends lists them)').argParser(message),
    )
    .addOption(new Option('--copy [dir]', 'write a repaired copy beside the session, or into a directory').conflicts(['out', 'inPlace']))
    .addOption(new Option('--out <file>', 'write a repaired copy to a file that does not exist yet').conflicts(['copy', 'inPlace']))
    .addOption(
      new Option('--in-place', 'repair the file itself, with a backup; refused while a client has the session open').conflicts([
        'copy',
        'out',
      ]),
    )
    .option('--operator <name>', 'who repairs: user:NAME, agent:NAME or system:NAME (default: $RIFF_OPERATOR, else the user)')
    .option('--reason <text>', 'why; by default each event gives the reason of its suggestion')
    .option('--accept-loss', 'write a file also when a resume of it loads less than one of the session, nothing, or is refused')
    .addOption(loaderOption(context.loaders))
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (path: string | undefined, options: RepairOptions) => context.finish(await repair(context, untangled(path, options))));
}

/** An option with an optional or repeated value takes what follows it, which may have been meant as the path. */
function untangled(path: string | undefined, options: RepairOptions): { path: string; options: RepairOptions } {
  const only = (options.only ?? []).flatMap((code) => code.split(',')).filter((code) => code !== '');
  if (path !== undefined) return { path, options: { ...options, only: checkedCodes(only) } };
  if (typeof options.copy === 'string') return { path: options.copy, options: { ...options, copy: true, only: checkedCodes(only) } };
  const last = only.at(-1);
  if (last === undefined || isCode(last))
    throw new CliFailure('Which session?', 'Name its file, or the beginning of its id: riff repair PATH.');
  return { path: last, options: { ...options, only: checkedCodes(only.slice(0, -1)) } };
}

function isCode(text: string): boolean {
  return FINDING_CODES.some((code) => code === text);
}

function checkedCodes(codes: readonly string[]): readonly string[] {
  const unknown = codes.find((code) => !isCode(code));
  if (unknown === undefined) return codes;
  throw new CliFailure(`There is no finding ${visible(unknown)}.`, `The codes are ${FINDING_CODES.join(', ')}.`);
}

/** A line or a uuid. */
function message(text: string): string | number {
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : text;
}

function ordinal(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new CliFailure(`${visible(text)} is no number of a choice.`, 'Choices are counted from 1.');
}

async function repair(context: CommandContext, { path: argument, options }: { path: string; options: RepairOptions }): Promise<ExitStatus> {
  if (options.choice !== undefined && (options.only ?? []).length === 0)
    throw new CliFailure('--choice needs --only.', 'Name the findings to choose for: --only CODE.');
  const input: RepairInput = {
    path: await oneTranscript(argument, context.cwd, context.ports),
    choice: { confidence: options.confidence, only: options.only ?? [], nth: options.choice ?? null, from: options.from ?? null },
    write: wishOf(options, context.cwd),
    acceptLoss: options.acceptLoss === true,
    operator: operatorName(options.operator ?? context.env['RIFF_OPERATOR']),
    reason: options.reason ?? null,
  };
  const ports = repairPorts(context.ports, withPrimary(context.loaders, options.loader ?? null));
  const result =
    options.dryRun || options.preview
      ? await rehearsed(context, input, ports, options.preview === true)
      : await done(context, input, ports);
  if (options.json) context.terminal.print(JSON.stringify(repairJson(result), null, 2));
  else printRepair(context.terminal, result, context.cwd);
  const loses = result.written !== null && lossesOf(result.written.check).length > 0;
  return loses || needsAttention(result.remaining) ? 1 : 0;
}

async function rehearsed(
  { terminal }: CommandContext,
  input: RepairInput,
  ports: RepairPorts,
  withPreview: boolean,
): Promise<RepairResult> {
  const { plan, preview, target, unreadLog } = await rehearseRepair(input, withPreview, ports);
  if (unreadLog !== null) terminal.say(`riff: The log cannot be read, so repairs that are in force are not counted. ${unreadLog.message}`);
  const { path, operator } = input;
  return { path, operator, plan, preview, target, dryRun: true, events: [], written: null, remaining: plan.remaining };
}

async function done({ terminal, ports: cliPorts }: CommandContext, input: RepairInput, ports: RepairPorts): Promise<RepairResult> {
  const { plan, target, appended, written, remaining } = await repairSession(input, ports, {
    onFlushed: (flushed) => sayFlushed(terminal, flushed),
    onProgress: (logged, total) => terminal.progress(`Logging … ${share(logged, total, 'repair')}`),
    onWaiting: (log) => sayWaiting(terminal, cliPorts, log),
  });
  refuseUnwritten(appended);
  terminal.progress(null);
  const ids = (events: readonly RepairEvent[]): string[] => events.map((event) => event.event_id);
  const { path, operator } = input;
  const events = { events: ids(appended.logged), waiting: ids(appended.waiting) };
  return { path, operator, plan, target, dryRun: false, ...events, written, remaining };
}

function repairPorts(ports: CliPorts, loaders: Loaders): RepairPorts {
  const { store, waiting, identity } = ports;
  return { store, waiting, identity, open: (path) => openSession(path, ports, loaders), files: REPAIRED_FILES };
}

function wishOf({ copy, out, inPlace }: RepairOptions, cwd: string): WriteWish | null {
  if (inPlace) return { kind: 'in-place' };
  if (out !== undefined) return { kind: 'copy-to', path: resolve(cwd, out) };
  if (copy === undefined) return null;
  return copy === true ? { kind: 'copy-beside' } : { kind: 'copy-into', folder: resolve(cwd, copy) };
}
