import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { ORPHAN } from '../graph/conversation-graph.ts';
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
 * - whole records that share a line get lines of their own, those that raw line breaks or NUL bytes spoilt are mended;
 * - the record a resume continues from becomes the newest, if it is not;
 * - titles and modes that the listing would no longer see at the end are repeated there;
 * - the file ends with a newline and has no byte order mark.
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
  const leaf = leafToFreshen(graph);
  const edits: Edit[] = index.hasBom ? [edit(0, 3, '')] : [];
  const splits = lineSplits(index);
  for (let from = 0; from < index.count; from += READ_AT_ONCE) {
    const records = range(from, Math.min(index.count, from + READ_AT_ONCE));
    const contents = await readRawRecords(source, index, records, Number.POSITIVE_INFINITY);
    for (const [i, record] of records.entries()) {
      edits.push(...(splits.get(record)?.before ?? []));
      edits.push(...recordEdits(graph, record, contents[i]!, newSessionId, record === leaf ? now : null));
      edits.push(...(splits.get(record)?.after ?? []));
    }
  }
  edits.push(...(await tailEdits(source, index, newSessionId)));
  return { sourceSize: index.bytes, edits };
}

function recordEdits(
  graph: ConversationGraph,
  record: number,
  raw: Uint8Array,
  newSessionId: string | null,
  freshTime: number | null,
): Edit[] {
  const mended = graph.index.isFlagged(record, FLAG.mended) ? mend(raw) : { bytes: raw, seams: [] };
  const places = locateValues(mended.bytes, ['sessionId', 'parentUuid', 'timestamp']);
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
  return mendingEdits(
    mended,
    graph.index.columns.offset[record]!,
    edits.sort((a, b) => a.start - b.start),
  );
}

/** The leaf, when some other message is newer: clients that choose by time would choose that one. -1 otherwise. */
function leafToFreshen(graph: ConversationGraph): number {
  const { index } = graph;
  const { leaf } = resumeChain(graph, { withRecovered: true });
  if (leaf < 0) return -1;
  for (let i = 0; i < index.count; i++) {
    const rival = i !== leaf && isMessage(index.columns.kind[i]!) && graph.isMain(i);
    if (rival && index.columns.time[i]! > index.columns.time[leaf]!) return leaf;
  }
  return -1;
}

/** Line breaks around whole records of damaged lines; the lost bytes between them stay, on lines of their own. */
function lineSplits(index: TranscriptIndex): Map<number, { before: Edit[]; after: Edit[] }> {
  const splits = new Map<number, { before: Edit[]; after: Edit[] }>();
  const { offset, length } = index.columns;
  for (const problem of index.problems) {
    let covered = problem.offset;
    for (const [i, record] of problem.records.entries()) {
      const start = offset[record]!;
      const end = start + length[record]!;
      const next = problem.records[i + 1];
      const behind = next === undefined ? problem.offset + problem.length : offset[next]!;
      splits.set(record, {
        before: start > covered || i > 0 ? [edit(start, start, '\n')] : [],
        after: end < behind ? [edit(end, end, '\n')] : [],
      });
      covered = end;
    }
  }
  return splits;
}

async function tailEdits(source: ByteSource, index: TranscriptIndex, newSessionId: string | null): Promise<Edit[]> {
  const end = index.bytes;
  const edits: Edit[] = index.endsWithNewline || end === 0 ? [] : [edit(end, end, '\n')];
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
