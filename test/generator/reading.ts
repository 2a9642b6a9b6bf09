import type { GeneratedFile, Json } from './types.ts';

/** A small reader for tests of the generator, independent of src: lines as they are, records where a line parses. */

export interface ReadLine {
  /** 1-based, physical. */
  readonly number: number;
  readonly text: string;
  /** null: the line is no JSON object. */
  readonly record: Json | null;
}

export function readLines(file: GeneratedFile | undefined): ReadLine[] {
  const text = new TextDecoder().decode(file?.bytes ?? new Uint8Array());
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n');
  return lines.map((line, index) => ({ number: index + 1, text: line, record: parseObject(line) }));
}

export function textOf(file: GeneratedFile | undefined): string {
  return new TextDecoder().decode(file?.bytes ?? new Uint8Array());
}

/** Records with a uuid, by uuid; the last wins. */
export function recordsOf(lines: readonly ReadLine[]): Map<string, ReadLine & { readonly record: Json }> {
  const out = new Map<string, ReadLine & { readonly record: Json }>();
  for (const line of lines)
    if (line.record !== null && typeof line.record['uuid'] === 'string') out.set(line.record['uuid'], { ...line, record: line.record });
  return out;
}

/** uuids of records whose parent is in no record of the file. */
export function danglingIn(lines: readonly ReadLine[]): string[] {
  const records = recordsOf(lines);
  return [...records]
    .filter(([, { record }]) => typeof record['parentUuid'] === 'string' && !records.has(record['parentUuid']))
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

function parseObject(line: string): Json | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null;
  }
}
