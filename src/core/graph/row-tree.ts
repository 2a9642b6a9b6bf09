/** Rows linked to rows above them, and which of a row's children continues its line. */
export class RowTree {
  /** Row of the parent where it stands above, else -1. */
  readonly parentRow: Int32Array;
  /** Children of row r are children[firstChild[r]] … children[firstChild[r + 1] - 1], in order. */
  readonly firstChild: Uint32Array;
  readonly children: Uint32Array;
  /** The child on the resume chain, else the last one that belongs to the conversation, else the last; -1. */
  readonly mainChild: Int32Array;

  /**
   * @param parentRow per row: a smaller row, or negative
   * @param onChain per row: 1 where a resume loads it
   * @param isMain per row: 1 where it belongs to the conversation itself
   */
  constructor(parentRow: Int32Array, onChain: Uint8Array, isMain: Uint8Array) {
    const count = parentRow.length;
    this.parentRow = parentRow;
    this.firstChild = new Uint32Array(count + 1);
    for (const parent of parentRow) if (parent >= 0) this.firstChild[parent + 1]!++;
    for (let i = 0; i < count; i++) this.firstChild[i + 1]! += this.firstChild[i]!;
    const next = this.firstChild.slice();
    this.children = new Uint32Array(this.firstChild[count]!);
    this.mainChild = new Int32Array(count).fill(-1);
    const bestRank = new Uint8Array(count);
    for (let row = 0; row < count; row++) {
      const parent = parentRow[row]!;
      if (parent < 0) continue;
      this.children[next[parent]!++] = row;
      const rank = onChain[row] === 1 ? 2 : isMain[row]!;
      if (rank < bestRank[parent]!) continue;
      bestRank[parent] = rank;
      this.mainChild[parent] = row;
    }
  }
}
