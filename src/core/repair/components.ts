import type { ConversationGraph } from '../graph/conversation-graph.ts';

/**
 * Which chain each record belongs to, named by the record at its top. Joining chains keeps the answers true, so a plan can check
 * in near-constant time that a new link closes no cycle.
 */
export class Components {
  private readonly top: Int32Array;

  constructor(graph: ConversationGraph) {
    this.top = topsOf(graph.parent);
  }

  /** The record at the top of this record's chain. */
  find(record: number): number {
    let top = record;
    while (this.top[top] !== top) top = this.top[top]!;
    for (let at = record; at !== top;) {
      const next = this.top[at]!;
      this.top[at] = top;
      at = next;
    }
    return top;
  }

  /** Hangs the chain under `orphan`, which must be its top, below `parent`. */
  join(orphan: number, parent: number): void {
    this.top[orphan] = this.find(parent);
  }
}

function topsOf(parent: Int32Array): Int32Array {
  const top = new Int32Array(parent.length).fill(-1);
  for (let i = 0; i < parent.length; i++) {
    let at = i;
    // Marked with -2 on the way, so that a cycle ends at its first revisit.
    while (top[at] === -1 && parent[at]! >= 0) {
      top[at] = -2;
      at = parent[at]!;
    }
    if (top[at]! < 0) top[at] = at;
    const found = top[at]!;
    for (let passed = i; top[passed] === -2; passed = parent[passed]!) top[passed] = found;
  }
  return top;
}
