import { treeOf, ROW, type RowFacts } from './row-facts.ts';

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
  readonly runSize: Uint32Array;
  /** With the branches within it. */
  readonly branchSize: Uint32Array;

  constructor(facts: RowFacts) {
    const count = facts.flags.length;
    this.messageHead = messageHeads(facts);
    this.runHead = runHeads(facts, this.messageHead);
    this.branchHead = branchHeads(facts);
    this.messageSize = sizes(this.messageHead);
    this.runSize = sizes(this.runHead);
    // A run of one message is that message.
    for (let row = 0; row < count; row++) if (this.runSize[row] === this.messageSize[row]) this.runSize[row] = 0;
    this.branchSize = new Uint32Array(count);
    for (let row = count - 1; row >= 0; row--) {
      const head = this.branchHead[row]!;
      this.branchSize[head]!++;
      const outer = head === row ? facts.parentRow[row]! : -1;
      if (outer >= 0) this.branchSize[this.branchHead[outer]!]! += this.branchSize[row]!;
    }
  }

  /** Rows in the fold of this kind that has this row as its head; at most 1 where there is nothing to fold. */
  sizeOf(kind: FoldKind, row: number): number {
    return { message: this.messageSize, run: this.runSize, branch: this.branchSize }[kind][row]!;
  }
}

function messageHeads({ parentRow, message, flags }: RowFacts): Int32Array {
  const heads = new Int32Array(flags.length);
  for (let row = 0; row < heads.length; row++) {
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

function runHeads({ parentRow, flags }: RowFacts, messageHead: Int32Array): Int32Array {
  const heads = new Int32Array(flags.length).fill(-1);
  /** What all records of a message are together. */
  const together = flags.slice();
  for (let row = 0; row < flags.length; row++) together[messageHead[row]!]! |= flags[row]!;
  for (let row = 0; row < flags.length; row++) {
    const message = messageHead[row]!;
    const parent = parentRow[row]!;
    const run = parent >= 0 && isOneSide(flags, parent, row) ? heads[parent]! : -1;
    if (message !== row) heads[row] = heads[message]!;
    else if ((flags[row]! & ROW.accessory) !== 0) heads[row] = run;
    else if ((together[row]! & ROW.answer) !== 0 && (together[row]! & ROW.call) !== 0)
      heads[row] = run >= 0 && (together[row]! & ROW.text) === 0 ? run : row;
  }
  return heads;
}

function branchHeads(facts: RowFacts): Int32Array {
  const { parentRow, flags } = facts;
  const { mainChild } = treeOf(facts);
  const heads = new Int32Array(flags.length);
  for (let row = 0; row < heads.length; row++) {
    const parent = parentRow[row]!;
    const goesOn = parent >= 0 && mainChild[parent] === row && isOneSide(flags, parent, row);
    heads[row] = goesOn ? heads[parent]! : row;
  }
  return heads;
}

function isOneSide(flags: Uint16Array, a: number, b: number): boolean {
  return ((flags[a]! ^ flags[b]!) & ROW.sidechain) === 0;
}

function sizes(heads: Int32Array): Uint32Array {
  const size = new Uint32Array(heads.length);
  for (const head of heads) if (head >= 0) size[head]!++;
  return size;
}
