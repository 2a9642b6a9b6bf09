import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { ORPHAN } from '../graph/conversation-graph.ts';
import { LEFT_OUT, ON_DAMAGED_LINE } from '../graph/hidden-records.ts';
import { joinBytes } from '../transcript/json/join-bytes.ts';
import { mend, mendingEdits } from '../transcript/lines/mend.ts';
import { readRawRecords, readRecords } from '../transcript/read-records.ts';
import { FLAG, KIND } from '../transcript/record-kinds.ts';
import { asStored } from '../transcript/utf16-source.ts';
import type { ByteSource } from '../transcript/source.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { ByteEdit, BytePatch, CopyPatch } from './byte-edits.ts';
import { planCopy, type CopyPlan } from './copy-plan.ts';
import { locateValues } from '../transcript/json/locate.ts';

const READ_AT_ONCE = 2000;

/**
 * The byte edits that turn a transcript into its repaired copy under a new session id:
 * - each record's session id becomes the new id, each repaired parent the new parent;
 * - records that repairs put in stand behind the record they follow, lines that repairs leave out are left out;
 * - whole records of damaged lines get lines of their own, without the bytes that belong to none, where a repair says so;
 *   those that raw line breaks or NUL bytes spoilt are mended;
 * - the record that a repair chose to continue from becomes the last and the newest, if it is not, and the client's own note of where
 *   the conversation stood names it;
 * - titles and modes that the listing would no longer see at the end are repeated there;
 * - the file ends with a newline.
 * Every other byte stays as it is.
 * @param graph with all repairs that the copy shall have
 * @param leaf the record that a resume shall continue from; -1
 * @param now milliseconds since 1970, for the fresh timestamp
 */
export async function copyPatch(
  source: ByteSource,
  graph: ConversationGraph,
  leaf: number,
  newSessionId: string,
  now: number,
): Promise<CopyPatch> {
  return { sessionId: newSessionId, ...(await bytePatch(source, graph, leaf, newSessionId, now)) };
}

/** The edits that repair the transcript itself: as for a copy, but its session ids stay and no title is repeated. */
export async function inPlacePatch(source: ByteSource, graph: ConversationGraph, leaf: number, now: number): Promise<BytePatch> {
  return bytePatch(source, graph, leaf, null, now);
}

async function bytePatch(
  source: ByteSource,
  graph: ConversationGraph,
  leaf: number,
  newSessionId: string | null,
  now: number,
): Promise<BytePatch> {
  const { index } = graph;
  const plan = planCopy(graph, leaf);
  const edits: ByteEdit[] = index.hasBom && graph.hidden[0] !== ON_DAMAGED_LINE ? [edit(0, 3, '')] : [];
  edits.push(...insertionBeforeAll(index, insertedBytes(graph, plan, -1, newSessionId, now)));
  const moved: ByteEdit[] = [];
  for (let from = 0; from < index.fileCount; from += READ_AT_ONCE) {
    const records = range(from, Math.min(index.fileCount, from + READ_AT_ONCE));
    const contents = await readRawRecords(source, index, records, Number.POSITIVE_INFINITY);
    for (const [i, record] of records.entries()) {
      // A line that no repair takes apart is skipped by every client: it stays as it is.
      if (graph.hidden[record] === ON_DAMAGED_LINE) continue;
      const changes = recordEdits(graph, plan, record, contents[i]!, newSessionId, now);
      const put = insertedBytes(graph, plan, record, newSessionId, now);
      edits.push(...(plan.cuts.get(record) ?? []));
      if (graph.hidden[record] === LEFT_OUT || record === plan.moved) {
        edits.push(await removal(source, index, record, joinBytes(put.flatMap((bytes) => [bytes, encode('\n')]))));
        if (record === plan.moved) moved.push(appended(index, edited(contents[i]!, changes, index.columns.offset[record]!)));
      } else edits.push(...changes, ...insertionBehind(index, record, put));
    }
  }
  if (plan.moved >= index.fileCount) moved.push(appended(index, insertedRecord(graph, plan, plan.moved, newSessionId, now)));
  for (const problem of plan.leftOut) edits.push(await lineRemoval(source, index, problem.offset, problem.offset + problem.length));
  // What is put in behind a record comes before what is cut off there.
  edits.sort((a, b) => a.start - b.start || a.end - b.end);
  // Where the last line itself is left out, what stays ends with its own line break.
  const last = edits.at(-1);
  const endsOpen = !index.endsWithNewline && index.bytes > 0 && !(last?.end === index.bytes && last.bytes.length === 0);
  if (endsOpen) edits.push(edit(index.bytes, index.bytes, '\n'));
  edits.push(...moved, ...(await titleEdits(source, index, newSessionId)));
  return { sourceSize: (await asStored(source, index.bytes)).bytes, edits };
}

/** The records that repairs put in behind a record, as the copy has them. */
function insertedBytes(graph: ConversationGraph, plan: CopyPlan, behind: number, newSessionId: string | null, now: number): Uint8Array[] {
  return (plan.insertions.get(behind) ?? []).map((record) => insertedRecord(graph, plan, record, newSessionId, now));
}

function insertedRecord(graph: ConversationGraph, plan: CopyPlan, record: number, newSessionId: string | null, now: number): Uint8Array {
  const { index } = graph;
  const { bytes } = index.insertions[record - index.fileCount]!;
  const changes = recordEdits(graph, plan, record, bytes, newSessionId, now);
  return edited(bytes, changes, index.columns.offset[record]!);
}

function insertionBehind(index: TranscriptIndex, record: number, inserted: readonly Uint8Array[]): ByteEdit[] {
  const end = index.columns.offset[record]! + index.columns.length[record]!;
  return inserted.length === 0 ? [] : [{ start: end, end, bytes: joinBytes(inserted.flatMap((bytes) => [encode('\n'), bytes])) }];
}

function insertionBeforeAll(index: TranscriptIndex, inserted: readonly Uint8Array[]): ByteEdit[] {
  const start = index.columns.offset[0] ?? 0;
  return inserted.length === 0 ? [] : [{ start, end: start, bytes: joinBytes(inserted.flatMap((bytes) => [bytes, encode('\n')])) }];
}

/** Takes a record out with the end of its line; `bytes` come in its place. */
async function removal(source: ByteSource, index: TranscriptIndex, record: number, bytes: Uint8Array): Promise<ByteEdit> {
  const start = index.columns.offset[record]!;
  return { ...(await lineRemoval(source, index, start, start + index.columns.length[record]!)), bytes };
}

/** Takes bytes out, and the line end behind them. */
async function lineRemoval(source: ByteSource, index: TranscriptIndex, start: number, end: number): Promise<ByteEdit> {
  const next = new TextDecoder().decode(await source.read(end, Math.min(index.bytes, end + 2)));
  const lineEnd = next.startsWith('\r\n') ? 2 : next.startsWith('\n') ? 1 : 0;
  return { start, end: end + lineEnd, bytes: new Uint8Array(0) };
}

function appended(index: TranscriptIndex, bytes: Uint8Array): ByteEdit {
  return { start: index.bytes, end: index.bytes, bytes: joinBytes([bytes, encode('\n')]) };
}

/** Edits made at once, on one record's bytes. @param offset of the bytes in the transcript */
function edited(bytes: Uint8Array, edits: readonly ByteEdit[], offset: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let kept = 0;
  for (const one of edits) {
    parts.push(bytes.subarray(kept, one.start - offset), one.bytes);
    kept = one.end - offset;
  }
  return joinBytes([...parts, bytes.subarray(kept)]);
}

function recordEdits(
  graph: ConversationGraph,
  plan: CopyPlan,
  record: number,
  raw: Uint8Array,
  newSessionId: string | null,
  now: number,
): ByteEdit[] {
  const mended = graph.index.isFlagged(record, FLAG.mended) ? mend(raw) : { bytes: raw, seams: [], isGuess: false };
  const { session, parent: parentName, time, leaf } = graph.index.format.changes.members;
  const places = locateValues(
    mended.bytes,
    [session, parentName, time, leaf].filter((name) => name !== null),
  );
  const edits: ByteEdit[] = [];
  const replace = (name: string | null, value: string): void => {
    const place = name === null ? undefined : places.get(name);
    if (place !== undefined) edits.push(edit(place.start, place.end, value));
  };
  if (newSessionId !== null) replace(session, JSON.stringify(newSessionId));
  if (graph.overridden[record] === 1 && graph.parent[record] !== ORPHAN) {
    const parent = graph.parent[record]!;
    const value = parent < 0 ? 'null' : JSON.stringify(graph.index.uuidText(parent));
    if (parentName === null) throw new RangeError(`records of ${graph.index.format.title} name no parent that could be changed`);
    if (places.has(parentName)) replace(parentName, value);
    else edits.push(edit(1, 1, `${JSON.stringify(parentName)}:${value},`));
  }
  if (record === plan.pin?.record) replace(leaf, JSON.stringify(plan.pin.leaf));
  if (record === plan.freshened) replace(time, JSON.stringify(new Date(now).toISOString()));
  return mendingEdits(
    mended,
    graph.index.columns.offset[record]!,
    edits.sort((a, b) => a.start - b.start),
  );
}

async function titleEdits(source: ByteSource, index: TranscriptIndex, newSessionId: string | null): Promise<ByteEdit[]> {
  const end = index.bytes;
  const edits: ByteEdit[] = [];
  if (newSessionId === null) return edits;
  const { session } = index.format.changes.members;
  const titles = titlesOutOfSight(index);
  const lines = await readRecords(source, index, titles, Number.POSITIVE_INFINITY);
  for (const line of lines) {
    const place = session === null ? undefined : locateValues(line, [session]).get(session);
    const parts =
      place === undefined ? [line] : [line.subarray(0, place.start), encode(JSON.stringify(newSessionId)), line.subarray(place.end)];
    edits.push({ start: end, end, bytes: joinBytes([...parts, encode('\n')]) });
  }
  return edits;
}

function titlesOutOfSight(index: TranscriptIndex): number[] {
  const { titleTypes, listedTail } = index.format.changes;
  const last = new Map<string, number>();
  for (let i = 0; i < index.count; i++) {
    if (index.columns.kind[i] !== KIND.meta) continue;
    const type = index.words.text(index.columns.type[i]!);
    if (titleTypes.includes(type)) last.set(type, i);
  }
  return [...last.values()].filter((record) => index.columns.offset[record]! < index.bytes - listedTail).sort((a, b) => a - b);
}

function edit(start: number, end: number, text: string): ByteEdit {
  return { start, end, bytes: encode(text) };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
