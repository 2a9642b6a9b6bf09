import { ROOT, type ConversationGraph } from '../graph/conversation-graph.ts';
import type { LineRange, RepairAction } from '../graph/repairs.ts';
import { KIND, isLinked } from '../transcript/record-kinds.ts';
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
  const { replayed, reused } = repeatedRecords(graph);
  return [
    ...runsOf(index, replayed).map((run) => replay(graph, run, repairedChain)),
    ...reused.map(({ record, before }) => reuse(index, record, before)),
  ];
}

/** Leaves out what stands in the file a second time, word for word. */
export function replayRemovals(graph: ConversationGraph): RepairAction[] {
  const { index } = graph;
  return runsOf(index, repeatedRecords(graph).replayed).map((run) => removal(index, run));
}

function removal(index: TranscriptIndex, run: readonly number[]): RepairAction {
  return { kind: 'quarantine', lines: rangesOf(run.map((record) => index.columns.line[record]!)), uuid: index.uuidText(run[0]!) };
}

function repeatedRecords(graph: ConversationGraph): { replayed: number[]; reused: { record: number; before: number }[] } {
  const { index } = graph;
  const firstOf = new Int32Array(index.names.size).fill(-1);
  const replayed: number[] = [];
  const reused: { record: number; before: number }[] = [];
  for (let i = 0; i < index.fileCount; i++) {
    const { kind, uuid } = index.columns;
    if (!isLinked(kind[i]!) || graph.hidden[i] !== 0) continue;
    const before = firstOf[uuid[i]!]!;
    if (before < 0) firstOf[uuid[i]!] = i;
    else if (looksSame(index, before, i)) replayed.push(i);
    else reused.push({ record: i, before });
  }
  return { replayed, reused };
}

/** Whether two records with one uuid are one record written twice, as far as the index knows; the bytes are compared before a repair. */
function looksSame(index: TranscriptIndex, a: number, b: number): boolean {
  const { length, time, parent, kind, messageId, flags } = index.columns;
  const sameTime = time[a] === time[b] || (Number.isNaN(time[a]!) && Number.isNaN(time[b]!));
  return (
    length[a] === length[b] &&
    sameTime &&
    parent[a] === parent[b] &&
    kind[a] === kind[b] &&
    messageId[a] === messageId[b] &&
    flags[a] === flags[b]
  );
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

function replay(graph: ConversationGraph, run: readonly number[], repairedChain: Uint8Array): Diagnosis {
  const { index } = graph;
  const { line } = index.columns;
  const first = run[0]!;
  const uuid = index.uuidText(first);
  const cuts = run.some((record) => repairedChain[record] === 1);
  const count = run.length === 1 ? 'This record stands' : `This record and the ${run.length - 1} after it stand`;
  return {
    finding: {
      id: `history-replayed:${line[first]!}`,
      code: 'history-replayed',
      severity: cuts ? 'error' : 'warning',
      line: line[first]!,
      uuid,
      parentUuid: null,
      message: `${count} further up already, word for word: a part of the history was written again. A client that takes what stands last for the newest continues from the middle.`,
      repairable: true,
    },
    actions: [
      {
        action: removal(index, run),
        score: 0.97,
        confidence: 'high',
        reasons: ['Each of these lines stands further up, byte for byte; a repaired copy leaves the second ones out.'],
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
