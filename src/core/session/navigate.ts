import { ROW } from '../arrangement/row-facts.ts';
import type { Arranged } from './graph/arranged.ts';
import type { RowSearch } from './graph/session-graph.ts';
import type { SessionState } from './state.ts';

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

/** The first row of a line; -1 when no row stands on it. */
export function rowOfLine({ rows, index }: SessionState, line: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (index.columns.line[rows[middle]!]! < line) low = middle + 1;
    else high = middle;
  }
  return low < rows.length && index.columns.line[rows[low]!] === line ? low : -1;
}
