import { SessionAnalysis } from '../../src/core/session/session-analysis.ts';
import { memoryPorts } from '../support/memory-source.ts';

/** Twice the input may take this many times as long: linear work, with room for the collector and for neighbours on the machine. */
const MOST_GROWTH = 3.2;
/** Below this a ratio says nothing; milliseconds. */
const TOO_SHORT = 400;
const TRIES = 3;

const id = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
const link = (n: number, parent: number | null, more = ''): string =>
  `{"parentUuid":${parent === null ? 'null' : `"${id(parent)}"`},"type":"user",${more}"uuid":"${id(n)}","message":{"content":"x"}}`;
const each = (count: number, line: (n: number) => string): string => Array.from({ length: count }, (_, n) => `${line(n)}\n`).join('');
const answer = (n: number, parent: number | null, message: string, block: string): string =>
  `{"parentUuid":${parent === null ? 'null' : `"${id(parent)}"`},"type":"assistant","uuid":"${id(n)}","message":{"id":"${message}","content":[${block}]}}`;
const call = (n: number): string => `{"type":"tool_use","id":"toolu_${n}","name":"Read","input":{}}`;
const result = (n: number, parent: number): string =>
  `{"parentUuid":"${id(parent)}","type":"user","uuid":"${id(n)}","message":{"content":[{"type":"tool_result","tool_use_id":"toolu_${parent}","content":"x"}]}}`;
const progress = (n: number, parent: number): string => `{"parentUuid":"${id(parent)}","type":"progress","uuid":"${id(n)}"}`;
const LOST = 900_000_000;

/** Input that is all of one kind, of a size that doubles. */
const FAMILIES: Readonly<Record<string, { readonly size: number; readonly make: (size: number) => string }>> = {
  'a chain': { size: 200_000, make: (size) => each(size, (n) => link(n, n === 0 ? null : n - 1)) },
  'a chain written backwards': { size: 200_000, make: (size) => each(size, (n) => link(n, n === size - 1 ? null : n + 1)) },
  'a cycle': { size: 200_000, make: (size) => each(size, (n) => link(n, (n + size - 1) % size)) },
  'cycles of three': { size: 90_000, make: (size) => each(size, (n) => link(n, n % 3 === 0 ? n + 2 : n - 1)) },
  'records under themselves': { size: 100_000, make: (size) => each(size, (n) => link(n, n)) },
  'children of one record': { size: 50_000, make: (size) => each(size, (n) => link(n, n === 0 ? null : 0)) },
  'pairs under one record': { size: 50_000, make: (size) => each(size, (n) => link(n, n === 0 ? null : n % 2 === 1 ? 0 : n - 1)) },
  'one uuid': { size: 100_000, make: (size) => each(size, (n) => link(1, n % 2 === 0 ? null : 1)) },
  orphans: { size: 50_000, make: (size) => each(size, (n) => link(n, LOST + n)) },
  'orphans of one record': { size: 50_000, make: (size) => each(size, () => link(0, null)) + each(size, (n) => link(n + 1, LOST)) },
  'orphans of hooks': { size: 3_000, make: (size) => each(size, (n) => progress(n, LOST + n)) },
  'orphans of subagents': { size: 3_000, make: (size) => each(size, (n) => link(n, LOST + n, '"isSidechain":true,')) },
  'orphans with groups': { size: 3_000, make: (size) => each(size, (n) => answer(n, LOST + n, `msg_${n}`, '{"type":"text","text":"x"}')) },
  'orphans that are results': { size: 3_000, make: (size) => each(size, (n) => result(n, LOST + n)) },
  'open calls': { size: 50_000, make: (size) => each(size, (n) => answer(n, n === 0 ? null : n - 1, `msg_${n}`, call(n))) },
  'one message in many records': { size: 50_000, make: (size) => each(size, (n) => answer(n, n === 0 ? null : n - 1, 'msg_1', call(n))) },
  'parallel calls': {
    size: 50_000,
    make: (size) => each(size, (n) => answer(n, n === 0 ? null : n - 1, 'msg_1', call(n))) + each(size, (n) => result(size + n, n)),
  },
  'many blocks in one record': {
    size: 200_000,
    make: (size) => `${answer(1, null, 'msg_1', Array.from({ length: size }, (_, n) => call(n)).join(','))}\n`,
  },
  boundaries: {
    size: 50_000,
    make: (size) => each(size, (n) => link(n, null, '"subtype":"compact_boundary",').replace('"user"', '"system"')),
  },
  'lines of rubbish': { size: 500_000, make: (size) => 'x\n'.repeat(size) },
  'empty lines': { size: 2_000_000, make: (size) => '\n'.repeat(size) },
  'one long line of rubbish': { size: 10_000_000, make: (size) => `{"type":"${'x'.repeat(size)}` },
  braces: { size: 2_000_000, make: (size) => '{'.repeat(size) },
  'objects that never end': { size: 500_000, make: (size) => '{"type":'.repeat(size) },
  'starts of records on one line': { size: 100_000, make: (size) => '{"parentUuid":"a","type":"us'.repeat(size) },
  'starts of records on lines of their own': { size: 100_000, make: (size) => '{"parentUuid":"a","type":"us\n'.repeat(size) },
  'starts of records and lines of text': {
    size: 10_000,
    make: (size) => `{"parentUuid":"a","type":"us\n${'text\n'.repeat(20)}`.repeat(size),
  },
  'records broken over lines': {
    size: 20_000,
    make: (size) => each(size, (n) => link(n, n === 0 ? null : n - 1).replace('"x"', '"x\n\ny"')),
  },
  'records on one line': { size: 50_000, make: (size) => each(size, (n) => link(n, n === 0 ? null : n - 1)).replaceAll('\n', '') },
  'records with a cut-off one before each': {
    size: 30_000,
    make: (size) => each(size, (n) => `{"parentUuid":"${id(n)}","ty${link(n, n === 0 ? null : n - 1)}`).replaceAll('\n', ''),
  },
  'NUL bytes': { size: 5_000_000, make: (size) => '\0'.repeat(size) },
  'records between NUL bytes': {
    size: 50_000,
    make: (size) => each(size, (n) => `\0${link(n, n === 0 ? null : n - 1)}\0\0`).replaceAll('\n', ''),
  },
  'records with NUL bytes in them': {
    size: 30_000,
    make: (size) => each(size, (n) => link(n, n === 0 ? null : n - 1).replace('"x"', '"x\0y\0"')),
  },
  'tails of records': { size: 50_000, make: (size) => `${'","uuid":"a"}'.repeat(size)}\n` },
  'deep nesting': {
    size: 500_000,
    make: (size) => `{"type":"user","uuid":"a","message":{"content":${'['.repeat(size)}${']'.repeat(size)}}}\n`,
  },
  escapes: { size: 500_000, make: (size) => `{"type":"user","uuid":"a","message":{"content":"${'\\ud83d\\u0000'.repeat(size)}"}}\n` },
  'keys that repeat': {
    size: 200_000,
    make: (size) => `{${'"message":{"content":[]},"__proto__":1,'.repeat(size)}"type":"user","uuid":"a"}\n`,
  },
};

/**
 * Opens sessions that are all of one kind, and twice as large ones, and says for which the time more than doubles.
 * @returns how many there are
 */
export async function checkGrowth(): Promise<number> {
  let failed = 0;
  for (const [name, { size, make }] of Object.entries(FAMILIES)) {
    const { once, twice, ratio } = await growth(size, make);
    const isLinear = ratio <= MOST_GROWTH;
    if (!isLinear) failed++;
    console.log(
      `${isLinear ? 'ok    ' : 'SLOWER'} ${name}: ${size} in ${once.toFixed(0)} ms, twice that in ${twice.toFixed(0)} ms (× ${ratio.toFixed(1)})`,
    );
  }
  return failed;
}

/** The best of several tries: a busy machine makes one slow, never fast. */
async function growth(size: number, make: (size: number) => string): Promise<{ once: number; twice: number; ratio: number }> {
  const encoder = new TextEncoder();
  const [small, large] = [encoder.encode(make(size)), encoder.encode(make(size * 2))];
  let [once, twice] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let tries = 0; tries < TRIES; tries++) {
    once = Math.min(once, await opening(small));
    twice = Math.min(twice, await opening(large));
    if (twice <= TOO_SHORT || twice / once <= MOST_GROWTH) break;
  }
  return { once, twice, ratio: twice <= TOO_SHORT ? 1 : twice / once };
}

async function opening(bytes: Uint8Array): Promise<number> {
  const start = performance.now();
  const analysis = await SessionAnalysis.open(memoryPorts(bytes));
  const { rows } = await analysis.judgement.summary();
  await analysis.graph.rows('a', Math.max(0, rows - 30), 30);
  await analysis.graph.overview('a', 200);
  return performance.now() - start;
}
