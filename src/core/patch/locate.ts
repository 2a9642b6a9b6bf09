import { JsonCursor } from '../transcript/json-cursor.ts';

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
  eachMember(bytes, (name, _nameStart, start, end) => {
    const wanted = names.find((candidate) => candidate === name);
    if (wanted !== undefined) places.set(wanted, { start, end });
  });
  return places;
}

/** All top-level members, in order. */
export function locateMembers(bytes: Uint8Array): MemberPlace[] {
  const places: MemberPlace[] = [];
  eachMember(bytes, (name, nameStart, start, end) => places.push({ name, nameStart, start, end }));
  return places;
}

function eachMember(bytes: Uint8Array, use: (name: string, nameStart: number, start: number, end: number) => void): void {
  const cursor = new JsonCursor();
  cursor.reset(bytes, 0, bytes.length);
  if (!cursor.openObject()) return;
  for (let first = true; cursor.member(first) === 'name'; first = false) {
    const name = cursor.text();
    const nameStart = cursor.textStart - 1;
    cursor.skipSpace();
    const start = cursor.pos;
    if (!cursor.skipValue()) return;
    use(name, nameStart, start, cursor.pos);
  }
}
