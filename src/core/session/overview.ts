import { ROW } from '../arrangement/row-facts.ts';
import type { FoundRecords } from './find-records.ts';
import type { Arranged } from './graph/arranged.ts';
import type { Overview } from './graph/session-graph.ts';

const SEVERITY = { info: 0, warning: 1, error: 2 } as const;

/** @param searched what was looked for; @param buckets how many stretches of equal length the visible rows are put into */
export function overviewOf({ state, arrangement }: Arranged, searched: FoundRecords | null, buckets: number): Overview {
  const { rows, flags, placeOf } = arrangement;
  const count = Math.max(1, Math.min(buckets, rows.length));
  const bucketOf = (place: number): number => Math.floor((place * count) / rows.length);
  const findings = new Uint32Array(count * 3);
  const worst = new Int32Array(count).fill(-1);
  const worstSeverity = new Int8Array(count).fill(-1);
  const marks = new Uint8Array(count);
  for (let place = 0; place < rows.length; place++) marks[bucketOf(place)]! |= marksOf(flags[place]!);
  for (const row of searched?.rows ?? []) if (placeOf[row]! >= 0) marks[bucketOf(placeOf[row]!)]! |= 16;
  for (const [record, found] of state.findingsOfRecord) {
    const place = placeOf[state.rowOfRecord[record]!]!;
    if (place < 0) continue;
    const bucket = bucketOf(place);
    for (const finding of found) {
      const severity = SEVERITY[finding.severity];
      findings[bucket * 3 + severity]!++;
      if (severity < worstSeverity[bucket]! || (severity === worstSeverity[bucket] && place >= worst[bucket]!)) continue;
      worstSeverity[bucket] = severity;
      worst[bucket] = place;
    }
  }
  return { buckets: count, rows: rows.length, findings, worst, marks };
}

function marksOf(flags: number): number {
  const mark = (flag: number, bit: number): number => ((flags & flag) === 0 ? 0 : bit);
  return mark(ROW.boundary, 1) | mark(ROW.repaired, 2) | mark(ROW.onChain, 4) | mark(ROW.sidechain, 8);
}
