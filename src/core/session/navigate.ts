import type { RowFilter } from './model.ts';
import { rowKind } from './rows.ts';
import type { SessionState } from './state.ts';

/** The next row that matches, in the given direction, `from` excluded; null when there is none. */
export function nextRow(state: SessionState, from: number, direction: 1 | -1, filter: RowFilter): number | null {
  for (let row = from + direction; row >= 0 && row < state.rows.length; row += direction) {
    if (matches(state, state.rows[row]!, filter)) return row;
  }
  return null;
}

function matches(state: SessionState, record: number, filter: RowFilter): boolean {
  switch (filter.kind) {
    case 'finding':
      return state.findingsOfRecord.has(record);
    case 'prompt':
      return state.pairs.isPrompt(record);
    case 'repaired':
      return state.graph.overridden[record] === 1 || record >= state.index.fileCount;
    case 'boundary':
      return rowKind(state, record) === 'boundary';
  }
}
