import type { GeneratedFile, Json } from './types.ts';

/** A small reader for tests of the generator, independent of src: lines as they are, records where a line parses. */

export interface ReadLine {
  /** 1-based, physical. */
  readonly number: number;
  readonly text: string;
  /** null: the line is no JSON object. */
  readonly record: Json | null;
}

/** Files and their lines are never changed: each is read once. */
const read = new WeakMap<GeneratedFile, readonly ReadLine[]>();

export function readLines(file: GeneratedFile | undefined): readonly ReadLine[] {
  const known = file === undefined ? undefined : read.get(file);
  if (known !== undefined) return known;
  const found = linesOf(file).map((line, index) => ({ number: index + 1, text: line, record: parseObject(line) }));
  if (file !== undefined) read.set(file, found);
  return found;
}

const lines = new WeakMap<GeneratedFile, readonly string[]>();

/** The texts between a file's line ends, without the one after the last. */
export function linesOf(file: GeneratedFile | undefined): readonly string[] {
  const known = file === undefined ? undefined : lines.get(file);
  if (known !== undefined) return known;
  const text = textOf(file);
  const found = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  if (file !== undefined) lines.set(file, found);
  return found;
}

export function textOf(file: GeneratedFile | undefined): string {
  return new TextDecoder().decode(file?.bytes ?? new Uint8Array());
}

const records = new WeakMap<readonly ReadLine[], ReadonlyMap<string, ReadLine & { readonly record: Json }>>();

/** Records with a uuid, by uuid; the last wins. */
export function recordsOf(all: readonly ReadLine[]): ReadonlyMap<string, ReadLine & { readonly record: Json }> {
  const known = records.get(all);
  if (known !== undefined) return known;
  const out = new Map<string, ReadLine & { readonly record: Json }>();
  for (const line of all)
    if (line.record !== null && typeof line.record['uuid'] === 'string') out.set(line.record['uuid'], { ...line, record: line.record });
  records.set(all, out);
  return out;
}

/** uuids of records whose parent is in no record of the file. */
export function danglingIn(lines: readonly ReadLine[]): string[] {
  const present = recordsOf(lines);
  return [...present]
    .filter(([, { record }]) => typeof record['parentUuid'] === 'string' && !present.has(record['parentUuid']))
    .map(([uuid]) => uuid);
}

/** A file with some parents replaced, for records that begin their line. */
export function relinked(file: GeneratedFile | undefined, parents: ReadonlyMap<string, string | null>): string {
  return readLines(file)
    .map(({ text, record }) => {
      const parent = record === null ? undefined : parents.get(String(record['uuid']));
      return parent === undefined ? text : text.replace(/"parentUuid":(?:null|"[^"]*")/, `"parentUuid":${JSON.stringify(parent)}`);
    })
    .join('\n');
}

/** Most lines of a damaged session are those of the healthy one: each is parsed once. */
const parsed = new Map<string, Json | null>();

/** @returns null when the line is no JSON object */
export function parseObject(line: string): Json | null {
  const known = parsed.get(line);
  if (known !== undefined) return known;
  const object = parse(line);
  parsed.set(line, object);
  return object;
}

function parse(line: string): Json | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null;
  }
}
