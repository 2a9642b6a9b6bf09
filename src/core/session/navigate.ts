import { ROW } from '../arrangement/row-facts.ts';
import type { Arranged } from './graph-rows.ts';
import type { RowSearch } from './model.ts';

const WANTED: Readonly<Record<RowSearch, number>> = {
  finding: ROW.finding,
  prompt: ROW.prompt,
  repaired: ROW.repaired,
  boundary: ROW.boundary,
  leaf: ROW.onChain,
  root: ROW.onChain,
};

/** uuid of the next record that matches, in the given direction, `from` excluded; null when there is none. */
export function nextRecord(
  { state, facts, arrangement }: Arranged,
  from: string | null,
  direction: 1 | -1,
  search: RowSearch,
): string | null {
  const ways = { leaf: -1, root: 1 } as const;
  const way = search === 'leaf' || search === 'root' ? ways[search] : direction;
  const record = from === null || way !== direction || search in ways ? -1 : state.graph.recordNamed(from);
  const start = record >= 0 ? state.rowOfRecord[record]! : way === 1 ? -1 : state.rows.length;
  for (let row = start + way; row >= 0 && row < state.rows.length; row += way) {
    if ((facts.flags[row]! & WANTED[search]) !== 0 && arrangement.placeOf[row]! >= 0) return state.index.uuidText(state.rows[row]!);
  }
  return null;
}
