/**
 * `npm run bench:graph [-- --records N]`: how the graph scrolls in a real Chromium with software rendering: the page that is shipped,
 * fed by the analysis of a generated session in the worker that is shipped, beside the plainest list of the same rows.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { root } from '../../scripts/bootstrap.mjs';
import { workerModel } from '../../src/extension/session/worker-model.ts';
import { streamSession } from '../generator/session.ts';
import { buildBundles, launchBrowser, openModel, type Bundles } from '../webview/harness.ts';
import { GESTURES, measureGesture, type GestureResult } from './graph-gestures.ts';

/** Of frames within the time of one: what is asked of the graph. */
const FRAMES_BOUND = 0.95;
const ROWS_BOUND = 150;
const HEAP_BOUND_MB = 150;

interface Result {
  readonly openMs: number;
  readonly pictureMs: number;
  readonly gestures: readonly GestureResult[];
  readonly heapMb: number;
}

/** Writes a session of that many records; an average record is as long as `bytes`. */
async function writeSession(path: string, records: number, bytes: number): Promise<void> {
  const file = await open(path, 'w');
  let lines: string[] = [];
  for (const { file: name, line } of streamSession({ seed: 1, records, targetBytes: records * bytes })) {
    if (name.includes('/')) continue;
    lines.push(line);
    if (lines.length === 5000) {
      await file.write(`${lines.join('\n')}\n`);
      lines = [];
    }
  }
  await file.write(`${lines.join('\n')}\n`);
  await file.close();
}

async function measure(browser: Browser, bundles: Bundles, path: string): Promise<Result> {
  const start = performance.now();
  const model = workerModel(join(root, 'dist', 'worker.cjs'), path, {
    restarted: () => console.error('the worker ended'),
    passedOver: ({ passedOver }) => console.error(`${passedOver} was passed over`),
  });
  try {
    await model.judgement.summary();
    const openMs = performance.now() - start;
    const { page, errors, close } = await openModel(browser, bundles, model, { relayed: true });
    await page.locator('.row:not(.placeholder):not(:empty)').first().waitFor();
    // From where the page began: before that a browser's window is made.
    const pictureMs = Date.now() - (await page.evaluate<number>('performance.timeOrigin'));
    const session = await page.context().newCDPSession(page);
    const gestures: GestureResult[] = [];
    for (const gesture of GESTURES) gestures.push(await measureGesture(page, session, gesture));
    await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
    if (errors.length > 0) throw new Error(errors.join('\n'));
    await close();
    return { openMs, pictureMs, gestures, heapMb: heap / 1e6 };
  } finally {
    await model.dispose();
  }
}

function report(name: string, result: Result): void {
  const { openMs, pictureMs, gestures, heapMb } = result;
  console.log(
    `\n${name}: read in ${openMs.toFixed(0)} ms, first rows ${pictureMs.toFixed(0)} ms after the page began, heap ${heapMb.toFixed(1)} MB`,
  );
  console.log('| gesture | frames | within 16.7 ms | p50 | p95 | longest | work per frame | rows passed | rows in the page | filled |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const one of gestures) {
    const times = [one.p50, one.p95, one.longest, one.workMs].map((ms) => `${ms.toFixed(1)} ms`).join(' | ');
    console.log(
      `| ${one.name} | ${one.frames} | ${(one.inTime * 100).toFixed(1)} % | ${times} | ${one.rowsPassed} | ${one.mostRows} | ${(one.filled * 100).toFixed(0)} % |`,
    );
  }
}

function holds({ gestures, heapMb }: Result): boolean {
  return heapMb < HEAP_BOUND_MB && gestures.every((one) => one.inTime >= FRAMES_BOUND && one.mostRows <= ROWS_BOUND && one.rowsPassed > 0);
}

const { values } = parseArgs({ options: { records: { type: 'string', default: '100000' }, bytes: { type: 'string', default: '1000' } } });
const records = Number(values.records);
const folder = await mkdtemp(join(tmpdir(), 'riff-bench-'));
const browser = await launchBrowser(['--enable-precise-memory-info'], ['--hide-scrollbars']);
try {
  const path = join(folder, '11111111-2222-4333-8444-555555555555.jsonl');
  await writeSession(path, records, Number(values.bytes));
  const bundles = await buildBundles();
  const plain = await build({
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    entryPoints: [join(root, 'test/webview/page/plain-list.ts')],
  });
  const graph = await measure(browser, bundles, path);
  report(`Graph, ${records.toLocaleString('en')} records`, graph);
  const list = await measure(browser, { ...bundles, graphJs: plain.outputFiles[0]!.contents }, path);
  report('Plain list of the same rows', list);
  console.log('\nGraph to plain list, work per frame:');
  graph.gestures.forEach((one, i) => console.log(`- ${one.name}: ${(one.workMs / list.gestures[i]!.workMs).toFixed(2)}`));
  console.log(`\nChromium ${browser.version()}, Node ${process.version}`);
  if (!holds(graph)) process.exitCode = 1;
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
