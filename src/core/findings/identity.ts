import { ROOT, type ConversationGraph } from '../graph/conversation-graph.ts';
import type { LineRange, RepairAction } from '../graph/repairs.ts';
import { FLAG, KIND, isLinked, isMessage } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { Diagnosis } from './finding.ts';

/** Records that name a parent which no loader links: `saved_hook_context` and types that are not known. In file order. */
export function findUnlinkedParents(graph: ConversationGraph): number[] {
  const { kind } = graph.index.columns;
  const found: number[] = [];
  for (let i = 0; i < graph.index.fileCount; i++) {
    const parent = graph.parent[i]!;
    if (parent >= 0 && !isLinked(kind[parent]!) && isLinked(kind[i]!)) found.push(i);
  }
  return found;
}

/** The same graph, with these records at the top of their chains. */
export function withoutParents(graph: ConversationGraph, records: readonly number[]): ConversationGraph {
  if (records.length === 0) return graph;
  return graph.withParents(records.map((record) => ({ record, parent: ROOT })));
}

/**
 * History written a second time, and uuids that several records share.
 * @param repairedChain 1 for records a resume would load after all repairs
 */
export function findRepeatedUuids(graph: ConversationGraph, repairedChain: Uint8Array): Diagnosis[] {
  const { index } = graph;
  const { replayed, staying, reused } = repeatedRecords(graph);
  return [
    ...runsOf(index, replayed).map((run) => replay(graph, run, staying, repairedChain)),
    ...reused.map(({ record, before }) => reuse(index, record, before)),
  ];
}

/** The same graph, with the parents that records have where what was written again is left out. */
export function withoutSecondParents(graph: ConversationGraph): ConversationGraph {
  const { staying } = repeatedRecords(graph);
  if (staying.size === 0) return graph;
  return graph.withParents([...staying].map(([record, stays]) => ({ record, parent: graph.parent[stays]! })));
}

/** Leaves out what stands in the file a second time. */
export function replayRemovals(graph: ConversationGraph): RepairAction[] {
  const { index } = graph;
  return runsOf(index, repeatedRecords(graph).replayed).map((run) => removal(index, run));
}

function removal(index: TranscriptIndex, run: readonly number[]): RepairAction {
  return { kind: 'quarantine', lines: rangesOf(run.map((record) => index.columns.line[record]!)), uuid: index.uuidText(run[0]!) };
}

interface Repeated {
  /** Records to leave out, in file order, and the record of each that says the same and stays. */
  readonly replayed: readonly number[];
  readonly staying: ReadonlyMap<number, number>;
  readonly reused: readonly { readonly record: number; readonly before: number }[];
}

function repeatedRecords(graph: ConversationGraph): Repeated {
  const { index } = graph;
  const { kind, uuid, line } = index.columns;
  const firstOf = new Int32Array(index.names.size).fill(-1);
  const staying = new Map<number, number>();
  const reused: { record: number; before: number }[] = [];
  /** Per name: the first record of all, plus one; where a parent stands that was written in time. */
  const parents = new Int32Array(index.names.size);
  for (let i = 0; i < index.fileCount; i++) {
    if (!isLinked(kind[i]!) || graph.hidden[i] !== 0) continue;
    parents[uuid[i]!] ||= i + 1;
    const before = firstOf[uuid[i]!]!;
    if (before < 0) firstOf[uuid[i]!] = i;
    else if (!saysTheSame(index, before, i)) reused.push({ record: i, before });
    else if (line[i] !== line[before] && knowsMore(index, parents, i, before)) {
      staying.set(before, i);
      firstOf[uuid[i]!] = i;
    } else staying.set(i, before);
  }
  return { replayed: [...staying.keys()].sort((a, b) => a - b), staying, reused };
}

/** Whether a later record of one uuid continues what the first should: its parent stands above both, that of the first is nowhere. */
function knowsMore(index: TranscriptIndex, parents: Int32Array, record: number, before: number): boolean {
  const { parent } = index.columns;
  const standsAbove = (named: number): boolean => named >= 0 && parents[named]! > 0 && parents[named]! <= before;
  const isLost = parent[before]! >= 0 && parents[parent[before]!] === 0;
  const isRootAmid = parent[before]! < 0 && before > 0 && !isFirst(index, before) && !index.isFlagged(before, FLAG.compactBoundary);
  return (isLost || isRootAmid) && standsAbove(parent[record]!);
}

/** Whether no record of the conversation stands before it. */
function isFirst({ columns }: TranscriptIndex, record: number): boolean {
  for (let i = 0; i < record; i++) if (isLinked(columns.kind[i]!)) return false;
  return true;
}

/**
 * Whether two records of one uuid are one record written twice: the same role and content. Time, parent, folder, version and branch
 * belong to who wrote them, not to what was said. What is no message has no content to compare: its time has to be the same.
 */
function saysTheSame(index: TranscriptIndex, a: number, b: number): boolean {
  const { time, kind, messageId, flags, print, subtype } = index.columns;
  if (kind[a] !== kind[b] || subtype[a] !== subtype[b]) return false;
  if (isMessage(kind[a]!) && print[a] !== 0) {
    return messageId[a] === messageId[b] && print[a] === print[b] && (flags[a]! & WHOSE) === (flags[b]! & WHOSE);
  }
  return print[a] === print[b] && (time[a] === time[b] || (Number.isNaN(time[a]!) && Number.isNaN(time[b]!)));
}

/** Whose a message is. */
const WHOSE = FLAG.sidechain | FLAG.injected | FLAG.compactSummary;

/** Whether nothing tells two records apart but the place, as far as the index knows. */
function looksSame(index: TranscriptIndex, a: number, b: number): boolean {
  const { length, time, parent } = index.columns;
  const sameTime = time[a] === time[b] || (Number.isNaN(time[a]!) && Number.isNaN(time[b]!));
  return length[a] === length[b] && sameTime && parent[a] === parent[b];
}

/** Stretches of records that stand one behind the other, lines without a uuid between them passed over. */
function runsOf(index: TranscriptIndex, records: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const record of records) {
    const run = runs.at(-1);
    if (run !== undefined && onlyMetaBetween(index, run.at(-1)!, record)) run.push(record);
    else runs.push([record]);
  }
  return runs;
}

function onlyMetaBetween(index: TranscriptIndex, from: number, to: number): boolean {
  for (let i = from + 1; i < to; i++) if (index.columns.kind[i] !== KIND.meta) return false;
  return true;
}

function replay(
  graph: ConversationGraph,
  run: readonly number[],
  staying: ReadonlyMap<number, number>,
  repairedChain: Uint8Array,
): Diagnosis {
  const { index } = graph;
  const { line } = index.columns;
  const first = run[0]!;
  const uuid = index.uuidText(first);
  const cuts = run.some((record) => repairedChain[record] === 1);
  const others = run.map((record) => staying.get(record)!);
  const isWord = run.every((record, i) => looksSame(index, record, others[i]!));
  const isAbove = others.every((other, i) => other < run[i]!);
  const where = isAbove ? 'further up already' : 'again further down';
  const count = run.length === 1 ? `This record stands ${where}` : `This record and the ${run.length - 1} after it stand ${where}`;
  const how = isWord ? 'word for word' : 'with the same words under the same ids';
  return {
    finding: {
      id: `history-replayed:${line[first]!}`,
      code: 'history-replayed',
      severity: cuts ? 'error' : 'warning',
      line: line[first]!,
      uuid,
      parentUuid: null,
      message: `${count}, ${how}: a part of the history was written again. A client that takes what stands last for the newest continues from the middle.`,
      repairable: true,
    },
    actions: [
      {
        action: removal(index, run),
        score: 0.97,
        confidence: 'high',
        reasons: [
          isWord
            ? 'Each of these lines stands further up, byte for byte; a repaired copy leaves the second ones out.'
            : isAbove
              ? 'Role and content of each are those of a line further up; a repaired copy leaves the second ones out.'
              : 'Role and content of each are those of a line further down that continues what stands above; a repaired copy keeps that one.',
        ],
      },
    ],
  };
}

/** 1-based lines as ranges. @param lines ascending */
function rangesOf(lines: readonly number[]): LineRange[] {
  const ranges: [number, number][] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && line <= last[1] + 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges;
}

function reuse(index: TranscriptIndex, record: number, before: number): Diagnosis {
  const { line } = index.columns;
  return {
    finding: {
      id: `uuid-reused:${line[record]!}`,
      code: 'uuid-reused',
      severity: 'warning',
      line: line[record]!,
      uuid: index.uuidText(record),
      parentUuid: null,
      message: `Another record has the same uuid (line ${line[before]!}). Clients see only the one that stands last, so what hangs under the first hangs under this one. Which record each child meant cannot be known, so no repair is offered.`,
      repairable: false,
    },
    actions: [],
  };
}

/** Parts of one answer that stand twice under one parent, as after a synchronisation conflict: no harm, but worth knowing. */
export function findRepeatedMessages(graph: ConversationGraph): Diagnosis[] {
  const { index } = graph;
  const { kind, messageId, flags, line } = index.columns;
  const found: Diagnosis[] = [];
  for (let parent = 0; parent < index.count; parent++) {
    if (graph.childStart[parent + 1]! - graph.childStart[parent]! < 2) continue;
    const children = graph.childrenOf(parent);
    const seen = new Map<number, number>();
    for (const child of children) {
      if (kind[child] !== KIND.assistant || messageId[child]! < 0 || !graph.isSeen(child)) continue;
      const before = seen.get(messageId[child]!);
      if (before === undefined) seen.set(messageId[child]!, child);
      else if (flags[before] === flags[child]) {
        const uuid = index.uuidText(child);
        found.push({
          finding: {
            id: `message-repeated:${uuid}`,
            code: 'message-repeated',
            severity: 'info',
            line: line[child]!,
            uuid,
            parentUuid: null,
            message: `The same part of this answer stands in line ${line[before]!} under another uuid. A resume follows one of the two.`,
            repairable: false,
          },
          actions: [],
        });
      }
    }
  }
  return found;
}
