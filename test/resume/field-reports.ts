/**
 * Sessions rebuilt from what people reported, a folder a report: what the client makes of each as it was found, what Riff says of it,
 * and what the client makes of the copy that Riff writes. The reports are no part of the project.
 */
import { existsSync } from 'node:fs';
import { cp, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import type { CliHarness, CliResult } from '../support/riff-cli.ts';
import type { ApiLimits } from './api/rule.ts';
import { FileBlocks, type BlockName } from './blocks.ts';
import { resume, type Resumed } from './client.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { missing, saidBlocks, type SaidBlock } from './said-blocks.ts';
import { signedThinkingOf } from './signed-thinking.ts';

const SESSION_FILE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.jsonl$/;
const SESSION_FOLDER = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A session of a report. */
export interface ReportedSession {
  readonly report: string;
  readonly sessionId: string;
  /** The report's folder. */
  readonly folder: string;
  /** The folder in it that stands for the session's project; null when the report's folder itself does. */
  readonly project: string | null;
}

/** What a client does with a session's file. */
export interface Run {
  /** Of the first request, the client's question and its reminders included. */
  readonly messages: number;
  readonly said: readonly SaidBlock[];
  readonly outcome: Outcome;
}

export interface RiffSays {
  /** `CODE severity`, in the order of the command. */
  readonly findings: readonly string[];
  readonly now: number;
  readonly repaired: number;
  readonly total: number;
  readonly status: number | null;
}

export interface CopyWritten {
  /** Exit status of `riff repair --copy`. */
  readonly status: number | null;
  /** Why there is no copy; null when there is one. */
  readonly failure: string | null;
  /** Messages that a resume of the copy loads, as the command says. */
  readonly predicted: number | null;
  /** What the client makes of the copy; null without one. */
  readonly run: Run | null;
  /** Whether the client sends of the copy what `riff scan --chain` said before; null where that says nothing. */
  readonly asPredicted: boolean | null;
}

export interface FieldReport {
  readonly session: ReportedSession;
  readonly found: Run;
  readonly riff: RiffSays;
  readonly copy: CopyWritten;
  /** What the client loads of the file as found and not of the copy: there must be nothing. */
  readonly lost: readonly SaidBlock[];
}

/** Folders of reports with the sessions in them, by name. A session whose file is gone counts by its folder of agent files. */
export async function gatherReports(directory: string): Promise<ReportedSession[]> {
  const found: ReportedSession[] = [];
  for (const report of await foldersIn(directory)) {
    const folder = join(directory, report);
    const projects = (await foldersIn(folder)).filter((name) => name.startsWith('-'));
    for (const project of projects.length === 0 ? [null] : projects) {
      const sessions = await sessionsIn(project === null ? folder : join(folder, project));
      found.push(...sessions.map((sessionId) => ({ report, sessionId, folder, project })));
    }
  }
  return found;
}

async function foldersIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

async function sessionsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const ids = entries.flatMap((entry) => {
    if (entry.isDirectory()) return SESSION_FOLDER.test(entry.name) ? [entry.name] : [];
    return SESSION_FILE.test(entry.name) ? [basename(entry.name, '.jsonl')] : [];
  });
  return [...new Set(ids)].sort();
}

// What is read of the command's documents; they may say more.
const Scan = v.looseObject({
  sessions: v.array(
    v.looseObject({
      sessionId: v.string(),
      resume: v.looseObject({
        now: v.number(),
        repaired: v.number(),
        total: v.number(),
        chain: v.optional(v.looseObject({ repaired: v.array(v.string()) })),
      }),
      findings: v.array(v.looseObject({ code: v.string(), severity: v.string() })),
    }),
  ),
});
const Repair = v.looseObject({
  resume: v.looseObject({ after: v.number() }),
  written: v.nullable(v.looseObject({ path: v.string(), sessionId: v.string() })),
});

/** @param program the client's program */
export async function measureReport(program: string, cli: CliHarness, session: ReportedSession, limits: ApiLimits): Promise<FieldReport> {
  // A home and a store of its own for each: a session's id may stand in several reports, and copies are written beside it.
  const root = join(cli.root, 'reports', session.report, `${session.project ?? ''}${session.sessionId}`);
  const config = join(root, '.claude');
  const projects = join(config, 'projects');
  const project = session.project ?? '-home-dev-project';
  const folder = join(projects, project);
  await cp(session.folder, session.project === null ? folder : projects, { recursive: true });
  const file = join(folder, `${session.sessionId}.jsonl`);
  const bytes = existsSync(file) ? await readFile(file) : Buffer.alloc(0);

  const resumed = async (sessionId: string): Promise<Resumed> => {
    const others = (await foldersIn(projects)).filter((name) => name !== project).map((name) => ({ name, path: join(projects, name) }));
    const advisor = bytes.includes('advisor_tool_result');
    return resume(
      program,
      { sessionId, beside: folder, projects: others },
      { limits: { ...limits, signedThinking: signedThinkingOf(bytes) }, advisor },
    );
  };
  const riff = (...args: string[]): Promise<CliResult> =>
    cli.run(args, { env: { CLAUDE_CONFIG_DIR: config, RIFF_DATA_DIR: join(root, 'data') } });

  const found = runOf(await resumed(session.sessionId));
  const scan = await riff('scan', '--json', '--chain', existsSync(file) ? file : folder);
  const said = scanned(scan);
  const repair = await riff('repair', file, '--copy', '--json');
  await riff('service', 'stop');
  const document = read(Repair, repair.stdout);
  const written = document?.written ?? null;
  const copied = written === null ? null : await resumed(written.sessionId);
  const run = copied === null ? null : runOf(copied);
  return {
    session,
    found,
    riff: said.says,
    copy: {
      status: repair.status,
      failure: written === null ? firstLine(repair.stderr.replaceAll(`${file}: `, '')) : null,
      predicted: document?.resume.after ?? null,
      run,
      asPredicted:
        written === null || copied === null || said.chain === null
          ? null
          : isAsPredicted(said.chain, copied, [bytes, await readFile(written.path)]),
    },
    lost: run === null ? [] : missing(found.said, run.said),
  };
}

function runOf(resumed: Resumed): Run {
  const messages = resumed.messages ?? [];
  return { messages: messages.length, said: saidBlocks(messages), outcome: outcomeOf(resumed) };
}

function scanned({ stdout, status }: CliResult): { says: RiffSays; chain: readonly string[] | null } {
  const [session] = read(Scan, stdout)?.sessions ?? [];
  const { now = 0, repaired = 0, total = 0, chain } = session?.resume ?? {};
  const findings = (session?.findings ?? []).map(({ code, severity }) => `${code} ${severity}`);
  return { says: { findings, now, repaired, total, status }, chain: chain?.repaired ?? null };
}

/** Whether the text and tool blocks of the records that were named are what is sent, in whatever order. */
function isAsPredicted(chain: readonly string[], copied: Resumed, files: readonly Uint8Array[]): boolean {
  const blocks = new FileBlocks();
  for (const bytes of files) blocks.add(new TextDecoder().decode(bytes));
  const sent: BlockName[] = blocks.sent(copied.messages ?? []);
  const named = blocks.named(chain);
  return sent.length === named.length && missing(named, sent).length === 0;
}

/** @returns null for what is no such document: the command has failed */
function read<Schema extends v.GenericSchema>(schema: Schema, text: string): v.InferOutput<Schema> | null {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  return parsed.success ? parsed.output : null;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
