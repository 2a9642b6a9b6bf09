import { deepStrictEqual } from 'node:assert';
import { applyPatch } from '../../src/core/patch/apply-patch.ts';
import type { BytePatch } from '../../src/core/patch/byte-edits.ts';
import { verifyCopy } from '../../src/core/patch/verify-copy.ts';
import { SessionAnalysis } from '../../src/core/session/session-analysis.ts';
import { readRecords } from '../../src/core/transcript/read-records.ts';
import { readTranscript } from '../../src/core/transcript/read-transcript.ts';
import { FLAG } from '../../src/core/transcript/record-kinds.ts';
import type { TranscriptIndex } from '../../src/core/transcript/transcript-index.ts';
import type { Random } from '../generator/random.ts';
import { memoryPorts, memorySource } from '../support/memory-source.ts';

const COPY_ID = '99999999-8888-4777-8666-555555555555';
/** Each repair of a plan is simulated by itself; more of them only cost time. */
const MOST_FINDINGS = 60;

/**
 * What must hold for any bytes at all: nothing throws, the same bytes give the same answers however they arrive, every line that
 * parses is a record, and a copy is its source but for its edits.
 */
export async function checkInvariants(bytes: Uint8Array, random: Random): Promise<void> {
  const index = await readTranscript(memorySource(bytes));
  await checkChunks(bytes, index, random);
  await checkRecords(bytes, index);
  checkPlainLines(bytes, index);
  await checkAnalysis(bytes, index, random);
}

async function checkChunks(bytes: Uint8Array, index: TranscriptIndex, random: Random): Promise<void> {
  const most = random.int(Math.max(1, Math.floor(bytes.length / 60)), Math.max(1, bytes.length));
  const again = await readTranscript(memorySource(bytes, { most }));
  deepStrictEqual({ ...again.columns }, { ...index.columns }, `columns depend on reading ${most} bytes at a time`);
  deepStrictEqual({ ...again.tools }, { ...index.tools });
  deepStrictEqual(again.problems, index.problems);
  deepStrictEqual([again.lines, again.count, again.bytes], [index.lines, index.count, index.bytes]);
}

/** Every record is JSON and lies in its place; records do not overlap. */
async function checkRecords(bytes: Uint8Array, index: TranscriptIndex): Promise<void> {
  const { offset, length } = index.columns;
  const contents = await readRecords(
    memorySource(bytes),
    index,
    Array.from({ length: index.count }, (_, i) => i),
    Number.POSITIVE_INFINITY,
  );
  let end = 0;
  contents.forEach((content, i) => {
    const value = JSON.parse(new TextDecoder().decode(content)) as unknown;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`record ${i} is no object`);
    if (offset[i]! < end || offset[i]! + length[i]! > bytes.length) throw new Error(`record ${i} lies over another`);
    end = offset[i]! + length[i]!;
  });
  for (const problem of index.problems) {
    const outside = problem.records.some((i) => offset[i]! < problem.offset || offset[i]! + length[i]! > problem.offset + problem.length);
    if (outside || problem.lastLine < problem.line || problem.lastLine > index.lines) throw new Error(`problem of line ${problem.line}`);
  }
}

/** A line that JSON.parse takes is one record, and not marked as damaged. */
function checkPlainLines(bytes: Uint8Array, index: TranscriptIndex): void {
  const recordAt = new Map(Array.from(index.columns.offset, (offset, i) => [offset, i]));
  let start = index.hasBom ? 3 : 0;
  for (let line = 1; start < bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    let from = start;
    while (from < end && [0x20, 0x09, 0x0d].includes(bytes[from]!)) from++;
    if (parsesToObject(bytes.subarray(from, end))) {
      const record = recordAt.get(from);
      if (record === undefined) throw new Error(`line ${line} parses, and is no record`);
      const isSpoilt = index.hasBom && line === 1;
      if (index.isFlagged(record, FLAG.recovered) !== isSpoilt) throw new Error(`line ${line} parses, and counts as damaged`);
    }
    start = end + 1;
  }
}

/** Of objects with a member: an empty one may be text of a string broken into lines. */
function parsesToObject(line: Uint8Array): boolean {
  if (line[0] !== 0x7b) return false;
  try {
    const value = JSON.parse(new TextDecoder().decode(line)) as unknown;
    return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  } catch {
    return false;
  }
}

async function checkAnalysis(bytes: Uint8Array, index: TranscriptIndex, random: Random): Promise<void> {
  const ports = memoryPorts(bytes);
  const analysis = await SessionAnalysis.open(ports);
  const again = await SessionAnalysis.open(ports);
  const findings = await analysis.judgement.findings();
  deepStrictEqual(await again.judgement.findings(), findings, 'findings differ from one reading to the next');
  const summary = await analysis.judgement.summary();
  deepStrictEqual(await again.judgement.summary(), summary);
  const from = random.int(0, summary.rows);
  deepStrictEqual(
    await again.records.rows(from, 40),
    (await analysis.records.rows(0, summary.rows)).slice(from, from + 40),
    'rows depend on the window',
  );
  deepStrictEqual(
    await again.graph.rows('a', from, 40),
    (await analysis.graph.rows('a', 0, summary.rows)).slice(from, from + 40),
    'rows of the graph depend on the window',
  );
  await analysis.graph.overview('a', 50);
  await analysis.judgement.loadedChains();
  await analysis.judgement.proposals();
  for (const finding of findings.slice(0, 4)) {
    await analysis.judgement.suggestions(finding.id);
    if (finding.uuid !== null) await analysis.records.detail(finding.uuid);
    await analysis.records.findingPlaces([{ line: finding.line, uuid: finding.uuid, withColumns: true }]);
  }
  await analysis.sync.messageRows(0, 20);
  if (findings.length <= MOST_FINDINGS) await checkCopy(bytes, analysis, hasTwins(index));
}

/** Whether some uuid stands twice: which of the records counts may change once damaged lines are mended. */
function hasTwins(index: TranscriptIndex): boolean {
  const uuids = index.columns.uuid.filter((uuid) => uuid >= 0);
  return new Set(uuids).size < uuids.length;
}

/** @param mayFail the copy may turn out not to be what was planned; whoever writes it is told so and keeps nothing */
async function checkCopy(bytes: Uint8Array, analysis: SessionAnalysis, mayFail: boolean): Promise<void> {
  const repairs = (await analysis.trials.plan('low')).repairs.map(({ suggestion }) => suggestion.action);
  const patch = await analysis.copies.patch(COPY_ID, repairs);
  const copy = await applied(bytes, patch);
  deepStrictEqual(undone(copy, bytes, patch), bytes, 'the copy differs from its source beside its edits');
  const faults = await verifyCopy(memorySource(copy), await analysis.copies.expectation(COPY_ID, repairs));
  if (!mayFail) deepStrictEqual(faults, [], 'the copy is not what was planned');
  const inPlace = await analysis.copies.inPlacePatch(repairs);
  deepStrictEqual(undone(await applied(bytes, inPlace), bytes, inPlace), bytes);
}

async function applied(bytes: Uint8Array, patch: BytePatch): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  await applyPatch(memorySource(bytes), patch, (piece) => {
    pieces.push(piece.slice());
    return Promise.resolve();
  });
  return new Uint8Array(Buffer.concat(pieces));
}

/** The copy with each edit taken back: what was put is taken out, what was replaced is put back. */
function undone(copy: Uint8Array, source: Uint8Array, { edits }: BytePatch): Uint8Array {
  const pieces: Uint8Array[] = [];
  let at = 0;
  let read = 0;
  for (const edit of edits) {
    if (edit.start < at || edit.end < edit.start) throw new Error('edits overlap or are out of order');
    const kept = edit.start - at;
    deepStrictEqual(copy.subarray(read + kept, read + kept + edit.bytes.length), edit.bytes.subarray(), 'an edit is not in its place');
    pieces.push(copy.subarray(read, read + kept), source.subarray(edit.start, edit.end));
    read += kept + edit.bytes.length;
    at = edit.end;
  }
  pieces.push(copy.subarray(read));
  return new Uint8Array(Buffer.concat(pieces));
}
