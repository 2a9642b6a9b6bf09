import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { LEFT_OUT, ON_DAMAGED_LINE } from '../graph/hidden-records.ts';
import type { LineProblem } from '../transcript/lines/line-problem.ts';
import { isMessage } from '../transcript/record-kinds.ts';
import type { ByteEdit } from './byte-edits.ts';

/** What is decided about a copy before the first byte is read. */
export interface CopyPlan {
  /** What becomes of the bytes before and behind the records of lines that are taken apart, by record. */
  readonly cuts: ReadonlyMap<number, readonly ByteEdit[]>;
  /** Lines without any record that are left out. */
  readonly leftOut: readonly LineProblem[];
  /** Records that repairs put in, by the record they stand behind. */
  readonly insertions: ReadonlyMap<number, readonly number[]>;
  /** The chosen leaf, where it gets a fresh timestamp; -1. */
  readonly freshened: number;
  /** Goes to the end, also when a repair put it in; -1. */
  readonly moved: number;
  /** The client's note of where the conversation stood that must name another leaf than it does; null when none must. */
  readonly pin: { readonly record: number; readonly leaf: string } | null;
}

/**
 * @param graph with all repairs that the copy shall have
 * @param leaf the record that a resume shall continue from; -1
 */
export function planCopy(graph: ConversationGraph, leaf: number): CopyPlan {
  const { index } = graph;
  // Only a leaf that a repair chose: a fresh time would move a client that did not need to be moved, since it continues at the newest
  // below the last record and steps over gaps by time.
  const isChosen = graph.chosenLeaf >= 0 && leaf >= 0;
  const isNewer = (record: number): boolean => index.columns.time[record]! > index.columns.time[leaf]!;
  // It is made the last as well: some clients choose by place, some by time.
  const stands = index.position(leaf);
  const isBehind = isChosen && hasRival(graph, leaf, (record) => record > stands);
  const moved = isBehind ? leaf : -1;
  return {
    cuts: cutsOf(graph),
    leftOut: index.problems.filter((problem) => problem.records.length === 0 && graph.isLeftOut(problem.line)),
    insertions: insertionsOf(graph, moved),
    freshened: isBehind || (isChosen && hasRival(graph, leaf, isNewer)) ? leaf : -1,
    moved,
    pin: pinOf(graph, leaf),
  };
}

/** A client continues where its last note says, if that lies on another branch than the chosen leaf. */
function pinOf(graph: ConversationGraph, leaf: number): CopyPlan['pin'] {
  const pin = graph.index.pins.at(-1);
  if (pin === undefined || graph.chosenLeaf < 0 || leaf < 0 || pin.leaf === graph.index.columns.uuid[leaf]) return null;
  return { record: pin.record, leaf: graph.index.uuidText(leaf) };
}

/** @param moved does not stand behind what it follows */
function insertionsOf(graph: ConversationGraph, moved: number): Map<number, number[]> {
  const { fileCount, insertions } = graph.index;
  const behind = new Map<number, number[]>();
  for (const [i, { after }] of insertions.entries()) {
    if (fileCount + i !== moved) behind.set(after, [...(behind.get(after) ?? []), fileCount + i]);
  }
  return behind;
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

/** Whole records of lines that repairs take apart stand on lines of their own; the bytes that belong to none are left out. */
function cutsOf(graph: ConversationGraph): Map<number, ByteEdit[]> {
  const cuts = new Map<number, ByteEdit[]>();
  const { problems, columns } = graph.index;
  for (const problem of problems) {
    if (problem.records.some((record) => graph.hidden[record] === ON_DAMAGED_LINE)) continue;
    let covered = problem.offset;
    for (const [i, record] of problem.records.entries()) {
      const start = columns.offset[record]!;
      const end = start + columns.length[record]!;
      const isLast = i === problem.records.length - 1;
      const edits = [cut(covered, start, i > 0 ? '\n' : '')];
      if (isLast) edits.push(cut(end, problem.offset + problem.length, ''));
      cuts.set(
        record,
        edits.filter((edit) => edit.end > edit.start || edit.bytes.length > 0),
      );
      covered = end;
    }
  }
  return cuts;
}

function cut(start: number, end: number, text: string): ByteEdit {
  return { start, end, bytes: new TextEncoder().encode(text) };
}
