import { mainChildren } from '../graph/row-tree.ts';
import { beginning, firstChanged, leastFrom, unsplit } from './growth.ts';
import { column, ROW, type RowFacts } from './row-facts.ts';

/** What folds into one row: the records of one message, a run of tool calls, or all that hangs under a branch's first record. */
export type FoldKind = 'message' | 'run' | 'branch';

/** Records of one message may have their results in between; how far back the message is looked for. */
const MESSAGE_REACH = 12;

/**
 * Which rows fold into which. Everything that can fold has a head, its first row, and folds into it. Made once per state of a session;
 * what is open or closed is another matter.
 */
export class Folds {
  /** First row of the message that a row belongs to; the row itself where it is alone. */
  readonly messageHead: Int32Array;
  /** First row of the run of tool calls that a row belongs to; -1 for none. */
  readonly runHead: Int32Array;
  /** First row of the branch that a row belongs to; branches hold branches. */
  readonly branchHead: Int32Array;
  /** Rows of each head's fold, the head included; 0 elsewhere. */
  readonly messageSize: Uint32Array;
  private readonly runLength: Uint32Array;
  /** With the branches within it. */
  readonly branchSize: Uint32Array;
  /** Facts and heads of the rows before this one are those of the folds that these were made of; 0 where they were made of none. */
  private readonly sharedRows: number;
  /** Of those before this one, each is the head of the same kinds of folds as it was. */
  readonly sharedFolds: number;
  readonly facts: RowFacts;
  private readonly mainChild: Int32Array;

  /** @param before of the same session when it was shorter: only what is others now is looked at */
  constructor(facts: RowFacts, before: Folds | null = null) {
    const { parentRow, flags } = facts;
    let from = before === null ? 0 : unaffected(before.facts, facts);
    const messageHead = messageHeads(facts, before?.messageHead ?? NO_ROWS, from);
    if (before !== null) from = unsplit(messageHead, before.messageHead, from);
    // What hangs under a row before these is what it was, but for the row just before them.
    const same = Math.max(0, from - 1);
    const known = before === null ? null : { mainChild: before.mainChild, from: same };
    this.facts = facts;
    this.sharedRows = from;
    this.messageHead = messageHead;
    this.mainChild = mainChildren(parentRow, column(flags, ROW.onChain, same), column(flags, ROW.main, same), known);
    this.runHead = runHeads(facts, messageHead, before?.runHead ?? NO_ROWS, from);
    this.branchHead = branchHeads(facts, this.mainChild, before?.branchHead ?? NO_ROWS, from);
    const touched = new Set<number>();
    this.messageSize = sizes(messageHead, before && { heads: before.messageHead, sizes: before.messageSize }, from, touched);
    this.runLength = sizes(this.runHead, before && { heads: before.runHead, sizes: before.runLength }, from, touched);
    this.branchSize = branchSizes(this, before, from, touched);
    this.sharedFolds = before === null ? 0 : this.firstTurned(before, touched);
  }

  /** Rows in the fold of this kind that has this row as its head; at most 1 where there is nothing to fold. */
  sizeOf(kind: FoldKind, row: number): number {
    return kind === 'message' ? this.messageSize[row]! : kind === 'run' ? this.runSize(row) : this.branchSize[row]!;
  }

  /** The first of the shared rows that is the head of a fold now and was none, or the other way; only of these the sizes changed. */
  private firstTurned(before: Folds, touched: ReadonlySet<number>): number {
    let first = this.sharedRows;
    for (const row of touched) {
      if (row < first && KINDS.some((kind) => before.sizeOf(kind, row) > 1 !== this.sizeOf(kind, row) > 1)) first = row;
    }
    return first;
  }

  /** A run of one message is that message. */
  private runSize(row: number): number {
    return this.runLength[row] === this.messageSize[row] ? 0 : this.runLength[row]!;
  }
}

const KINDS: readonly FoldKind[] = ['message', 'run', 'branch'];
const NO_ROWS = new Int32Array(0);
/** More rows than these are counted anew with all others: branches in branches could be many. */
const FEW_ROWS = 256;

/**
 * Rows before this one fold as they did: they are what they were, and nothing that is another row now, or a new one, hangs under the
 * same row as one of them.
 */
function unaffected(before: RowFacts, facts: RowFacts): number {
  const changed = firstChanged(before, facts);
  const parent = Math.min(leastFrom(before.parentRow, changed, changed), leastFrom(facts.parentRow, changed, changed));
  return Math.min(changed, parent + 1);
}

function messageHeads({ parentRow, message, flags }: RowFacts, before: Int32Array, from: number): Int32Array {
  const heads = beginning(before, from, flags.length);
  for (let row = from; row < heads.length; row++) {
    heads[row] = row;
    if (message[row]! < 0) continue;
    let above = parentRow[row]!;
    for (let step = 0; above >= 0 && step < MESSAGE_REACH; step++) {
      if (message[above] === message[row] && isOneSide(flags, above, row)) {
        heads[row] = heads[above]!;
        break;
      }
      if ((flags[above]! & ROW.accessory) === 0) break;
      above = parentRow[above]!;
    }
  }
  return heads;
}

function runHeads({ parentRow, flags }: RowFacts, messageHead: Int32Array, before: Int32Array, from: number): Int32Array {
  const heads = beginning(before, from, flags.length).fill(-1, from);
  /** What all records of a message are together: none stands on both sides of `from`. */
  const together = flags.slice(from);
  for (let row = from; row < flags.length; row++) together[messageHead[row]! - from]! |= flags[row]!;
  for (let row = from; row < flags.length; row++) {
    const message = messageHead[row]!;
    const parent = parentRow[row]!;
    const run = parent >= 0 && isOneSide(flags, parent, row) ? heads[parent]! : -1;
    if (message !== row) heads[row] = heads[message]!;
    else if ((flags[row]! & ROW.accessory) !== 0) heads[row] = run;
    else if ((together[row - from]! & ROW.answer) !== 0 && (together[row - from]! & ROW.call) !== 0)
      heads[row] = run >= 0 && (together[row - from]! & ROW.text) === 0 ? run : row;
  }
  return heads;
}

function branchHeads({ parentRow, flags }: RowFacts, mainChild: Int32Array, before: Int32Array, from: number): Int32Array {
  const heads = beginning(before, from, flags.length);
  for (let row = from; row < heads.length; row++) {
    const parent = parentRow[row]!;
    const goesOn = parent >= 0 && mainChild[parent] === row && isOneSide(flags, parent, row);
    heads[row] = goesOn ? heads[parent]! : row;
  }
  return heads;
}

function isOneSide(flags: Uint16Array, a: number, b: number): boolean {
  return ((flags[a]! ^ flags[b]!) & ROW.sidechain) === 0;
}

/** @param touched heads of which the size may have changed are added */
function sizes(
  heads: Int32Array,
  before: { readonly heads: Int32Array; readonly sizes: Uint32Array } | null,
  from: number,
  touched: Set<number>,
): Uint32Array {
  const size = new Uint32Array(heads.length);
  if (before !== null) size.set(before.sizes);
  const count = (of: Int32Array, by: 1 | -1): void => {
    for (let row = from; row < of.length; row++) {
      const head = of[row]!;
      if (head < 0) continue;
      size[head]! += by;
      if (before !== null) touched.add(head);
    }
  };
  if (before !== null) count(before.heads, -1);
  count(heads, 1);
  return size;
}

interface Branches {
  readonly facts: RowFacts;
  readonly branchHead: Int32Array;
  readonly branchSize: Uint32Array;
}

/** @param touched heads of which the size may have changed are added */
function branchSizes(
  { facts, branchHead }: Omit<Branches, 'branchSize'>,
  before: Branches | null,
  from: number,
  touched: Set<number>,
): Uint32Array {
  const size = new Uint32Array(branchHead.length);
  if (before === null || branchHead.length - from > FEW_ROWS) {
    const { parentRow } = facts;
    for (let row = size.length - 1; row >= 0; row--) {
      const head = branchHead[row]!;
      size[head]!++;
      const outer = head === row ? parentRow[row]! : -1;
      if (outer >= 0) size[branchHead[outer]!]! += size[row]!;
    }
    if (before !== null) for (let row = 0; row < from; row++) if (size[row] !== before.branchSize[row]) touched.add(row);
    return size;
  }
  size.set(before.branchSize);
  const count = ({ branchHead: heads, facts: { parentRow } }: Omit<Branches, 'branchSize'>, by: 1 | -1): void => {
    for (let row = from; row < heads.length; row++) {
      for (let at = row; at >= 0; at = parentRow[heads[at]!]!) {
        size[heads[at]!]! += by;
        touched.add(heads[at]!);
      }
    }
  };
  count(before, -1);
  count({ facts, branchHead }, 1);
  return size;
}
