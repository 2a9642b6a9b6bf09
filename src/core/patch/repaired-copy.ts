import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { ORPHAN } from '../graph/conversation-graph.ts';
import { LEFT_OUT, ON_DAMAGED_LINE } from '../graph/hidden-records.ts';
import { resumeChain } from '../graph/resume.ts';
import type { CopyPatch } from '../session/model.ts';
import { mend, mendingEdits } from '../transcript/mend.ts';
import { readRawRecords, readRecords } from '../transcript/read-records.ts';
import { FLAG, KIND, isMessage } from '../transcript/record-kinds.ts';
import type { ByteSource } from '../transcript/source.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import { locateValues, type ValuePlace } from './locate.ts';

type Edit = CopyPatch['edits'][number];

/** A patch as bytes: what it needs to be written. */
export type BytePatch = Pick<CopyPatch, 'edits' | 'sourceSize'>;

/** Listing sessions reads only this much of a file's end. */
const LISTED_TAIL = 64 * 1024;
const READ_AT_ONCE = 2000;
/** Bytes. */
const COPIED_AT_ONCE = 4 * 1024 * 1024;

/** Records that say something about the session as a whole; the last of each kind counts. */
const TITLE_TYPES = ['custom-title', 'ai-title', 'agent-name', 'tag', 'mode', 'permission-mode', 'pr-link'];

/**
 * The byte edits that turn a transcript into its repaired copy under a new session id:
 * - each `sessionId` value becomes the new id, each repaired `parentUuid` the new parent;
 * - records that repairs put in stand behind the record they follow, lines that repairs leave out are left out;
 * - whole records of damaged lines get lines of their own, mended where raw line breaks or NUL bytes spoilt them, where a repair says so;
 * - the record a resume continues from becomes the newest, if it is not; one that a repair chose becomes the last besides;
 * - titles and modes that the listing would no longer see at the end are repeated there;
 * - the file ends with a newline.
 * Every other byte stays as it is.
 * @param graph with all repairs that the copy shall have
 * @param now milliseconds since 1970, for the fresh timestamp
 */
export async function copyPatch(source: ByteSource, graph: ConversationGraph, newSessionId: string, now: number): Promise<CopyPatch> {
  return { sessionId: newSessionId, ...(await bytePatch(source, graph, newSessionId, now)) };
}

/** The edits that repair the transcript itself: as for a copy, but its session ids stay and no title is repeated. */
export async function inPlacePatch(source: ByteSource, graph: ConversationGraph, now: number): Promise<BytePatch> {
  return bytePatch(source, graph, null, now);
}

async function bytePatch(source: ByteSource, graph: ConversationGraph, newSessionId: string | null, now: number): Promise<BytePatch> {
  const { index } = graph;
  const plan = planCopy(graph, newSessionId, now);
  const edits: Edit[] = index.hasBom && graph.hidden[0] !== ON_DAMAGED_LINE ? [edit(0, 3, '')] : [];
  const moved: Edit[] = [];
  for (let from = 0; from < index.fileCount; from += READ_AT_ONCE) {
    const records = range(from, Math.min(index.fileCount, from + READ_AT_ONCE));
    const contents = await readRawRecords(source, index, records, Number.POSITIVE_INFINITY);
    for (const [i, record] of records.entries()) {
      const isMended = index.isFlagged(record, FLAG.mended);
      // What no repair takes apart is no JSON in the copy either: its bytes stay.
      if (isMended && graph.hidden[record] === ON_DAMAGED_LINE) continue;
      const { before, after } = plan.splits.get(record) ?? NO_SPLIT;
      const mended = isMended ? mend(contents[i]!) : { bytes: contents[i]!, seams: [] };
      const changes = recordEdits(graph, record, mended.bytes, newSessionId, record === plan.freshened ? now : null);
      if (graph.hidden[record] !== LEFT_OUT && record !== plan.moved) {
        edits.push(
          ...before,
          ...mendingEdits(mended, index.columns.offset[record]!, changes),
          ...insertionsBehind(plan, index, record),
          ...after,
        );
        continue;
      }
      edits.push(...before, await removal(source, index, record, inserted(plan, record, '', '\n')), ...after);
      if (record === plan.moved) moved.push(appended(index, edited(mended.bytes, changes)));
    }
  }
  edits.push(...(await tailEdits(source, index, newSessionId, moved)));
  return { sourceSize: index.bytes, edits };
}

const NO_SPLIT: { readonly before: readonly Edit[]; readonly after: readonly Edit[] } = { before: [], after: [] };

/** What is decided before the first byte is read. */
interface CopyPlan {
  readonly splits: ReadonlyMap<number, { readonly before: readonly Edit[]; readonly after: readonly Edit[] }>;
  /** Records to put in, by the record they stand behind; their bytes as the copy has them. */
  readonly insertions: ReadonlyMap<number, readonly Uint8Array[]>;
  /** Gets a fresh timestamp; -1. */
  readonly freshened: number;
  /** Goes to the end; -1. */
  readonly moved: number;
}

function planCopy(graph: ConversationGraph, newSessionId: string | null, now: number): CopyPlan {
  const { index } = graph;
  const { leaf } = resumeChain(graph);
  const freshened = leaf >= 0 && hasRival(graph, leaf, (record) => index.columns.time[record]! > index.columns.time[leaf]!) ? leaf : -1;
  const isBehind = graph.chosenLeaf >= 0 && leaf >= 0 && leaf < index.fileCount && hasRival(graph, leaf, (record) => record > leaf);
  const insertions = new Map<number, Uint8Array[]>();
  for (const [i, { bytes, after }] of index.insertions.entries()) {
    const record = index.fileCount + i;
    const changes = recordEdits(graph, record, bytes, newSessionId, record === freshened ? now : null);
    insertions.set(after, [...(insertions.get(after) ?? []), edited(bytes, changes)]);
  }
  return { splits: lineSplits(graph), insertions, freshened: isBehind ? leaf : freshened, moved: isBehind ? leaf : -1 };
}

function insertionsBehind(plan: CopyPlan, index: TranscriptIndex, record: number): Edit[] {
  const bytes = inserted(plan, record, '\n', '');
  const end = index.columns.offset[record]! + index.columns.length[record]!;
  return bytes.length === 0 ? [] : [{ start: end, end, bytes }];
}

function inserted(plan: CopyPlan, record: number, before: string, after: string): Uint8Array {
  return joined((plan.insertions.get(record) ?? []).flatMap((bytes) => [encode(before), bytes, encode(after)]));
}

/** Takes a record out with the end of its line; what is put in behind it stays. */
async function removal(source: ByteSource, index: TranscriptIndex, record: number, bytes: Uint8Array): Promise<Edit> {
  const start = index.columns.offset[record]!;
  const end = start + index.columns.length[record]!;
  const next = new TextDecoder().decode(await source.read(end, Math.min(index.bytes, end + 2)));
  const lineEnd = next.startsWith('\r\n') ? 2 : next.startsWith('\n') ? 1 : 0;
  return { start, end: end + lineEnd, bytes };
}

function appended(index: TranscriptIndex, bytes: Uint8Array): Edit {
  return { start: index.bytes, end: index.bytes, bytes: joined([bytes, encode('\n')]) };
}

/** Edits made at once, on one record's bytes. */
function edited(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let kept = 0;
  for (const one of edits) {
    parts.push(bytes.subarray(kept, one.start), one.bytes);
    kept = one.end;
  }
  return joined([...parts, bytes.subarray(kept)]);
}

/** @param bytes of the record, as JSON; @returns edits of them */
function recordEdits(
  graph: ConversationGraph,
  record: number,
  bytes: Uint8Array,
  newSessionId: string | null,
  freshTime: number | null,
): Edit[] {
  const places = locateValues(bytes, ['sessionId', 'parentUuid', 'timestamp']);
  const edits: Edit[] = [];
  const replace = (place: ValuePlace | undefined, value: string): void => {
    if (place !== undefined) edits.push(edit(place.start, place.end, value));
  };
  if (newSessionId !== null) replace(places.get('sessionId'), JSON.stringify(newSessionId));
  if (graph.overridden[record] === 1 && graph.parent[record] !== ORPHAN) {
    const parent = graph.parent[record]!;
    const value = parent < 0 ? 'null' : JSON.stringify(graph.index.uuidText(parent));
    const place = places.get('parentUuid');
    if (place !== undefined) replace(place, value);
    else edits.push(edit(1, 1, `"parentUuid":${value},`));
  }
  if (freshTime !== null) replace(places.get('timestamp'), JSON.stringify(new Date(freshTime).toISOString()));
  return edits.sort((a, b) => a.start - b.start);
}

/** Whether some other message of the conversation that stays is one that a client might take for the newest. */
function hasRival(graph: ConversationGraph, leaf: number, isNewer: (record: number) => boolean): boolean {
  const { index } = graph;
  for (let i = 0; i < index.fileCount; i++) {
    const rival = i !== leaf && isMessage(index.columns.kind[i]!) && graph.isMain(i) && graph.hidden[i] !== LEFT_OUT;
    if (rival && isNewer(i)) return true;
  }
  return false;
}

/** Line breaks around whole records of lines that repairs take apart; the lost bytes between them stay, on lines of their own. */
function lineSplits(graph: ConversationGraph): Map<number, { before: Edit[]; after: Edit[] }> {
  const splits = new Map<number, { before: Edit[]; after: Edit[] }>();
  const { problems, columns } = graph.index;
  for (const problem of problems) {
    if (problem.records.some((record) => graph.hidden[record] === ON_DAMAGED_LINE)) continue;
    let covered = problem.offset;
    for (const [i, record] of problem.records.entries()) {
      const start = columns.offset[record]!;
      const end = start + columns.length[record]!;
      const next = problem.records[i + 1];
      const behind = next === undefined ? problem.offset + problem.length : columns.offset[next]!;
      splits.set(record, {
        before: start > covered || i > 0 ? [edit(start, start, '\n')] : [],
        after: end < behind ? [edit(end, end, '\n')] : [],
      });
      covered = end;
    }
  }
  return splits;
}

async function tailEdits(source: ByteSource, index: TranscriptIndex, newSessionId: string | null, moved: readonly Edit[]): Promise<Edit[]> {
  const end = index.bytes;
  const edits: Edit[] = index.endsWithNewline || end === 0 ? [] : [edit(end, end, '\n')];
  edits.push(...moved);
  if (newSessionId === null) return edits;
  const titles = titlesOutOfSight(index);
  const lines = await readRecords(source, index, titles, Number.POSITIVE_INFINITY);
  for (const line of lines) {
    const place = locateValues(line, ['sessionId']).get('sessionId');
    const parts =
      place === undefined ? [line] : [line.subarray(0, place.start), encode(JSON.stringify(newSessionId)), line.subarray(place.end)];
    edits.push({ start: end, end, bytes: joined([...parts, encode('\n')]) });
  }
  return edits;
}

function titlesOutOfSight(index: TranscriptIndex): number[] {
  const last = new Map<string, number>();
  for (let i = 0; i < index.count; i++) {
    if (index.columns.kind[i] !== KIND.meta) continue;
    const type = index.words.text(index.columns.type[i]!);
    if (TITLE_TYPES.includes(type)) last.set(type, i);
  }
  return [...last.values()].filter((record) => index.columns.offset[record]! < index.bytes - LISTED_TAIL).sort((a, b) => a - b);
}

/**
 * Writes the patched bytes piece by piece, in few pieces however many edits there are.
 * @param write called with consecutive pieces
 */
export async function applyPatch(source: ByteSource, patch: BytePatch, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  const { edits, sourceSize } = patch;
  let next = 0;
  let pos = 0;
  while (pos < sourceSize) {
    const chunk = await source.read(pos, Math.min(sourceSize, pos + COPIED_AT_ONCE));
    if (chunk.length === 0) throw new RangeError(`${source.name} ended at byte ${pos} while it was copied`);
    const end = pos + chunk.length;
    const pieces: Uint8Array[] = [];
    let kept = pos;
    for (; next < edits.length && edits[next]!.start < end; next++) {
      pieces.push(chunk.subarray(kept - pos, edits[next]!.start - pos), edits[next]!.bytes);
      kept = edits[next]!.end;
    }
    if (kept < end) pieces.push(chunk.subarray(kept - pos));
    await write(joined(pieces));
    // An edit may reach beyond what was read.
    pos = Math.max(end, kept);
  }
  const rest = edits.slice(next).map((one) => one.bytes);
  if (rest.length > 0) await write(joined(rest));
}

function edit(start: number, end: number, text: string): Edit {
  return { start, end, bytes: encode(text) };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let pos = 0;
  for (const part of parts) {
    whole.set(part, pos);
    pos += part.length;
  }
  return whole;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
