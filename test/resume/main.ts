/** Resumes sessions and their repaired copies with the client itself, and says what it loads; see docs/resume.md. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, findOnPath, run, runMain, say } from '../../scripts/bootstrap.mjs';
import { putService } from '../support/bundles.ts';
import { cliHarness, type CliHarness } from '../support/riff-cli.ts';
import { DEFAULT_LIMITS } from './api/rule.ts';
import { gatherCases, type Case } from './cases.ts';
import { checkRefusals, refusalTable } from './check-refusals.ts';
import { checkRules } from './check-rules.ts';
import { writeSection } from './document.ts';
import { fieldReportSummary, fieldReportTable } from './field-report-table.ts';
import { gatherReports, measureReport } from './field-reports.ts';
import { CLIENT_VERSION, ensureClient, type InstalledClient } from './install.ts';
import { measure } from './measure.ts';
import { checks, differences, table, type Check } from './report.ts';

const USAGE = `Usage: npm run test:resume -- [--client VERSION|latest] [--corpus DIR] [--quick] [--only CLASS…] [--rules] [--refusals]
                               [--reports DIR [--tokens NUMBER]] [--write]

Resumes sessions with Claude Code ${CLIENT_VERSION}, talking to a server on the loopback alone that refuses what the API refuses, and
compares what it loads of each session and of its repaired copy with what the models say.
--client VERSION  another version of the client; latest is the newest on npm
--corpus DIR      real sessions besides the generated ones (default: RIFF_CORPUS)
--quick           one generated session of each kind
--only CLASS      groups whose name starts so, for example A2 or corpus/dangling; may be repeated
--rules           only the small sessions that show the client's rules
--refusals        only the small sessions that the API refuses, and what the client makes of the refusal
--reports DIR     only the sessions in the folders of DIR, a folder a report (RIFF_REPORTS: after all else)
--tokens NUMBER   the longest prompt that the API takes of these, by estimate (default: ${DEFAULT_LIMITS.promptTokens})
--write           writes the tables into docs/resume.md and docs/field-reports.md
`;

/** The client and the command line each use a core. */
const AT_ONCE = 2;
/** Set in the process that runs in the namespace: the version of the client. */
const INSIDE = 'RIFF_RESUME_INSIDE';

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      client: { type: 'string', default: CLIENT_VERSION },
      corpus: { type: 'string' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      rules: { type: 'boolean', default: false },
      refusals: { type: 'boolean', default: false },
      reports: { type: 'string' },
      tokens: { type: 'string', default: `${DEFAULT_LIMITS.promptTokens}` },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const promptTokens = Number(values.tokens);
  if (!Number.isInteger(promptTokens) || promptTokens <= 0) throw new Failure(`--tokens takes a number, not ${values.tokens}.`);
  const corpus = folderOf(values.corpus ?? process.env['RIFF_CORPUS']);
  const reports = folderOf(values.reports ?? process.env['RIFF_REPORTS']);
  const client = await ensureClient(process.env[INSIDE] ?? values.client);
  const isolated = await withoutNetwork(client);
  if (isolated !== null) return isolated;
  say(`Claude Code ${client.version}; the rules were learnt from ${CLIENT_VERSION}.`);

  const isChosen = values.rules || values.refusals || values.reports !== undefined;
  const isAll = !isChosen && values.only.length === 0;
  let isSound = true;
  if (values.rules || isAll) isSound = (await checkRules(client.program)) === 0 && isSound;
  if (values.refusals || isAll) isSound = (await showRefusals(client, values.write)) && isSound;
  if (!isChosen) {
    const sound = await showSessions(
      client,
      (folder) => gatherCases(folder, { quick: values.quick, only: values.only, corpus }),
      values.write,
    );
    if (sound === null) return 130;
    isSound = sound && isSound;
  }
  if (reports !== null && (values.reports !== undefined || isAll)) {
    const sound = await showReports(client, reports, promptTokens, values.write);
    if (sound === null) return 130;
    isSound = sound && isSound;
  }
  return isSound ? 0 : 1;
});

function folderOf(given: string | undefined): string | null {
  if (given === undefined || given === '') return null;
  if (!existsSync(given)) throw new Failure(`There is no folder ${given}.`);
  return given;
}

/** What the small sessions that the API refuses come to. @returns whether the client does with each what is expected */
async function showRefusals({ program, version }: InstalledClient, isWritten: boolean): Promise<boolean> {
  const found = await checkRefusals(program);
  const text = refusalTable(found);
  process.stdout.write(`${text}\n\n`);
  if (isWritten) await writeSection('resume.md', 'refusals', `Claude Code ${version}.\n\n${text}`);
  return found.every(({ isExpected }) => isExpected);
}

/** @returns whether all checks hold; null when it was told to stop */
async function showSessions(
  client: InstalledClient,
  gather: (folder: string) => Promise<Case[]>,
  isWritten: boolean,
): Promise<boolean | null> {
  const all = await withCli(async (cli) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'riff-sessions-'));
    try {
      return await inTurn(await gather(folder), async (each) => measure(client.program, cli, await ownCopy(cli, each)));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
  if (all === null) return null;
  const results = checks(all);
  process.stdout.write(`${differences(all).join('\n')}\n\n${table(all)}\n\n${results.map(line).join('\n')}\n`);
  if (isWritten) {
    const points = results.map(({ text, figure, holds }) => `- ${holds ? '' : '**not yet** '}${text}: ${figure}`);
    await writeSection('resume.md', 'results', [await heading(client, `${all.length} sessions`), '', ...points, '', table(all)].join('\n'));
  }
  return results.every(({ holds }) => holds);
}

/** @returns whether every copy loads what the client loads of the file as found; null when it was told to stop */
async function showReports(client: InstalledClient, directory: string, promptTokens: number, isWritten: boolean): Promise<boolean | null> {
  const limits = { ...DEFAULT_LIMITS, promptTokens };
  const all = await withCli(async (cli) =>
    inTurn(
      (await gatherReports(directory)).map((each) => ({ ...each, name: each.report })),
      (each) => measureReport(client.program, cli, each, limits),
    ),
  );
  if (all === null) return null;
  const text = [fieldReportTable(all), '', ...fieldReportSummary(all).map((each) => `- ${each}`)].join('\n');
  process.stdout.write(`${text}\n`);
  if (isWritten) await writeSection('field-reports.md', 'results', `${await heading(client, `${all.length} sessions`)}\n\n${text}`);
  return all.every(({ lost }) => lost.length === 0);
}

/** What the tables were made with. */
async function heading({ version }: InstalledClient, sessions: string): Promise<string> {
  const { version: own } = JSON.parse(await readFile(path.join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return `Claude Code ${version}, Riff ${own}, ${new Date().toISOString().slice(0, 10)}; ${sessions}.`;
}

/**
 * Goes on in a network that has nothing but the loopback, where the system lets us make one.
 * @returns its exit status; null when this process is to do the work
 */
async function withoutNetwork({ version }: InstalledClient): Promise<number | null> {
  if (process.env[INSIDE] !== undefined) return null;
  const unshare = findOnPath('unshare');
  const up = 'ip link set lo up';
  if (unshare === null || (await run(unshare, ['-rn', 'sh', '-c', up])).code !== 0) {
    say('No network namespace can be made here: the client runs with the network there, told to use the loopback alone.');
    return null;
  }
  const child = spawn(unshare, ['-rn', 'sh', '-c', `${up} && exec "$@"`, 'sh', process.execPath, ...process.argv.slice(1)], {
    env: { ...process.env, [INSIDE]: version },
    stdio: 'inherit',
  });
  onStop(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 128));
  });
}

/** Instead of ending at once when told to stop. */
function onStop(stop: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
}

async function withCli<T>(work: (cli: CliHarness) => Promise<T>): Promise<T> {
  const cli = await cliHarness();
  try {
    await putService(cli.dist);
    return await work(cli);
  } finally {
    await cli.run(['service', 'stop']);
    await cli.dispose();
  }
}

/** Measures some at a time. @returns what was found, in the order of the list; null when it was told to stop */
async function inTurn<Each extends { readonly name: string }, Found>(
  list: readonly Each[],
  measureOne: (each: Each) => Promise<Found>,
): Promise<Found[] | null> {
  const found = new Map<Each, Found>();
  const waiting = [...list];
  // What is under way ends by itself, and is cleaned up.
  onStop(() => (waiting.length = 0));
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      found.set(next, await measureOne(next));
      say(`${found.size} of ${list.length}  ${next.name}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found.size < list.length ? null : list.flatMap((each) => found.get(each) ?? []);
}

/** Copies of sessions are written beside them: never into a corpus. */
async function ownCopy(cli: CliHarness, session: Case): Promise<Case> {
  if (!session.group.startsWith('corpus/')) return session;
  const file = await cli.file(`corpus/${session.name}/${session.sessionId}.jsonl`, await readFile(session.path));
  const agents = session.path.replace(/\.jsonl$/, '');
  if (existsSync(agents)) await cp(agents, file.replace(/\.jsonl$/, ''), { recursive: true });
  return { ...session, path: file };
}

function line({ text, figure, holds }: Check): string {
  return `${holds ? 'holds ' : 'FAILS '} ${text}: ${figure}`;
}
