import { independentReader } from '../formats/independent-readers.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import type { ByteSource } from '../transcript/source.ts';

/** What a repaired copy must be. */
export interface CopyExpectation {
  /** Id of the format of its records. */
  readonly format: string;
  /** null where session ids stay as they are. */
  readonly sessionId: string | null;
  /** uuids of the messages that the independent reader shall load of the copy, in order; null: nothing is known of that. */
  readonly chain: readonly string[] | null;
  /** Messages that the primary loader loads of it. */
  readonly loads: number;
  /** Parents that are unknown in the source and stay so. */
  readonly unknownParents: ReadonlySet<string>;
}

/** What is wrong with a copy; empty when it is as expected. */
export type CopyFault = string;

/**
 * Reads a written copy with JSON.parse and its format's independent reader: a fault in the index, the graph or the patch cannot hide
 * itself.
 */
export async function verifyCopy(copy: ByteSource, expected: CopyExpectation): Promise<CopyFault[]> {
  const reader = independentReader(expected.format);
  const { session } = reader;
  const faults = new Set<CopyFault>();
  await eachParsedLine(copy, (record) => {
    if (expected.sessionId !== null && session !== null && session in record && record[session] !== expected.sessionId)
      faults.add(`A record still has the session id ${JSON.stringify(record[session])}.`);
    reader.add(record);
  });
  for (const [parent, child] of reader.unknownParents()) {
    if (!expected.unknownParents.has(parent)) faults.add(`The parent ${parent} of ${child} is not in the copy.`);
  }
  const { chain } = expected;
  const loaded = chain === null ? [] : reader.loaded();
  if (chain !== null && (loaded.length !== chain.length || loaded.some((uuid, i) => uuid !== chain[i]))) {
    faults.add(`A resume of the copy would load ${loaded.length} messages, not the ${chain.length} that were planned.`);
  }
  return [...faults];
}

async function eachParsedLine(source: ByteSource, use: (record: JsonObject) => void): Promise<void> {
  const size = await source.size();
  let pos = 0;
  let rest = new Uint8Array(0);
  while (pos < size) {
    const chunk = await source.read(pos, Math.min(size, pos + 4 * 1024 * 1024));
    if (chunk.length === 0) break;
    pos += chunk.length;
    const bytes = new Uint8Array(rest.length + chunk.length);
    bytes.set(rest);
    bytes.set(chunk, rest.length);
    let start = 0;
    for (let end = bytes.indexOf(0x0a, start); end >= 0; end = bytes.indexOf(0x0a, start)) {
      useParsed(bytes.subarray(start, end), use);
      start = end + 1;
    }
    rest = bytes.slice(start);
  }
  useParsed(rest, use);
}

/** A byte order mark is part of its line, for clients too. */
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** Clients skip lines that do not parse; so does the check. */
function useParsed(line: Uint8Array, use: (record: JsonObject) => void): void {
  // To parse what cannot be an object costs much more than to see that it cannot: an error is made for each.
  if (!hasBraces(line)) return;
  const text = DECODER.decode(line);
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return;
  }
  if (isObject(value)) use(value);
}

/** Whether a line begins and ends as an object does, spaces around it aside. */
function hasBraces(line: Uint8Array): boolean {
  let start = 0;
  let end = line.length - 1;
  while (start < end && isSpace(line[start]!)) start++;
  while (end > start && isSpace(line[end]!)) end--;
  return line[start] === 0x7b && line[end] === 0x7d;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}
