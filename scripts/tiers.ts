/**
 * `npm test [-- TIER…]`: runs the tiers, some at a time, and ends with one line that counts all their tests.
 * A tier that ran no test counts as failed: it would have said that all is well whatever happened.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { Failure, findOnPath, root, run, runMain, say, toolsNode } from './bootstrap.mjs';
import { build } from './build.mjs';
import { ensureChromium } from './chromium.ts';
import { ensureCodeServer } from './code-server.ts';
import { ensureInstalled } from './debian.ts';
import { downloadDesktop, hasDisplay } from './desktop.ts';
import { runElectronTier, runHostTier } from './host-tier.ts';
import type { TierResult } from './tier-result.ts';

/** How many tiers run at a time: each waits for processes and windows now and then, so one more than the two cores they are to fill. */
const AT_ONCE = 3;

interface Tier {
  readonly name: string;
  /** A browser alone, one with the VS Code of code-server in it, or a desktop VS Code. */
  readonly needs?: 'browser' | 'vscode' | 'desktop';
  readonly run: () => Promise<TierResult>;
}

/** In the order in which they begin: those that take long first, so that the last ones end together. */
const TIERS: readonly Tier[] = [
  { name: 'e2e', needs: 'vscode', run: () => runVitest('e2e') },
  { name: 'unit', run: () => runVitest('unit') },
  { name: 'contract', run: () => runVitest('contract') },
  { name: 'webview', needs: 'browser', run: () => runVitest('webview') },
  { name: 'host', needs: 'vscode', run: runHostTier },
  { name: 'vsix', needs: 'vscode', run: () => runVitest('vsix') },
  { name: 'types', run: () => check('scripts/check-types.ts') },
  { name: 'lint', run: () => check('node_modules/oxlint/bin/oxlint') },
  { name: 'format', run: () => check('node_modules/oxfmt/bin/oxfmt', ['--check', '.']) },
];
/** The host tests once more, in a desktop VS Code; only when it is asked for. */
const ELECTRON: Tier = { name: 'electron', needs: 'desktop', run: runElectronTier };

function tool(script: string): string {
  return path.join(root, 'node_modules', script);
}

/** One check of the sources: counts as one test. */
async function check(script: string, args: readonly string[] = []): Promise<TierResult> {
  const { code, output } = await run(toolsNode(), [path.join(root, script), ...args]);
  if (code !== 0) say(output.trimEnd());
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

const VitestReport = v.object({
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  numPendingTests: v.number(),
  numTodoTests: v.number(),
});

async function runVitest(project: string): Promise<TierResult> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'riff-report-'));
  try {
    const report = path.join(folder, 'report.json');
    const args = ['run', '--project', project, '--reporter', 'default', '--reporter', 'json', '--outputFile.json', report];
    const code = await show(toolsNode(), [tool('vitest/vitest.mjs'), ...args]);
    const text = await readFile(report, 'utf8').catch(() => null);
    if (text === null) return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
    const counts = v.parse(VitestReport, JSON.parse(text));
    // A file that cannot be loaded, or an error outside all tests, fails the run without failing a test.
    const failed = code !== 0 && counts.numFailedTests === 0 && counts.numPassedTests > 0 ? 1 : counts.numFailedTests;
    return { passed: counts.numPassedTests, failed, skipped: counts.numPendingTests + counts.numTodoTests };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether several tiers run at a time: then a program's output is shown when it has ended, or two outputs would mix. */
let sideBySide = false;

/** Runs a program with its output on our stderr; resolves to its exit status. */
function show(command: string, args: readonly string[]): Promise<number> {
  const output = sideBySide ? 'pipe' : 2;
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', output, output],
    env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' },
  });
  running.add(child);
  let collected = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (collected += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      running.delete(child);
      if (collected !== '') say(collected.trimEnd());
      resolve(code ?? 128);
    });
  });
}

/** What this process has started, to be ended with it. */
const running = new Set<ChildProcess>();

function endChildrenWithUs(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      for (const child of running) child.kill('SIGTERM');
      process.exit(1);
    });
  }
}

function add(total: TierResult, more: TierResult): void {
  total.passed += more.passed;
  total.failed += more.failed;
  total.skipped += more.skipped;
}

function line({ passed, failed, skipped }: TierResult): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function selectTiers(names: readonly string[]): readonly Tier[] {
  if (names.length === 0) return TIERS;
  const known = [...TIERS, ELECTRON];
  const unknown = names.filter((name) => !known.some((tier) => tier.name === name));
  if (unknown.length > 0) {
    throw new Failure(`There is no tier ${unknown.join(', ')}. The tiers are: ${known.map((tier) => tier.name).join(', ')}.`);
  }
  return known.filter((tier) => names.includes(tier.name));
}

/** Gets what the tiers need before the first one runs: a missing part is said at once, not after minutes. */
async function prepare(tiers: readonly Tier[]): Promise<void> {
  const needs = new Set(tiers.map((tier) => tier.needs));
  if (needs.has('browser') || needs.has('vscode')) await ensureChromium();
  if (needs.has('vscode')) await ensureCodeServer();
  if (needs.has('desktop')) await downloadDesktop();
  await build({});
}

async function runTier(tier: Tier): Promise<TierResult> {
  say(`\n── ${tier.name} begins`);
  const start = Date.now();
  const result = await tier.run();
  if (result.passed + result.failed === 0) {
    say(`${tier.name} ran no test: that counts as a failure.`);
    result.failed = 1;
  }
  say(`── ${tier.name}: ${line(result)} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  return result;
}

/** Runs the tiers, each as soon as there is room for it. */
async function runTiers(tiers: readonly Tier[]): Promise<Map<Tier, TierResult>> {
  const results = new Map<Tier, TierResult>();
  const waiting = [...tiers];
  const runWaiting = async () => {
    for (let tier = waiting.shift(); tier !== undefined; tier = waiting.shift()) results.set(tier, await runTier(tier));
  };
  sideBySide = tiers.length > 1;
  await Promise.all(Array.from({ length: AT_ONCE }, runWaiting));
  return results;
}

await runMain(async () => {
  const tiers = selectTiers(process.argv.slice(2));
  endChildrenWithUs();
  await prepare(tiers);
  if (tiers.includes(ELECTRON) && !hasDisplay()) {
    await ensureInstalled([{ package: 'xvfb', isThere: () => findOnPath('xvfb-run') !== null }], 'to show VS Code without a display');
    return show('xvfb-run', ['-a', toolsNode(), ...process.argv.slice(1)]);
  }
  const total: TierResult = { passed: 0, failed: 0, skipped: 0 };
  const summary: string[] = [];
  const results = await runTiers(tiers);
  for (const tier of tiers) {
    const result = results.get(tier) ?? { passed: 0, failed: 1, skipped: 0 };
    add(total, result);
    summary.push(`${tier.name.padEnd(9)}${line(result)}`);
  }
  say(`\n${summary.join('\n')}\n`);
  process.stdout.write(`${line(total)}\n`);
  return total.failed === 0 ? 0 : 1;
});
