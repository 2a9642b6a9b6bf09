import { FLAG } from '../transcript/record-kinds.ts';
import type { Overview } from './model.ts';
import type { SessionState } from './state.ts';

const SEVERITY = { info: 1, warning: 2, error: 3 } as const;

/** @param buckets how many stretches of equal length the rows are put into */
export function overviewOf(state: SessionState, buckets: number): Overview {
  const count = Math.max(1, Math.min(buckets, state.rows.length));
  const severity = new Uint8Array(count);
  const marks = new Uint8Array(count);
  state.rows.forEach((record, row) => {
    const bucket = Math.floor((row * count) / state.rows.length);
    marks[bucket]! |= marksOf(state, record);
    for (const finding of state.findingsOfRecord.get(record) ?? [])
      severity[bucket] = Math.max(severity[bucket]!, SEVERITY[finding.severity]);
  });
  return { buckets: count, rows: state.rows.length, severity, marks };
}

function marksOf(state: SessionState, record: number): number {
  const { index, graph, onChain } = state;
  const compaction = index.isFlagged(record, FLAG.compactBoundary) ? 1 : 0;
  const repaired = graph.overridden[record] === 1 || record >= index.fileCount ? 2 : 0;
  const sidechain = index.isFlagged(record, FLAG.sidechain) ? 8 : 0;
  return compaction | repaired | (onChain[record] === 1 ? 4 : 0) | sidechain;
}
