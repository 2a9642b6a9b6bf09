import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { counted } from '../../core/count-text.ts';
import { FINDING_CODES, type Confidence } from '../../core/findings/finding.ts';
import { StoreError } from '../../core/log/store.ts';
import { NO_REPAIRS } from '../../core/repair/repairs.ts';
import type { SessionAnalysis } from '../../core/session/session-analysis.ts';
import { operatorName } from '../../files/operator.ts';
import { CopyError } from '../../files/copies/copy-error.ts';
import type { CommandContext } from '../command.ts';
import { CliFailure, type ExitStatus } from '../failure.ts';
import { logRepairs } from '../log-repairs.ts';
import { planRepair, type PlanChoice, type SessionPlan } from '../../operations/session/plan-repair.ts';
import { previewRepair } from '../../operations/session/preview-repair.ts';
import { needsAttention } from '../../operations/session/scan-session.ts';
import { writeRepairedFile, writeTarget, type WriteTarget, type WriteWish } from '../../operations/session/write-repaired-file.ts';
import { REPAIRED_FILES } from '../../files/copies/repaired-files.ts';
import { openSession, openWorkableSession } from '../open-session.ts';
import { printRepair, repairJson, type RepairResult } from '../repair-report.ts';
import { EMPTY_LOG, mayHaveLog, readLog, withStore } from '../store-access.ts';
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
  readonly confidence: Confidence;
  readonly only?: readonly string[];
  readonly operator?: string;
  readonly reason?: string;
  readonly json?: true;
}

const HELP = `
Without --copy, --out or --in-place only the log is written: the session's file stays as it is. Repairs that are in the log
already are part of every file that is written. A repaired copy has a session id of its own and can be resumed at once.

CODE is a finding's code, as riff scan names it:
  ${FINDING_CODES.join(', ')}

Exit status: 0 done · 1 done, but errors or warnings remain · 2 wrong use, unreadable input, or failure (nothing is lost).

Examples:
  riff repair 794650a6 --dry-run               what would be done, and what a resume would load then
  riff repair 794650a6 --preview --only branches-compete --choice 2
                                               … message by message, with the second choice of a finding
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

function ordinal(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new CliFailure(`${visible(text)} is no number of a choice.`, 'Choices are counted from 1.');
}

async function repair(context: CommandContext, { path: argument, options }: { path: string; options: RepairOptions }): Promise<ExitStatus> {
  if (options.choice !== undefined && (options.only ?? []).length === 0)
    throw new CliFailure('--choice needs --only.', 'Name the findings to choose for: --only CODE.');
  const path = await oneTranscript(argument, context.cwd);
  const session = await openWorkableSession(path);
  const { sessionId } = await session.summary();
  const wish = wishOf(options, context.cwd);
  const target = wish === null ? null : await writeTarget(path, wish, session, REPAIRED_FILES);
  const job: Job = {
    context,
    path,
    session,
    sessionId,
    target,
    options,
    operator: operatorName(options.operator ?? context.env['RIFF_OPERATOR']),
  };
  const result = options.dryRun || options.preview ? await rehearse(job) : await perform(job);
  if (options.json) context.terminal.print(JSON.stringify(repairJson(result), null, 2));
  else printRepair(context.terminal, result, context.cwd);
  return needsAttention(result.remaining) ? 1 : 0;
}

interface Job {
  readonly context: CommandContext;
  readonly path: string;
  /** As its file stands. */
  readonly session: SessionAnalysis;
  readonly sessionId: string;
  readonly target: WriteTarget | null;
  readonly options: RepairOptions;
  readonly operator: string;
}

/** Plans, with what the log says where it can be read, and does nothing. */
async function rehearse(job: Job): Promise<RepairResult> {
  let log = EMPTY_LOG;
  try {
    if (mayHaveLog()) log = await withStore((store) => readLog(store, job.sessionId));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    job.context.terminal.say(`riff: The log cannot be read, so repairs that are in force are not counted. ${error.message}`);
  }
  const choice = choiceOf(job.options);
  const { plan, preview } = job.options.preview
    ? await previewRepair(job.session, log.state, choice)
    : { plan: await planRepair(job.session, log.state, choice), preview: null };
  return {
    ...base(job, plan),
    preview,
    dryRun: true,
    events: [],
    written: null,
    remaining: plan.remaining,
  };
}

/** Logs, then writes. Nothing is written that could not be logged. */
async function perform(job: Job): Promise<RepairResult> {
  const { context, session, options } = job;
  if (!mayHaveLog()) {
    const plan = await planRepair(session, EMPTY_LOG.state, choiceOf(options));
    // Nothing to log and nothing logged ever: no store need be made for that.
    if (plan.additions.length === 0) return written(job, plan, []);
    await session.applyRepairs(NO_REPAIRS);
  }
  const { plan, events, waiting } = await logRepairs(
    { ...job, terminal: context.terminal, ports: context.ports, reason: options.reason ?? null },
    choiceOf(options),
  ).catch((error: unknown) => {
    throw error instanceof StoreError ? asNothingWritten(error, job.target) : error;
  });
  context.terminal.progress(null);
  return { ...(await written(job, plan, events)), waiting };
}

async function written(job: Job, plan: SessionPlan, events: readonly string[]): Promise<RepairResult> {
  const { target, path, session } = job;
  const file =
    target === null
      ? null
      : await writeRepairedFile(path, session, target, REPAIRED_FILES).catch((error: unknown) => {
          throw asLoggedAnyway(error, events.length);
        });
  // What was written is judged by reading it again.
  const remaining = file === null ? plan.remaining : await (await openSession(file.path)).findings();
  return { ...base(job, plan), dryRun: false, events, written: file, remaining };
}

function base(job: Job, plan: SessionPlan): Pick<RepairResult, 'path' | 'sessionId' | 'operator' | 'plan' | 'target'> {
  return { path: job.path, sessionId: job.sessionId, operator: job.operator, plan, target: job.target };
}

function wishOf({ copy, out, inPlace }: RepairOptions, cwd: string): WriteWish | null {
  if (inPlace) return { kind: 'in-place' };
  if (out !== undefined) return { kind: 'copy-to', path: resolve(cwd, out) };
  if (copy === undefined) return null;
  return copy === true ? { kind: 'copy-beside' } : { kind: 'copy-into', folder: resolve(cwd, copy) };
}

function choiceOf(options: RepairOptions): PlanChoice {
  return { confidence: options.confidence, only: options.only ?? [], nth: options.choice ?? null };
}

/** The log is written before the file: what it has stays true when the file fails. */
function asLoggedAnyway(error: unknown, events: number): unknown {
  if (!(error instanceof CopyError) || events === 0) return error;
  return new CopyError(
    error.code,
    `${error.message} No file was written; ${counted(events, 'repair')} of this run ${events === 1 ? 'is' : 'are'} in the log.`,
    error.remedy,
    { cause: error },
  );
}

/** Messages of the system end without a full stop. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function asNothingWritten(error: StoreError, target: WriteTarget | null): StoreError {
  const file = target === null ? 'The session is as it was' : 'No file was written, and the session is as it was';
  return new StoreError(error.code, `${sentence(error.message)} ${file}; nothing is lost.`, error.remedy, { cause: error });
}
