import { LaneLayout } from '../graph/lanes.ts';
import { mainChildren, RowTree } from '../graph/row-tree.ts';
import type { FoldKind, Folds } from './folds.ts';
import { beginning, leastFrom, unsplit } from './growth.ts';
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
  /** Per row that is the head of a branch: head of the outermost closed branch that it is in; -1. */
  private readonly closedBranch: Int32Array;
  /** Per row of the session: the place where what hangs under it hangs; -1. */
  private readonly nearest: Int32Array;
  /** Rows folded into visible row i, itself included: member[memberStart[i]] … member[memberStart[i + 1] - 1], ascending. */
  private readonly memberStart: Uint32Array;
  private readonly member: Uint32Array;
  /** Per place: as of `mainChildren`. */
  private readonly mainChild: Int32Array;
  private readonly tree: RowTree;

  /** @param known of the same choice, and of the folds that the new ones were made of: only what is others now is arranged */
  constructor(facts: RowFacts, folds: Folds, filter: RowFilter, isClosed: IsClosed, known: Arrangement | null = null) {
    const picked = PICKED[filter];
    const count = facts.flags.length;
    const unfolded = known === null ? 0 : folds.sharedFolds;
    this.closedBranch = beginning(known?.closedBranch ?? NO_ROWS, unfolded, count).fill(-1, unfolded);
    this.target = beginning(known?.target ?? NO_ROWS, unfolded, count);
    if (picked === 0) this.foldRows(facts, folds, isClosed, unfolded);
    else for (let row = unfolded; row < count; row++) this.target[row] = row;
    // Rows from here on go to places of their own: none of them is folded into a row before.
    const from = known === null ? 0 : unsplit(this.target, known.target, unfolded);
    const isShown = (row: number): boolean =>
      this.target[row] === row &&
      (picked === 0 ? filter !== 'main' || (facts.flags[row]! & ROW.sidechain) === 0 : (facts.flags[row]! & picked) !== 0);
    const places = known === null ? 0 : placesBefore(known.rows, from);
    this.rows = visibleRows(count, isShown, known?.rows ?? new Uint32Array(0), from, places);
    this.placeOf = this.places(known?.placeOf ?? NO_ROWS, from, places);
    this.nearest = this.nearestPlaces(facts.parentRow, known?.nearest ?? NO_ROWS, from);
    this.parentPlace = this.parents(facts.parentRow, known?.parentPlace ?? NO_ROWS, places);
    const { start, member } = this.members(known, from, places);
    this.memberStart = start;
    this.member = member;
    this.flags = this.flagsOfPlaces(facts.flags, known?.flags ?? new Uint16Array(0), from, places);
    const onChain = column(this.flags, ROW.onChain);
    // What hangs under places before this one hangs there as before.
    const forks = known === null ? 0 : Math.min(leastFrom(this.parentPlace, places, places), leastFrom(known.parentPlace, places, places));
    const isMain = column(this.flags, ROW.main, forks);
    this.mainChild = mainChildren(this.parentPlace, onChain, isMain, known === null ? null : { mainChild: known.mainChild, from: forks });
    const linked = known === null ? 0 : Math.min(places, forks + 1);
    this.isFar = this.farBranches(known?.isFar ?? new Uint8Array(0), linked);
    const drawn = beginning(known?.tree.parentRow ?? NO_ROWS, linked, this.rows.length);
    for (let place = linked; place < drawn.length; place++) drawn[place] = this.isFar[place] === 1 ? -1 : this.parentPlace[place]!;
    this.tree = new RowTree(drawn, onChain, isMain, known === null ? null : { tree: known.tree, from: forks });
    this.lanes = new LaneLayout(this.tree, onChain, known === null ? null : { lanes: known.lanes, from: forks });
  }

  /** Rows of the session that are folded into a visible row, itself first. */
  membersOf(place: number): Uint32Array {
    return this.member.subarray(this.memberStart[place], this.memberStart[place + 1]);
  }

  /** The row that a row is folded into; itself where it is not. */
  foldedInto(row: number): number {
    return this.target[row]!;
  }

  /** Where each row goes. Heads stand above what folds into them, so one pass from the top is enough. */
  private foldRows({ parentRow }: RowFacts, { messageHead, runHead, branchHead }: Folds, isClosed: IsClosed, from: number): void {
    const { target, closedBranch } = this;
    for (let row = from; row < target.length; row++) {
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
  }

  /** @param from row, and `first` place, up to which they are known */
  private places(known: Int32Array, from: number, first: number): Int32Array {
    const { rows, target } = this;
    const place = beginning(known, from, target.length).fill(-1, from);
    for (let at = first; at < rows.length; at++) place[rows[at]!] = at;
    for (let row = from; row < place.length; row++) place[row] = place[target[row]!]!;
    return place;
  }

  /** A row whose parent is not shown hangs under the nearest row above it that is. */
  private nearestPlaces(parentRow: Int32Array, known: Int32Array, from: number): Int32Array {
    const { target, placeOf } = this;
    const nearest = beginning(known, from, parentRow.length);
    for (let row = from; row < nearest.length; row++) {
      const shown = target[row]!;
      const above = parentRow[shown]!;
      nearest[row] = placeOf[shown]! >= 0 ? placeOf[shown]! : above < 0 ? -1 : nearest[above]!;
    }
    return nearest;
  }

  private parents(parentRow: Int32Array, known: Int32Array, first: number): Int32Array {
    const { rows, nearest } = this;
    const parents = beginning(known, first, rows.length).fill(-1, first);
    for (let place = first; place < rows.length; place++) {
      const above = parentRow[rows[place]!]!;
      if (above >= 0) parents[place] = nearest[above]!;
    }
    return parents;
  }

  private members(known: Arrangement | null, from: number, first: number): { start: Uint32Array; member: Uint32Array } {
    const { rows, placeOf } = this;
    const start = beginning(known?.memberStart ?? NO_MEMBERS, first + 1, rows.length + 1);
    for (let row = from; row < placeOf.length; row++) if (placeOf[row]! >= 0) start[placeOf[row]! + 1]!++;
    for (let i = first; i < rows.length; i++) start[i + 1]! += start[i]!;
    const next = start.slice(first);
    const member = beginning(known?.member ?? NO_MEMBERS, start[first]!, start[rows.length]!);
    for (let row = from; row < placeOf.length; row++) if (placeOf[row]! >= 0) member[next[placeOf[row]! - first]!++] = row;
    return { start, member };
  }

  private flagsOfPlaces(ofRows: Uint16Array, known: Uint16Array, from: number, first: number): Uint16Array {
    const { rows, placeOf } = this;
    const flags = beginning(known, first, rows.length);
    for (let row = from; row < placeOf.length; row++) if (placeOf[row]! >= 0) flags[placeOf[row]!]! |= ofRows[row]!;
    return flags;
  }

  private farBranches(known: Uint8Array, first: number): Uint8Array {
    const { parentPlace, mainChild } = this;
    const isFar = beginning(known, first, parentPlace.length);
    for (let place = first; place < isFar.length; place++) {
      const parent = parentPlace[place]!;
      if (parent >= 0 && place - parent > FAR && mainChild[parent] !== place) isFar[place] = 1;
    }
    return isFar;
  }
}

const NO_ROWS = new Int32Array(0);
const NO_MEMBERS = new Uint32Array(0);

/** How many of these ascending rows stand before a row. */
function placesBefore(rows: Uint32Array, row: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param known of which the first `places` stand before row `from` */
function visibleRows(count: number, isShown: (row: number) => boolean, known: Uint32Array, from: number, places: number): Uint32Array {
  const shown = new Uint32Array(count - from);
  let end = 0;
  for (let row = from; row < count; row++) if (isShown(row)) shown[end++] = row;
  const rows = beginning(known, places, places + end);
  rows.set(shown.subarray(0, end), places);
  return rows;
}
