import type { BlockList, BlockName, Kinds, Meaning, Members, Nested, RecordFormat } from '../../formats/format.ts';
import { KeyTable } from './key-table.ts';
import { BLOCK, MEANING } from './meanings.ts';
import { KIND, type Kind } from '../record-kinds.ts';

/** An object of a record whose members matter: what each name means in it. */
export interface Place {
  /** Per key of the table: a `MEANING`. */
  readonly meanings: Uint8Array;
  /** Per key that means `object` or `blocks`: what is entered. */
  readonly inner: readonly (Place | undefined)[];
  /** All meanings in it, those of inner objects included. */
  readonly all: readonly number[];
  /** A bit of its own among the places of the format. */
  readonly bit: number;
  /** What it makes the block that it stands in. */
  readonly block: number;
}

/** A format's tables as the reader uses them. */
export interface RecordTables {
  readonly keys: KeyTable;
  readonly record: Place;
  /** What whole records begin with: a brace and the name of a first member. */
  readonly starts: readonly Uint8Array[];
  /** What a record's uuid begins with, its name included; null where the format has none. */
  readonly uuidStart: Uint8Array | null;
  /** Top-level name of the record's time; null where the format has none. */
  readonly timeName: string | null;
  /** Paths of names that lead to lists of content blocks. */
  readonly contentPaths: readonly (readonly string[])[];
  readonly kinds: KindTree;
}

/** Kinds by word, as deep as it takes. */
export type KindTree = ReadonlyMap<string, Kind | KindTree>;

const made = new WeakMap<RecordFormat, RecordTables>();

/** The tables of a format, made once. */
export function tablesOf(format: RecordFormat): RecordTables {
  const known = made.get(format);
  if (known !== undefined) return known;
  const tables = makeTables(format);
  made.set(format, tables);
  return tables;
}

function makeTables(format: RecordFormat): RecordTables {
  const names = [...new Set(namesIn(format.members))];
  const uuid = nameOf(format.members, 'uuid');
  return {
    keys: new KeyTable(names),
    record: new Places(names).of(format.members, BLOCK.other),
    starts: format.firstMembers.map((name) => bytesOf(`{"${name}"`)),
    uuidStart: uuid === null ? null : bytesOf(`"${uuid}":"`),
    timeName: nameOf(format.members, 'time'),
    contentPaths: contentPaths(format.members),
    kinds: kindTree(format.kinds),
  };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

type Value = Meaning | Nested | BlockList;

function innerOf(value: Value): Members | null {
  if (typeof value === 'string') return null;
  return 'object' in value ? value.object : value.blocks;
}

function namesIn(members: Members): string[] {
  return Object.entries(members).flatMap(([name, value]) => [name, ...namesIn(innerOf(value) ?? {})]);
}

function nameOf(members: Members, meaning: Meaning): string | null {
  return Object.keys(members).find((name) => members[name] === meaning) ?? null;
}

function contentPaths(members: Members): string[][] {
  return Object.entries(members).flatMap(([name, value]) => {
    if (typeof value === 'string') return [];
    return 'blocks' in value ? [[name]] : contentPaths(value.object).map((path) => [name, ...path]);
  });
}

function kindTree(kinds: Kinds): KindTree {
  return new Map(Object.entries(kinds).map(([word, kind]) => [word, typeof kind === 'string' ? KIND[kind] : kindTree(kind)]));
}

class Places {
  private readonly names: readonly string[];
  private count = 0;

  constructor(names: readonly string[]) {
    this.names = names;
  }

  of(members: Members, block: (typeof BLOCK)[BlockName | 'other']): Place {
    if (this.count > 30) throw new RangeError('a format has at most 31 objects whose members matter');
    const bit = 1 << this.count++;
    const meanings = new Uint8Array(this.names.length + 1);
    const inner: (Place | undefined)[] = Array.from({ length: this.names.length + 1 }, () => undefined);
    for (const [name, value] of Object.entries(members)) {
      const key = this.names.indexOf(name) + 1;
      meanings[key] = meaningOf(value);
      if (typeof value !== 'string') inner[key] = this.inside(value);
    }
    const all = [...meanings.filter((meaning) => meaning !== MEANING.none), ...inner.flatMap((place) => place?.all ?? [])];
    return { meanings, inner, all: [...new Set(all)], bit, block };
  }

  private inside(value: Nested | BlockList): Place {
    if ('blocks' in value) return this.of(value.blocks, BLOCK.other);
    return this.of(value.object, value.block === undefined ? BLOCK.other : BLOCK[value.block]);
  }
}

function meaningOf(value: Value): number {
  if (typeof value === 'string') return MEANING[value];
  return 'object' in value ? MEANING.object : MEANING.blocks;
}
