import { ROW } from '../arrangement/row-facts.ts';
import type { FoundRecords } from './find-records.ts';
import type { Arranged } from './graph-rows.ts';
import type { Overview } from './model.ts';

const SEVERITY = { info: 1, warning: 2, error: 3 } as const;

/** @param found what was looked for; @param buckets how many stretches of equal length the visible rows are put into */
export function overviewOf({ state, arrangement }: Arranged, found: FoundRecords | null, buckets: number): Overview {
  const { rows, flags, placeOf } = arrangement;
  const count = Math.max(1, Math.min(buckets, rows.length));
  const bucketOf = (place: number): number => Math.floor((place * count) / rows.length);
  const severity = new Uint8Array(count);
  const marks = new Uint8Array(count);
  for (let place = 0; place < rows.length; place++) marks[bucketOf(place)]! |= marksOf(flags[place]!);
  for (const row of found?.rows ?? []) if (placeOf[row]! >= 0) marks[bucketOf(placeOf[row]!)]! |= 16;
  for (const [record, findings] of state.findingsOfRecord) {
    const place = placeOf[state.rowOfRecord[record]!]!;
    if (place < 0) continue;
    for (const finding of findings) severity[bucketOf(place)] = Math.max(severity[bucketOf(place)]!, SEVERITY[finding.severity]);
  }
  return { buckets: count, rows: rows.length, severity, marks };
}

function marksOf(flags: number): number {
  const mark = (flag: number, bit: number): number => ((flags & flag) === 0 ? 0 : bit);
  return mark(ROW.boundary, 1) | mark(ROW.repaired, 2) | mark(ROW.onChain, 4) | mark(ROW.sidechain, 8);
}
