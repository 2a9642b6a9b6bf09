/** Where a row stands and which lanes touch it. */
export interface LaneRow {
  lane: number;
  passing: number[];
  opens: number[];
  continues: boolean;
  chainAbove: boolean;
  chainBelow: number[];
}

/** Greedy lanes over a forest in file order. `parents` holds row numbers, negative for none; `chain` the rows that a resume loads. */
export function fakeLanes(parents: readonly number[], sidechain: (row: number) => boolean, chain: ReadonlySet<number>): LaneRow[] {
  const isChainEdge = (row: number): boolean => chain.has(row) && chain.has(parents[row] ?? -1);
  const children = new Map<number, number[]>();
  parents.forEach((parent, row) => {
    if (parent < 0 || parent >= row) return;
    const list = children.get(parent);
    if (list === undefined) children.set(parent, [row]);
    else list.push(row);
  });
  /** lane -> the row that is to continue it, -1 when free */
  const waiting: number[] = [];
  const take = (row: number): number => {
    const free = waiting.indexOf(-1);
    const lane = free === -1 ? waiting.length : free;
    waiting[lane] = row;
    return lane;
  };
  return parents.map((_, row) => {
    const held = waiting.indexOf(row);
    const lane = held === -1 ? take(row) : held;
    waiting[lane] = -1;
    const passing = waiting.flatMap((target, index) => (target === -1 ? [] : [index]));
    const own = children.get(row) ?? [];
    const main = own.find((child) => !sidechain(child)) ?? own[0];
    if (main !== undefined) waiting[lane] = main;
    const opens = own.filter((child) => child !== main).map((child) => take(child));
    const chainBelow = waiting.flatMap((target, index) => (target !== -1 && isChainEdge(target) ? [index] : []));
    return { lane, passing, opens, continues: main !== undefined, chainAbove: isChainEdge(row), chainBelow };
  });
}
