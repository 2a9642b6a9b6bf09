import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { badInputs, smallChain } from '../generator/bad-input.ts';
import { damage } from '../generator/damage/damage.ts';
import { DAMAGE_CLASSES, ImpossibleDamage } from '../generator/damage/spec.ts';
import type { Random } from '../generator/random.ts';
import { generateSession } from '../generator/session.ts';
import { CLIENTS } from '../generator/types.ts';

/** So much of a session is enough for damage to meet other damage, and little enough to look at. */
const MOST_BYTES = 40_000;

/** Gives the bytes that are to be spoilt. */
export type Seeds = (random: Random) => Uint8Array;

/** Generated sessions, damaged ones and odd files; where a folder of real sessions is given, pieces of those too. */
export function seeds(corpus: string | undefined): Seeds {
  const odd = badInputs().map(({ bytes }) => bytes);
  const real = corpus === undefined || !existsSync(corpus) ? [] : filesIn(corpus);
  const generated = CLIENTS.flatMap((client, i) =>
    [1, 2, 3].map((seed) => generateSession({ seed: seed * 10 + i, client, records: 50, targetBytes: MOST_BYTES })),
  );
  return (random) => {
    const kind = random.int(0, real.length > 0 ? 5 : 3);
    if (kind === 0) return random.pick(odd).slice(0, MOST_BYTES * 4);
    if (kind === 1) return new TextEncoder().encode(`${smallChain(random.int(1, 12), random.int(1, 99)).lines.join('\n')}\n`);
    const session = random.pick(generated);
    if (kind === 2) return session.files[0]!.bytes;
    if (kind === 3) return damagedOf(session, random);
    return piece(readFileSync(random.pick(real)), random);
  };
}

function damagedOf(session: Parameters<typeof damage>[0], random: Random): Uint8Array {
  const small = DAMAGE_CLASSES.filter((name) => name !== 'E8');
  const specs = [random.pick(small), random.pick(small)].map((name) => ({ class: name }));
  try {
    return damage(session, specs, random.int(1, 1000)).files[0]!.bytes;
  } catch (error) {
    if (error instanceof ImpossibleDamage) return session.files[0]!.bytes;
    throw error;
  }
}

/** Some lines of a file. */
function piece(bytes: Uint8Array, random: Random): Uint8Array {
  const from = random.int(0, Math.max(0, bytes.length - MOST_BYTES));
  const start = from === 0 ? 0 : bytes.indexOf(0x0a, from) + 1;
  const end = bytes.indexOf(0x0a, start + MOST_BYTES);
  return Uint8Array.from(bytes.subarray(start, end < 0 ? bytes.length : end + 1));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => join(folder, name));
}
