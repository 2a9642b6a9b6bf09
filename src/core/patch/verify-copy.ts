import type { JsonObject, JsonValue } from '../log/event.ts';
import type { ByteSource } from '../transcript/source.ts';

/** What a repaired copy must be. */
export interface CopyExpectation {
  /** null where session ids stay as they are. */
  readonly sessionId: string | null;
  /** uuids of the messages a resume of the copy shall load, in order. */
  readonly chain: readonly string[];
  /** Parents that are unknown in the source and stay so. */
  readonly unknownParents: ReadonlySet<string>;
}

/** What is wrong with a copy; empty when it is as expected. */
export type CopyFault = string;

interface Node {
  readonly uuid: string;
  readonly parent: string | null;
  readonly isMessage: boolean;
  readonly isShown: boolean;
}

/**
 * Reads a written copy with JSON.parse alone and walks it as the documented loader does: an independent check, so a fault in
 * the index, the graph or the patch cannot hide itself.
 */
export async function verifyCopy(copy: ByteSource, expected: CopyExpectation): Promise<CopyFault[]> {
  const nodes = new Map<string, Node>();
  const faults: CopyFault[] = [];
  await eachParsedLine(copy, (record) => {
    if (expected.sessionId !== null && 'sessionId' in record && record['sessionId'] !== expected.sessionId) faults.push(`A record still has the session id ${JSON.stringify(record['sessionId'])}.`);
    const uuid = record['uuid'];
    if (typeof uuid !== 'string' || !LINKED.has(String(record['type']))) return;
    // The last record with a uuid counts, at its place in the file.
    nodes.delete(uuid);
    nodes.set(uuid, { uuid, parent: typeof record['parentUuid'] === 'string' ? record['parentUuid'] : null, isMessage: isMessage(record), isShown: isShown(record) });
  });
  faults.push(...unknownParents(nodes, expected));
  const chain = loadedMessages(nodes);
  if (chain.length !== expected.chain.length || chain.some((uuid, i) => uuid !== expected.chain[i])) {
    faults.push(`A resume of the copy would load ${chain.length} messages, not the ${expected.chain.length} that were planned.`);
  }
  return [...new Set(faults)];
}

const LINKED = new Set(['user', 'assistant', 'system', 'progress', 'attachment']);

function unknownParents(nodes: ReadonlyMap<string, Node>, expected: CopyExpectation): CopyFault[] {
  const faults: CopyFault[] = [];
  for (const { uuid, parent } of nodes.values()) {
    if (parent !== null && !nodes.has(parent) && !expected.unknownParents.has(parent)) faults.push(`The parent ${parent} of ${uuid} is not in the copy.`);
  }
  return faults;
}

function loadedMessages(nodes: ReadonlyMap<string, Node>): string[] {
  const order = [...nodes.keys()];
  const position = new Map(order.map((uuid, i) => [uuid, i]));
  const parents = new Set([...nodes.values()].map((node) => node.parent));
  const ends = order.filter((uuid) => !parents.has(uuid)).map((uuid) => firstMessage(nodes, uuid));
  const messages = ends.filter((node): node is Node => node !== null);
  const shown = messages.filter((node) => node.isShown);
  const candidates = shown.length > 0 ? shown : messages;
  if (candidates.length === 0) return [];
  const leaf = candidates.reduce((a, b) => (position.get(b.uuid)! > position.get(a.uuid)! ? b : a));
  return pathUp(nodes, leaf)
    .filter((node) => node.isMessage && node.isShown)
    .map((node) => node.uuid)
    .reverse();
}

function firstMessage(nodes: ReadonlyMap<string, Node>, start: string): Node | null {
  const seen = new Set<string>();
  for (let at = nodes.get(start); at !== undefined && !seen.has(at.uuid); at = at.parent === null ? undefined : nodes.get(at.parent)) {
    if (at.isMessage) return at;
    seen.add(at.uuid);
  }
  return null;
}

function pathUp(nodes: ReadonlyMap<string, Node>, leaf: Node): Node[] {
  const path: Node[] = [];
  const seen = new Set<string>();
  for (let at: Node | undefined = leaf; at !== undefined && !seen.has(at.uuid); at = at.parent === null ? undefined : nodes.get(at.parent)) {
    seen.add(at.uuid);
    path.push(at);
  }
  return path;
}

function isMessage(record: JsonObject): boolean {
  return record['type'] === 'user' || record['type'] === 'assistant';
}

function isShown(record: JsonObject): boolean {
  return record['isMeta'] !== true && record['isSidechain'] !== true && typeof record['teamName'] !== 'string';
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

/** Clients skip lines that do not parse; so does the check. */
function useParsed(line: Uint8Array, use: (record: JsonObject) => void): void {
  const text = new TextDecoder().decode(line);
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) use(value);
}
