/** The host tests: in the real extension host of the VS Code of code-server, or of a desktop VS Code. */
import { copyFile, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import * as v from 'valibot';
import { buildProgram } from '../test/contract/programs/run.ts';
import { makeSandbox } from '../test/harness/sandbox.ts';
import { startVscode } from '../test/harness/vscode.ts';
import { root, say } from './bootstrap.mjs';
import { runInDesktop } from './desktop.ts';
import type { TierResult } from './tier-result.ts';

const SUITE_TIMEOUT_MS = 15 * 60_000;

const Result = v.variant('state', [
  v.object({ state: v.picklist(['passed', 'failed', 'skipped']), title: v.string(), ms: v.number(), error: v.optional(v.string()) }),
  v.object({ state: v.literal('ended') }),
]);

/** Bundles the program that acts as the database's owner, and puts the engine beside it. */
async function buildOwner(): Promise<void> {
  const dist = path.join(root, 'dist');
  const outdir = path.join(dist, 'test');
  await buildProgram('owner', outdir);
  for (const name of await readdir(dist)) if (name.endsWith('.node')) await copyFile(path.join(dist, name), path.join(outdir, name));
}

/** Bundles test/host/*.test.ts into one module with the `run()` that VS Code calls. */
async function buildSuite(): Promise<string> {
  await buildOwner();
  const folder = path.join(root, 'test', 'host');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.test.ts')).sort();
  const imports = files.map((name) => `await import(${JSON.stringify(`./${name}`)});`).join('\n');
  const outfile = path.join(root, 'dist', 'test', 'host.cjs');
  await build({
    absWorkingDir: root,
    stdin: {
      contents: `import { runHostSuite } from '../harness/host-suite.ts';\nexport const run = () => runHostSuite(async () => {\n${imports}\n});`,
      resolveDir: folder,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['vscode', 'mocha'],
    loader: { '.surql': 'text' },
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}

/** Runs the host tests in the VS Code of code-server, with a page of Chromium as its window. */
export async function runHostTier(): Promise<TierResult> {
  const suite = await buildSuite();
  const vscode = await startVscode({ suites: true });
  try {
    const { page, url } = await vscode.newSuitePage(suite);
    const messages: string[] = [];
    const ended = new Promise<string | null>((resolve) => {
      void page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
        if (type === 'error') messages.push(args.map(String).join(' '));
      });
      void page.exposeFunction('codeAutomationExit', (code: number) => resolve(code === 0 ? null : `the suite ended with status ${code}`));
    });
    await page.goto(url);
    const problem = await Promise.race([
      ended,
      delay(SUITE_TIMEOUT_MS, `the suite did not end within ${SUITE_TIMEOUT_MS / 1000} s`, { ref: false }),
    ]);
    if (problem !== null && messages.length > 0) say(`Errors of the window:\n${messages.slice(-20).join('\n')}`);
    return await readResults(vscode.sandbox.hostResults, problem);
  } finally {
    await vscode.close();
  }
}

/** Runs the host tests in a desktop VS Code that \@vscode/test-electron downloads. */
export async function runElectronTier(): Promise<TierResult> {
  const suite = await buildSuite();
  const sandbox = await makeSandbox({});
  try {
    return await readResults(sandbox.hostResults, await runInDesktop(suite, sandbox));
  } finally {
    await sandbox.remove();
  }
}

/**
 * Counts what the suite wrote and prints what failed.
 * @param problem what went wrong outside the tests, or null
 */
async function readResults(file: string, problem: string | null): Promise<TierResult> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  const results = lines.map((line) => v.parse(Result, JSON.parse(line)));
  const counts: TierResult = { passed: 0, failed: 0, skipped: 0 };
  for (const result of results) {
    if (result.state === 'ended') continue;
    counts[result.state] += 1;
    say(`  ${result.state} ${result.title} (${result.ms} ms)`);
    if (result.error !== undefined) say(result.error.replaceAll(/^/gm, '    '));
  }
  const isWhole = results.at(-1)?.state === 'ended';
  if (problem !== null || !isWhole) {
    say(`  failed: ${problem ?? 'the suite did not come to its end'}`);
    counts.failed += 1;
  }
  return counts;
}
