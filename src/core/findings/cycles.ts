import type { ConversationGraph } from '../graph/conversation-graph.ts';

/**
 * One record per cycle of parent links: the one whose link should be cut, because its parent is written after it (or is the
 * record itself). Linear in records.
 */
export function findCycles(graph: ConversationGraph): number[] {
  const { parent } = graph;
  // 0 not seen, otherwise the number of the walk that saw it.
  const walkOf = new Uint32Array(parent.length);
  const cuts: number[] = [];
  let walk = 0;
  for (let start = 0; start < parent.length; start++) {
    if (walkOf[start] !== 0 || parent[start]! < 0) continue;
    walk++;
    let at = start;
    while (at >= 0 && walkOf[at] === 0) {
      walkOf[at] = walk;
      at = parent[at]!;
    }
    if (at >= 0 && walkOf[at] === walk) cuts.push(cutOf(parent, at));
  }
  return cuts;
}

/** The first record of the cycle in file order: its parent cannot have been written before it. */
function cutOf(parent: Int32Array, onCycle: number): number {
  let earliest = onCycle;
  for (let at = parent[onCycle]!; at !== onCycle; at = parent[at]!) earliest = Math.min(earliest, at);
  return earliest;
}
