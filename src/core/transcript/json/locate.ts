import { JsonCursor } from './json-cursor.ts';

/** Where a value stands in a record, quotes included; relative to the given bytes. */
export interface ValuePlace {
  readonly start: number;
  readonly end: number;
}

/** A top-level member. */
export interface MemberPlace extends ValuePlace {
  readonly name: string;
  /** The quote before its name. */
  readonly nameStart: number;
}

/**
 * Finds the values of top-level members without parsing the rest. Of a repeated name the last one counts, as for JSON.parse.
 * @param bytes one whole JSON object
 * @param names members to look for
 */
export function locateValues<Name extends string>(bytes: Uint8Array, names: readonly Name[]): Map<Name, ValuePlace> {
  const places = new Map<Name, ValuePlace>();
  eachMember(bytes, (cursor) => {
    // A name without escapes is decoded only where its length fits: most names of a record are not looked for.
    const length = cursor.escaped ? -1 : cursor.textEnd - cursor.textStart;
    if (length >= 0 && !names.some((candidate) => candidate.length === length)) return null;
    const name = cursor.text();
    const wanted = names.find((candidate) => candidate === name);
    return wanted === undefined ? null : (start, end) => places.set(wanted, { start, end });
  });
  return places;
}

/** All top-level members, in order. */
export function locateMembers(bytes: Uint8Array): MemberPlace[] {
  const places: MemberPlace[] = [];
  eachMember(bytes, (cursor) => {
    const name = cursor.text();
    const nameStart = cursor.textStart - 1;
    return (start, end) => places.push({ name, nameStart, start, end });
  });
  return places;
}

/** @param look sees the cursor behind each name, and says who takes the place of its value; null: nobody */
function eachMember(bytes: Uint8Array, look: (cursor: JsonCursor) => ((start: number, end: number) => void) | null): void {
  const cursor = new JsonCursor();
  cursor.reset(bytes, 0, bytes.length);
  if (!cursor.openObject()) return;
  for (let first = true; cursor.member(first) === 'name'; first = false) {
    const take = look(cursor);
    cursor.skipSpace();
    const start = cursor.pos;
    if (!cursor.skipValue()) return;
    take?.(start, cursor.pos);
  }
}
