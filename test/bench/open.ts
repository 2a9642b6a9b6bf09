/**
 * `npm run bench [-- --records N]`: how long opening a large session takes (index, graph, findings, what a resume loads by both
 * models), and with how much memory, beside reading the same file and calling JSON.parse on each of its lines; and how long it takes
 * until what one appended line says is known, beside opening. Bounds are ratios within one run: machines differ.
 */
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DEFAULT_CHOICE } from '../../src/core/arrangement/arrangement.ts';
import { SessionAnalysis } from '../../src/core/session/session-analysis.ts';
import { filePorts } from '../../src/files/file-analysis.ts';
import { createRandom } from '../generator/random.ts';
import { streamSession } from '../generator/session.ts';

const RUNS = 5;
const OPEN_BOUND = 0.8;
/** Of the time that opening takes. */
const APPEND_BOUND = 0.02;
const APPENDED = 30;
const VIEW = 'page';
/** Rows that a page asks for at once. */
const SHOWN = 128;
const BYTES_PER_RECORD = 1000;

interface Timed<T> {
  readonly ms: number;
  readonly value: T;
}

/** The least of several runs: what the machine can do when nothing disturbs it. */
async function least<T>(work: () => Promise<T>): Promise<Timed<T>> {
  let best: Timed<T> | null = null;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    const value = await work();
    const ms = performance.now() - start;
    if (best === null || ms < best.ms) best = { ms, value };
  }
  if (best === null) throw new RangeError('no run');
  return best;
}

/** @param losses records taken out, each of which makes orphans */
function sessionText(records: number, losses: number): string {
  const lines: string[] = [];
  for (const { file, line } of streamSession({ seed: 1, records, targetBytes: records * BYTES_PER_RECORD })) {
    if (!file.includes('/')) lines.push(line);
  }
  const random = createRandom(1);
  const lost = new Set(Array.from({ length: losses }, () => random.int(10, lines.length - 1)));
  return `${lines.filter((_, i) => !lost.has(i)).join('\n')}\n`;
}

async function parseEachLine(path: string): Promise<number> {
  let parsed = 0;
  for (const line of (await readFile(path, 'utf8')).split('\n')) {
    if (line === '') continue;
    JSON.parse(line);
    parsed++;
  }
  return parsed;
}

/** Bytes in use once nothing more can be freed; buffers are freed a moment after their owners. */
async function settledMemory(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await setTimeout(50);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/**
 * Milliseconds from each line that the session's writer appends to its findings and figures and to the last rows of its graph, as the
 * page asks for them: the median, as lines differ.
 */
async function appendLines(path: string, lines: readonly string[]): Promise<number> {
  const session = await SessionAnalysis.open(filePorts(path));
  const times: number[] = [];
  await session.graph.arrange(VIEW, DEFAULT_CHOICE);
  for (const line of lines) {
    await appendFile(path, `${line}\n`);
    const start = performance.now();
    await session.updates.refresh();
    await session.judgement.summary();
    await session.judgement.findings();
    const { rows } = await session.graph.arrange(VIEW, DEFAULT_CHOICE);
    await session.graph.rows(VIEW, rows - SHOWN, SHOWN);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
}

async function compare(folder: string, records: number, losses: number): Promise<boolean> {
  // A folder of its own: missing records are looked for in the other sessions of a project, which would be read too.
  const project = join(folder, String(losses));
  await mkdir(project);
  const path = join(project, '11111111-2222-4333-8444-555555555555.jsonl');
  const lines = sessionText(records, losses).split('\n').slice(0, -1);
  const appended = lines.splice(-APPENDED);
  await writeFile(path, `${lines.join('\n')}\n`);
  const parsing = await least(() => parseEachLine(path));
  const before = await settledMemory();
  const opening = await least(() => SessionAnalysis.open(filePorts(path)));
  const after = await settledMemory();
  const { bytes, findings, safeRepairs } = await opening.value.judgement.summary();
  const ratio = opening.ms / parsing.ms;
  const memory = (after - before) / bytes;
  const found = findings.error + findings.warning + findings.info;
  const append = await appendLines(path, appended);
  process.stdout.write(
    `${parsing.value.toLocaleString('en')} records, ${Math.round(bytes / 1e6)} MB, ${found} findings, ${safeRepairs} safe repairs: ` +
      `open ${Math.round(opening.ms)} ms = ${ratio.toFixed(2)} × JSON.parse of each line (${Math.round(parsing.ms)} ms; bound ${OPEN_BOUND}); ` +
      `memory kept ${memory.toFixed(2)} × file size (bound 0.5); ` +
      `a line appended ${append.toFixed(1)} ms = ${((append / opening.ms) * 100).toFixed(1)} % of opening (bound ${APPEND_BOUND * 100} %)\n`,
  );
  return ratio <= OPEN_BOUND && memory <= 0.5 && append <= APPEND_BOUND * opening.ms;
}

const { values } = parseArgs({ options: { records: { type: 'string', default: '100000' } } });
const records = Number(values.records);
const folder = await mkdtemp(join(tmpdir(), 'riff-bench-'));
try {
  const holds = [await compare(folder, records, 0), await compare(folder, records, Math.round(records / 100))];
  if (holds.includes(false)) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
