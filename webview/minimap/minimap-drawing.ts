import type { OverviewAnswer } from '../../src/protocol/messages.ts';
import type { Palette } from '../theme.ts';

/** Pixels. */
export const MINIMAP_WIDTH = 52;
/** Share of stretches with a compaction or a finding above which marks are small, because large ones would cover everything. */
const CROWDED = 0.15;
const MARK_COMPACTION = 1;
const MARK_REPAIRED = 2;
const MARK_CHAIN = 4;
const MARK_SIDECHAIN = 8;
const MARK_FOUND = 16;

/** Each severity has its own column, in which bars grow from the right. */
const COLUMNS = [
  { severity: 'info', right: 28, longest: 4 },
  { severity: 'warning', right: 37, longest: 7 },
  { severity: 'error', right: 50, longest: 12 },
] as const;
const SHORTEST = 3;
/** In a crowded session, number of findings in one stretch that make a bar of full length, unless another stretch has more. */
const MANY = 12;
/** Shortest bar, so that a single finding is visible. */
const LEAST_HEIGHT = 3;

/** Draws the stretches of the session from top to bottom, each `size` pixels high. */
export function drawOverview(context: CanvasRenderingContext2D, overview: OverviewAnswer, size: number, palette: Palette): void {
  const { marks } = overview;
  marks.forEach((mark, bucket) => drawLinks(context, mark, bucket * size, size, palette));
  const crowded = marks.filter((mark) => (mark & MARK_COMPACTION) !== 0).length > marks.length * CROWDED;
  marks.forEach((mark, bucket) => drawMarks(context, mark, bucket * size + size / 2, crowded, palette));
  drawFindings(context, overview, size, palette);
}

function drawLinks(context: CanvasRenderingContext2D, marks: number, y: number, size: number, palette: Palette): void {
  const loaded = (marks & MARK_CHAIN) !== 0;
  context.globalAlpha = loaded ? 0.9 : 0.45;
  context.fillStyle = loaded ? palette.chain : palette.quiet;
  const width = loaded ? 6 : 2;
  context.fillRect(9 - width / 2, y, width, size + 0.25);
  context.globalAlpha = 1;
  if ((marks & MARK_SIDECHAIN) === 0) return;
  context.fillStyle = palette.lanes[0] ?? palette.quiet;
  context.fillRect(14, y, 2, Math.max(1, size));
}

function drawMarks(context: CanvasRenderingContext2D, marks: number, middle: number, crowded: boolean, palette: Palette): void {
  if ((marks & MARK_FOUND) !== 0) {
    context.fillStyle = palette.found;
    context.fillRect(17, middle - 1, 6, 2);
  }
  if ((marks & MARK_COMPACTION) !== 0) {
    context.fillStyle = palette.boundary;
    if (crowded) context.fillRect(1, middle - 0.5, 3, 1);
    else context.fillRect(3, middle - 1, MINIMAP_WIDTH - 6, 2);
  }
  if ((marks & MARK_REPAIRED) === 0) return;
  context.strokeStyle = palette.repaired;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(20, middle, 2.5, 0, Math.PI * 2);
  context.stroke();
}

/** The more findings a stretch has, the longer its bar. */
function drawFindings(context: CanvasRenderingContext2D, { findings, marks }: OverviewAnswer, size: number, palette: Palette): void {
  COLUMNS.forEach(({ severity, right, longest }, column) => {
    const counts = marks.map((_, bucket) => findings[bucket * COLUMNS.length + column] ?? 0);
    const crowded = counts.filter((count) => count > 0).length > counts.length * CROWDED;
    const most = counts.reduce((a, b) => Math.max(a, b), crowded ? MANY : 1);
    context.fillStyle = palette[severity];
    counts.forEach((count, bucket) => {
      if (count === 0) return;
      const length = SHORTEST + ((longest - SHORTEST) * count) / most;
      const alone = counts[bucket - 1] === 0 && counts[bucket + 1] === 0;
      const height = alone ? Math.max(LEAST_HEIGHT, Math.min(size, 4)) : Math.min(size, 4);
      context.fillRect(right - length, bucket * size + (size - height) / 2, length, height);
    });
  });
}
