/**
 * Seeded random numbers (sfc32): the same seed gives the same sequence on every machine.
 */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** Whole number, both ends included. */
  int(low: number, high: number): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** One of the items, as likely as its weight. */
  weighted<T>(items: readonly (readonly [T, number])[]): T;
  /** A value whose quantiles are the given points, linear between them. */
  quantile(points: readonly Quantile[]): number;
  shuffle<T>(items: readonly T[]): T[];
  hex(digits: number): string;
  base62(length: number): string;
  uuid(): string;
}

/** [probability, value], rising. */
export type Quantile = readonly [number, number];

const BASE62 = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789';

/** @param seed any integer */
export function createRandom(seed: number): Random {
  let a = 0x9e3779b9 ^ seed;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let d = 1;
  const word = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return t >>> 0;
  };
  for (let i = 0; i < 16; i += 1) word();

  const next = (): number => word() / 4294967296;
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const hexWord = (): string => word().toString(16).padStart(8, '0');

  const pick = <T>(items: readonly T[]): T => at(items, Math.floor(next() * items.length));

  const weighted = <T>(items: readonly (readonly [T, number])[]): T => {
    let total = 0;
    for (const [, weight] of items) total += weight;
    let left = next() * total;
    for (const [item, weight] of items) {
      left -= weight;
      if (left < 0) return item;
    }
    return at(items, items.length - 1)[0];
  };

  const quantile = (points: readonly Quantile[]): number => {
    const p = next();
    let [lowP, lowV]: Quantile = at(points, 0);
    for (const [highP, highV] of points) {
      if (p < highP) return lowV + ((highV - lowV) * (p - lowP)) / (highP - lowP || 1);
      lowP = highP;
      lowV = highV;
    }
    return lowV;
  };

  const shuffle = <T>(items: readonly T[]): T[] => {
    const out = items.slice();
    for (let i = out.length - 1; i > 0; i -= 1) {
      const j = int(0, i);
      const held = at(out, i);
      out[i] = at(out, j);
      out[j] = held;
    }
    return out;
  };

  const hex = (digits: number): string => {
    let out = '';
    while (out.length < digits) out += hexWord();
    return out.slice(0, digits);
  };

  const base62 = (length: number): string => {
    let out = '';
    for (let i = 0; i < length; i += 1) out += BASE62.charAt(word() % BASE62.length);
    return out;
  };

  const uuid = (): string => {
    const v = hexWord();
    const w = hexWord();
    const x = hexWord();
    const y = hexWord();
    const variant = '89ab'.charAt(word() & 3);
    return `${v}-${w.slice(0, 4)}-4${w.slice(5)}-${variant}${x.slice(1, 4)}-${x.slice(4)}${y}`;
  };

  return { next, int, chance: (p) => next() < p, pick, weighted, quantile, shuffle, hex, base62, uuid };
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${String(index)} of ${String(items.length)}`);
  return item;
}
