import { grown } from '../transcript/join-columns.ts';
import type { RowFacts } from './row-facts.ts';

interface NumberArray extends ArrayLike<number> {
  readonly buffer: ArrayBufferLike;
  readonly BYTES_PER_ELEMENT: number;
  subarray(start: number, end: number): NumberArray;
  fill(value: number, start?: number): unknown;
  set(values: ArrayLike<number>, offset?: number): void;
}

/** An array of that length, which begins like another one. @param from entries that are taken over; those behind are 0 */
export function beginning<T extends NumberArray>(before: T, from: number, length: number): T {
  // What goes on as it is shares its memory.
  if (from > 0 && from === before.length && length >= from) return grown(before, new Uint8Array(length - from));
  const make = before.constructor as new (length: number) => T;
  const array = new make(length);
  array.set(before.subarray(0, Math.min(from, length)));
  return array;
}

/** The first row of which the facts are others than they were, or that was not there. */
export function firstChanged(before: RowFacts, facts: RowFacts): number {
  const { parentRow, message, flags } = facts;
  const count = Math.min(flags.length, before.flags.length);
  let row = 0;
  while (
    row < count &&
    parentRow[row] === before.parentRow[row] &&
    message[row] === before.message[row] &&
    flags[row] === before.flags[row]
  )
    row++;
  return row;
}

/** The least of these and of all values of entries [from, end) that are not negative. */
export function leastFrom(values: ArrayLike<number>, from: number, least: number, end = values.length): number {
  let found = least;
  for (let i = from; i < end; i++) if (values[i]! >= 0 && values[i]! < found) found = values[i]!;
  return found;
}

/**
 * The last row up to `from` that nothing stands on both sides of.
 * @param heads per row: the row above that it belongs to, itself, or -1; @param before the same, as it was
 */
export function unsplit(heads: ArrayLike<number>, before: ArrayLike<number>, from: number): number {
  let whole = from;
  let least = Math.min(leastFrom(heads, from, from), leastFrom(before, from, from));
  while (least < whole) {
    // Each row is looked at once.
    const looked = whole;
    whole = least;
    least = Math.min(leastFrom(heads, whole, whole, looked), leastFrom(before, whole, whole, looked));
  }
  return whole;
}
