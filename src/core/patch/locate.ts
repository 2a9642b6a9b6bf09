import { JsonCursor } from '../transcript/json-cursor.ts';

/** Where a value stands in a record, quotes included; relative to the given bytes. */
export interface ValuePlace {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the values of top-level members without parsing the rest. Of a repeated name the last one counts, as for JSON.parse.
 * @param bytes one whole JSON object
 * @param names members to look for
 */
export function locateValues<Name extends string>(bytes: Uint8Array, names: readonly Name[]): Map<Name, ValuePlace> {
  const cursor = new JsonCursor();
  cursor.reset(bytes, 0, bytes.length);
  const places = new Map<Name, ValuePlace>();
  if (!cursor.openObject()) return places;
  for (let first = true; cursor.member(first) === 'name'; first = false) {
    const name = cursor.text();
    cursor.skipSpace();
    const start = cursor.pos;
    if (!cursor.skipValue()) return places;
    const wanted = names.find((candidate) => candidate === name);
    if (wanted !== undefined) places.set(wanted, { start, end: cursor.pos });
  }
  return places;
}
