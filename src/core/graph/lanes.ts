import type { RowTree } from './row-tree.ts';

/** What crosses one row of the drawing. */
export interface RowLanes {
  readonly lane: number;
  /** Lanes that only pass by. */
  readonly passing: readonly number[];
  /** Lanes of later children that start at this row, the own lane excepted. */
  readonly opens: readonly number[];
  /** Whether the own lane goes on below. */
  readonly continues: boolean;
  /** Whether the edge from above to this row links two records of the resume chain. */
  readonly chainAbove: boolean;
  /** Lanes that leave this row below (passing, opening or the own one) on an edge that links two records of the resume chain. */
  readonly chainBelow: readonly number[];
}

/** How often the open lanes are noted, so that a window can be drawn without starting at the top. */
const SNAPSHOT_EVERY = 256;

/**
 * Puts each row on a lane, commit-graph style: a row's main child stays on its lane, other children get the leftmost free lane
 * from the fork on. Linear in rows; a window is drawn from the nearest snapshot.
 */
export class LaneLayout {
  /** Lane of each row. */
  readonly lane: Int32Array;
  private readonly tree: RowTree;
  /** Per row: 1 where the edge from its parent links two records of the resume chain. */
  readonly chainEdge: Uint8Array;
  /** Per SNAPSHOT_EVERY rows: the open lanes, each as lane * 2, plus 1 on a chain edge. */
  private readonly snapshots: Int32Array[] = [];

  /**
   * @param onChain per row: 1 where a resume loads it; the chain stays on one lane
   * @param known a layout of rows that are the same before `from`, with the same ones under them
   */
  constructor(tree: RowTree, onChain: Uint8Array, known: { lanes: LaneLayout; from: number } | null = null) {
    this.tree = tree;
    this.chainEdge = chainEdges(tree.parentRow, onChain, known);
    const lane = new Int32Array(tree.parentRow.length).fill(-1);
    this.lane = lane;
    const noted = known === null ? -1 : Math.min(Math.floor(known.from / SNAPSHOT_EVERY), known.lanes.snapshots.length - 1);
    if (known === null || noted < 0) {
      this.layOut(0, new Int32Array(0));
      return;
    }
    const from = noted * SNAPSHOT_EVERY;
    const before = known.lanes.lane;
    lane.set(before.subarray(0, from));
    // Lanes are given where the edge begins.
    for (let row = from; row < lane.length; row++) if (tree.parentRow[row]! >= 0 && tree.parentRow[row]! < from) lane[row] = before[row]!;
    this.snapshots.push(...known.lanes.snapshots.slice(0, noted));
    this.layOut(from, known.lanes.snapshots[noted]!);
  }

  /** What crosses rows [start, end). */
  window(start: number, end: number): RowLanes[] {
    const from = Math.floor(start / SNAPSHOT_EVERY) * SNAPSHOT_EVERY;
    const open = new Map<number, boolean>();
    for (const noted of this.snapshots[from / SNAPSHOT_EVERY] ?? []) open.set(noted >> 1, (noted & 1) === 1);
    const result: RowLanes[] = [];
    for (let row = from; row < end; row++) {
      const described = this.step(row, open);
      if (row >= start) result.push(described);
    }
    return result;
  }

  /** @param open lanes that reach the row from above, and whether on a chain edge; changed to those that leave it */
  private step(row: number, open: Map<number, boolean>): RowLanes {
    const { firstChild, children, mainChild } = this.tree;
    const lane = this.lane[row]!;
    open.delete(lane);
    const passing = [...open.keys()].sort((a, b) => a - b);
    const opens: number[] = [];
    for (let i = firstChild[row]!; i < firstChild[row + 1]!; i++) {
      const child = children[i]!;
      if (child === mainChild[row]) continue;
      opens.push(this.lane[child]!);
      open.set(this.lane[child]!, this.chainEdge[child] === 1);
    }
    const main = mainChild[row]!;
    if (main >= 0) open.set(lane, this.chainEdge[main] === 1);
    const chainBelow = [...passing, ...opens, ...(main >= 0 ? [lane] : [])].filter((crossing) => open.get(crossing) === true);
    return { lane, passing, opens, continues: main >= 0, chainAbove: this.chainEdge[row] === 1, chainBelow };
  }

  /** @param from a row where lanes are noted; @param open the lanes that reach it, as noted */
  private layOut(from: number, open: Int32Array): void {
    const { lane, chainEdge, snapshots } = this;
    const { firstChild, children, mainChild } = this.tree;
    const free = new FreeLanes(open.map((noted) => noted >> 1));
    /** By lane: whether the edge on it is one of the chain. */
    const onChainEdge: boolean[] = [];
    for (const noted of open) onChainEdge[noted >> 1] = (noted & 1) === 1;
    // Lanes are given to children when their fork is drawn; -1 = not yet.
    for (let row = from; row < lane.length; row++) {
      if (row % SNAPSHOT_EVERY === 0) snapshots.push(free.taken().map((one) => one * 2 + (onChainEdge[one] === true ? 1 : 0)));
      if (lane[row]! < 0) lane[row] = free.take();
      const main = mainChild[row]!;
      if (main >= 0) lane[main] = lane[row]!;
      for (let i = firstChild[row]!; i < firstChild[row + 1]!; i++) {
        const child = children[i]!;
        if (child !== main) lane[child] = free.take();
        onChainEdge[lane[child]!] = chainEdge[child] === 1;
      }
      if (main < 0) free.give(lane[row]!);
    }
  }
}

function chainEdges(parentRow: Int32Array, onChain: Uint8Array, known: { lanes: LaneLayout; from: number } | null): Uint8Array {
  const edges = new Uint8Array(parentRow.length);
  const from = known?.from ?? 0;
  if (known !== null) edges.set(known.lanes.chainEdge.subarray(0, from));
  for (let row = from; row < parentRow.length; row++) {
    const parent = parentRow[row]!;
    if (parent >= 0) edges[row] = onChain[row]! & onChain[parent]!;
  }
  return edges;
}

/** Lanes in use; the leftmost free one is found by a heap of those given back. */
class FreeLanes {
  private readonly returned: number[] = [];
  private readonly inUse: boolean[] = [];

  /** @param taken ascending */
  constructor(taken: Int32Array) {
    for (const lane of taken) {
      // Ascending, so that they are a heap.
      for (let free = this.inUse.length; free < lane; free++) this.returned.push(free);
      while (this.inUse.length < lane) this.inUse.push(false);
      this.inUse.push(true);
    }
  }

  take(): number {
    const lane = this.returned.length > 0 ? this.popSmallest() : this.inUse.length;
    this.inUse[lane] = true;
    return lane;
  }

  give(lane: number): void {
    this.inUse[lane] = false;
    let at = this.returned.push(lane) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.returned[above]! <= this.returned[at]!) return;
      this.swap(above, at);
      at = above;
    }
  }

  taken(): Int32Array {
    const lanes: number[] = [];
    this.inUse.forEach((used, lane) => {
      if (used) lanes.push(lane);
    });
    return Int32Array.from(lanes);
  }

  private popSmallest(): number {
    const smallest = this.returned[0]!;
    const last = this.returned.pop()!;
    if (this.returned.length > 0) {
      this.returned[0] = last;
      this.sink();
    }
    return smallest;
  }

  private sink(): void {
    for (let at = 0; ;) {
      let least = at;
      for (const below of [2 * at + 1, 2 * at + 2]) {
        if (below < this.returned.length && this.returned[below]! < this.returned[least]!) least = below;
      }
      if (least === at) return;
      this.swap(at, least);
      at = least;
    }
  }

  private swap(a: number, b: number): void {
    const kept = this.returned[a]!;
    this.returned[a] = this.returned[b]!;
    this.returned[b] = kept;
  }
}
