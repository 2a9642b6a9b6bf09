/** Rows linked to rows above them, and which of a row's children continues its line. */
export class RowTree {
  /** Row of the parent where it stands above, else -1. */
  readonly parentRow: Int32Array;
  /** Children of row r are children[firstChild[r]] … children[firstChild[r + 1] - 1], in order. */
  readonly firstChild: Uint32Array;
  readonly children: Uint32Array;
  /** As of `mainChildren`. */
  readonly mainChild: Int32Array;

  /**
   * @param parentRow per row: a smaller row, or negative
   * @param onChain per row: 1 where a resume loads it
   * @param isMain per row: 1 where it belongs to the conversation itself
   * @param known a tree in which the children of all rows before `from` are the same ones
   */
  constructor(parentRow: Int32Array, onChain: Uint8Array, isMain: Uint8Array, known: { tree: RowTree; from: number } | null = null) {
    const count = parentRow.length;
    const from = known?.from ?? 0;
    const firstChild = new Uint32Array(count + 1);
    if (known !== null) firstChild.set(known.tree.firstChild.subarray(0, from + 1));
    const before = firstChild[from]!;
    for (let row = from + 1; row < count; row++) if (parentRow[row]! >= from) firstChild[parentRow[row]! + 1]!++;
    for (let i = from; i < count; i++) firstChild[i + 1]! += firstChild[i]!;
    const next = firstChild.slice(from);
    const children = new Uint32Array(firstChild[count]!);
    if (known !== null) children.set(known.tree.children.subarray(0, before));
    for (let row = from + 1; row < count; row++) if (parentRow[row]! >= from) children[next[parentRow[row]! - from]!++] = row;
    this.parentRow = parentRow;
    this.firstChild = firstChild;
    this.children = children;
    this.mainChild = mainChildren(parentRow, onChain, isMain, known === null ? null : { mainChild: known.tree.mainChild, from });
  }
}

/**
 * Per row: the child on the resume chain, else the last one that belongs to the conversation, else the last; -1.
 * @param known what it was; it holds for rows before `from`
 */
export function mainChildren(
  parentRow: Int32Array,
  onChain: Uint8Array,
  isMain: Uint8Array,
  known: { mainChild: Int32Array; from: number } | null,
): Int32Array {
  const count = parentRow.length;
  const from = known?.from ?? 0;
  const mainChild = new Int32Array(count).fill(-1, from);
  if (known !== null) mainChild.set(known.mainChild.subarray(0, from));
  const bestRank = new Uint8Array(count - from);
  for (let row = from + 1; row < count; row++) {
    const parent = parentRow[row]!;
    if (parent < from) continue;
    const rank = onChain[row] === 1 ? 2 : isMain[row]!;
    if (rank < bestRank[parent - from]!) continue;
    bestRank[parent - from] = rank;
    mainChild[parent] = row;
  }
  return mainChild;
}
