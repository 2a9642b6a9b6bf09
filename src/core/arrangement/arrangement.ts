import { LaneLayout } from '../graph/lanes.ts';
import { RowTree } from '../graph/row-tree.ts';
import type { FoldKind, Folds } from './folds.ts';
import { column, ROW, type RowFacts } from './row-facts.ts';

/** Which rows a graph shows at all. */
export type RowFilter = 'all' | 'prompts' | 'findings' | 'orphans' | 'main' | 'sidechains';

/** How a graph is arranged, as plain data that survives changes of the session: records are named by uuid. */
export interface ArrangementChoice {
  readonly filter: RowFilter;
  /** What is folded unless it is named in `except`; branches are open, but for those of sidechains. */
  readonly folded: { readonly message: boolean; readonly run: boolean; readonly sidechain: boolean };
  /** Folds that are the other way round than `folded` says, by the uuid of their first record. */
  readonly except: readonly { readonly kind: FoldKind; readonly uuid: string }[];
}

export const DEFAULT_CHOICE: ArrangementChoice = {
  filter: 'all',
  folded: { message: true, run: false, sidechain: false },
  except: [],
};

/** Filters that pick single rows: what is folded does not matter to them. */
const PICKED: Readonly<Record<RowFilter, number>> = {
  all: 0,
  main: 0,
  prompts: ROW.prompt | ROW.boundary | ROW.summary,
  findings: ROW.finding,
  orphans: ROW.orphan,
  sidechains: ROW.sidechain,
};

/** Rows that an edge beside the main line spans at most: a longer one would only keep a lane busy. */
const FAR = 150;

/** Whether a row is the head of a fold that is closed. */
export type IsClosed = (kind: FoldKind, head: number) => boolean;

/** What a graph shows: the visible rows, what is folded into each, and their links and lanes. Linear in the rows of the session. */
export class Arrangement {
  /** Visible rows, as rows of the session, ascending. */
  readonly rows: Uint32Array;
  /** Place among the visible rows of each row of the session; of its fold's row where it is folded away; -1 where a filter hides it. */
  readonly placeOf: Int32Array;
  /** Per visible row: place of the nearest visible row above that it hangs under, else -1. */
  readonly parentPlace: Int32Array;
  /** Per visible row: bits of ROW of all rows that are folded into it. */
  readonly flags: Uint16Array;
  /** Per visible row: 1 where it branches off so far above that its edge is only begun. */
  readonly isFar: Uint8Array;
  readonly lanes: LaneLayout;
  /** Per row of the session: the row that it is folded into, itself where it is not. */
  private readonly target: Int32Array;
  /** Rows folded into visible row i, itself included: member[memberStart[i]] … member[memberStart[i + 1] - 1], ascending. */
  private readonly memberStart: Uint32Array;
  private readonly member: Uint32Array;

  constructor(facts: RowFacts, folds: Folds, filter: RowFilter, isClosed: IsClosed) {
    const picked = PICKED[filter];
    this.target = picked === 0 ? targets(facts, folds, isClosed) : identity(facts.flags.length);
    const isShown = (row: number): boolean =>
      this.target[row] === row &&
      (picked === 0 ? filter !== 'main' || (facts.flags[row]! & ROW.sidechain) === 0 : (facts.flags[row]! & picked) !== 0);
    this.rows = visibleRows(facts.flags.length, isShown);
    this.placeOf = this.places();
    this.parentPlace = this.parents(facts.parentRow);
    const { start, member } = this.members();
    this.memberStart = start;
    this.member = member;
    this.flags = new Uint16Array(this.rows.length);
    for (let row = 0; row < this.placeOf.length; row++) if (this.placeOf[row]! >= 0) this.flags[this.placeOf[row]!]! |= facts.flags[row]!;
    const onChain = column(this.flags, ROW.onChain);
    const isMain = column(this.flags, ROW.main);
    this.isFar = farBranches(new RowTree(this.parentPlace, onChain, isMain));
    const drawn = this.parentPlace.map((parent, place) => (this.isFar[place] === 1 ? -1 : parent));
    this.lanes = new LaneLayout(new RowTree(drawn, onChain, isMain), onChain);
  }

  /** Rows of the session that are folded into a visible row, itself first. */
  membersOf(place: number): Uint32Array {
    return this.member.subarray(this.memberStart[place], this.memberStart[place + 1]);
  }

  /** The row that a row is folded into; itself where it is not. */
  foldedInto(row: number): number {
    return this.target[row]!;
  }

  private places(): Int32Array {
    const place = new Int32Array(this.target.length).fill(-1);
    this.rows.forEach((row, at) => (place[row] = at));
    for (let row = 0; row < place.length; row++) place[row] = place[this.target[row]!]!;
    return place;
  }

  /** A row whose parent is not shown hangs under the nearest row above it that is. */
  private parents(parentRow: Int32Array): Int32Array {
    const nearest = new Int32Array(parentRow.length);
    for (let row = 0; row < nearest.length; row++) {
      const shown = this.target[row]!;
      const above = parentRow[shown]!;
      nearest[row] = this.placeOf[shown]! >= 0 ? this.placeOf[shown]! : above < 0 ? -1 : nearest[above]!;
    }
    return Int32Array.from(this.rows, (row) => (parentRow[row]! < 0 ? -1 : nearest[parentRow[row]!]!));
  }

  private members(): { start: Uint32Array; member: Uint32Array } {
    const start = new Uint32Array(this.rows.length + 1);
    for (const place of this.placeOf) if (place >= 0) start[place + 1]!++;
    for (let i = 0; i < this.rows.length; i++) start[i + 1]! += start[i]!;
    const next = start.slice();
    const member = new Uint32Array(start[this.rows.length]!);
    this.placeOf.forEach((place, row) => {
      if (place >= 0) member[next[place]!++] = row;
    });
    return { start, member };
  }
}

/** Where each row goes. Heads stand above what folds into them, so one pass from the top is enough. */
function targets({ parentRow }: RowFacts, { messageHead, runHead, branchHead }: Folds, isClosed: IsClosed): Int32Array {
  const target = new Int32Array(parentRow.length);
  /** Per head of a branch: head of the outermost closed branch that it is in; -1. */
  const closedBranch = new Int32Array(parentRow.length).fill(-1);
  for (let row = 0; row < target.length; row++) {
    const branch = branchHead[row]!;
    if (branch === row) {
      const outer = parentRow[row]! < 0 ? -1 : closedBranch[branchHead[parentRow[row]!]!]!;
      closedBranch[row] = outer >= 0 ? outer : isClosed('branch', row) ? row : -1;
    }
    const message = messageHead[row]!;
    const run = runHead[row]!;
    if (message !== row && isClosed('message', message)) target[row] = target[message]!;
    else if (run >= 0 && run !== row && isClosed('run', run)) target[row] = target[run]!;
    else {
      const closed = closedBranch[branch]!;
      target[row] = closed >= 0 && closed !== row ? target[closed]! : row;
    }
  }
  return target;
}

function farBranches({ parentRow, mainChild }: RowTree): Uint8Array {
  return Uint8Array.from(parentRow, (parent, place) => Number(parent >= 0 && place - parent > FAR && mainChild[parent] !== place));
}

function identity(count: number): Int32Array {
  const rows = new Int32Array(count);
  for (let row = 0; row < count; row++) rows[row] = row;
  return rows;
}

function visibleRows(count: number, isShown: (row: number) => boolean): Uint32Array {
  const rows = new Uint32Array(count);
  let shown = 0;
  for (let row = 0; row < count; row++) if (isShown(row)) rows[shown++] = row;
  return rows.slice(0, shown);
}
