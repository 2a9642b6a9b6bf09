/** Resumes sessions and their repaired copies with the client itself, and says what it loads; see docs/resume.md. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, findOnPath, root, run, runMain, say } from '../../scripts/bootstrap.mjs';
import { putService } from '../support/bundles.ts';
import { cliHarness } from '../support/riff-cli.ts';
import { gatherCases, type Case } from './cases.ts';
import { CLIENT_VERSION, ensureClient } from './install.ts';
import { measure, type Measurement } from './measure.ts';
import { checkRules } from './check-rules.ts';
import { checks, differences, table, type Check } from './report.ts';

const USAGE = `Usage: npm run test:resume -- [--corpus DIR] [--quick] [--only CLASS…] [--rules] [--write]

Resumes sessions with Claude Code ${CLIENT_VERSION}, talking to a server on the loopback alone, and compares what it loads of each
session and of its repaired copy with what the models say.
--corpus DIR  real sessions besides the generated ones (default: RIFF_CORPUS)
--quick       one generated session of each kind
--only CLASS  groups whose name starts so, for example A2 or corpus/dangling; may be repeated
--rules       only the small sessions that show the client's rules
--write       writes the table into docs/resume.md
`;

/** The client and the command line each use a core. */
const AT_ONCE = 2;
const DOCUMENT = path.join(root, 'docs', 'resume.md');

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      corpus: { type: 'string' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      rules: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const program = await ensureClient();
  const isolated = await withoutNetwork();
  if (isolated !== null) return isolated;

  const rules = values.only.length === 0 ? await checkRules(program) : 0;
  if (values.rules) return rules === 0 ? 0 : 1;
  const corpus = values.corpus ?? process.env['RIFF_CORPUS'] ?? null;
  if (corpus !== null && !existsSync(corpus)) throw new Failure(`There is no folder ${corpus}.`);
  const all = await measureAll(program, (folder) => gatherCases(folder, { quick: values.quick, only: values.only, corpus }));
  if (all === null) return 130;
  const results = checks(all);
  process.stdout.write(`${differences(all).join('\n')}\n\n${table(all)}\n\n${results.map(line).join('\n')}\n`);
  if (values.write) await write(all, results);
  return rules === 0 && results.every(({ holds }) => holds) ? 0 : 1;
});

/**
 * Goes on in a network that has nothing but the loopback, where the system lets us make one.
 * @returns its exit status; null when this process is to do the work
 */
async function withoutNetwork(): Promise<number | null> {
  if (process.env['RIFF_RESUME_INSIDE'] === '1') return null;
  const unshare = findOnPath('unshare');
  const up = 'ip link set lo up';
  if (unshare === null || (await run(unshare, ['-rn', 'sh', '-c', up])).code !== 0) {
    say('No network namespace can be made here: the client runs with the network there, told to use the loopback alone.');
    return null;
  }
  const child = spawn(unshare, ['-rn', 'sh', '-c', `${up} && exec "$@"`, 'sh', process.execPath, ...process.argv.slice(1)], {
    env: { ...process.env, RIFF_RESUME_INSIDE: '1' },
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

/** @returns null when it was told to stop */
async function measureAll(program: string, gather: (folder: string) => Promise<Case[]>): Promise<Measurement[] | null> {
  const folder = await mkdtemp(path.join(tmpdir(), 'riff-sessions-'));
  const cli = await cliHarness();
  try {
    await putService(cli.dist);
    const cases = await gather(folder);
    const found = new Map<Case, Measurement>();
    const waiting = [...cases];
    // What is under way ends by itself, and is cleaned up.
    onStop(() => (waiting.length = 0));
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        found.set(next, await measure(program, cli, await ownCopy(cli, next)));
        say(`${found.size} of ${cases.length}  ${next.name}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return found.size < cases.length ? null : cases.flatMap((each) => found.get(each) ?? []);
  } finally {
    await cli.run(['service', 'stop']);
    await cli.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Copies of sessions are written beside them: never into a corpus. */
async function ownCopy(cli: Awaited<ReturnType<typeof cliHarness>>, session: Case): Promise<Case> {
  if (!session.group.startsWith('corpus/')) return session;
  const file = await cli.file(`corpus/${session.name}/${session.sessionId}.jsonl`, await readFile(session.path));
  const agents = session.path.replace(/\.jsonl$/, '');
  if (existsSync(agents)) await cp(agents, file.replace(/\.jsonl$/, ''), { recursive: true });
  return { ...session, path: file };
}

function line({ text, figure, holds }: Check): string {
  return `${holds ? 'holds ' : 'FAILS '} ${text}: ${figure}`;
}

/** Puts the results between the two marks of the document. */
async function write(all: readonly Measurement[], results: readonly Check[]): Promise<void> {
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const text = [
    `Claude Code ${CLIENT_VERSION}, Riff ${version}, ${new Date().toISOString().slice(0, 10)}; ${all.length} sessions.`,
    '',
    ...results.map(({ text: what, figure, holds }) => `- ${holds ? '' : '**not yet** '}${what}: ${figure}`),
    '',
    table(all),
  ].join('\n');
  const document = await readFile(DOCUMENT, 'utf8');
  const [before, after] = [document.split('<!-- results -->')[0], document.split('<!-- end of results -->')[1]];
  if (before === undefined || after === undefined) throw new Failure('docs/resume.md has lost its marks for the results.');
  await writeFile(DOCUMENT, `${before}<!-- results -->\n\n${text}\n\n<!-- end of results -->${after}`);
}
