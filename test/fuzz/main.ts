/** `npm run fuzz [-- --seconds N] [--seed N]`: spoils sessions and checks what must hold for any bytes; then how time grows. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../generator/random.ts';
import { checkGrowth } from './growth.ts';
import { checkInvariants } from './invariants.ts';
import { mutate } from './mutate.ts';
import { seeds } from './seeds.ts';

/** Findings of the fuzzer: the bytes on which something did not hold. */
const FAILED = 'test-results/fuzz';
/** Nothing of this size takes longer; milliseconds. */
const HANG = 10_000;
const MOST_FAILURES = 10;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      growth: { type: 'boolean', default: true },
    },
    allowNegative: true,
  });
  const first = Number(values.seed);
  const failures = await spoil(first, Number(values.seconds) * 1000);
  const slow = values.growth ? await checkGrowth() : 0;
  return failures + slow > 0 ? 1 : 0;
}

async function spoil(first: number, milliseconds: number): Promise<number> {
  const seed = seeds(process.env['RIFF_CORPUS']);
  const until = performance.now() + milliseconds;
  let failures = 0;
  let bytes = 0;
  let run = first;
  for (; performance.now() < until && failures < MOST_FAILURES; run++) {
    const random = createRandom(run);
    const spoilt = mutate(seed(random), random);
    bytes += spoilt.length;
    const start = performance.now();
    try {
      await checkInvariants(spoilt, random);
      const took = performance.now() - start;
      if (took > HANG) throw new Error(`took ${Math.round(took)} ms for ${spoilt.length} bytes`);
    } catch (error) {
      failures++;
      await keep(run, spoilt, error);
    }
  }
  console.log(`${run - first} inputs from seed ${first}, ${(bytes / 1e6).toFixed(0)} MB: ${failures} failed`);
  return failures;
}

async function keep(run: number, spoilt: Uint8Array, error: unknown): Promise<void> {
  await mkdir(FAILED, { recursive: true });
  const path = join(FAILED, `${run}.jsonl`);
  await writeFile(path, spoilt);
  console.log(`seed ${run}: ${path}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

process.exitCode = await main();
