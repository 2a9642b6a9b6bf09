import type { GraphRow } from '../../src/core/session/analysis-types.ts';
import { prepareCanvas, type Palette } from '../theme.ts';
import { ROW_HEIGHT } from './row-view.ts';
import { ORPHAN } from './row-words.ts';

const LANE_WIDTH = 12;
const LANE_LEFT = 14;
const MAX_LANES = 10;
/** Of suggested edges longer than this many rows only the beginning is drawn. */
export const LONG_EDGE = 40;
const CHAIN_WIDTH = 2;
const QUIET_WIDTH = 1.25;
const CHANGED_WIDTH = 4;
const HALF = ROW_HEIGHT / 2;

/** Pixels that the lanes of these rows need. */
export function gutterWidth(lanes: number): number {
  return LANE_LEFT + (Math.max(2, Math.min(lanes, MAX_LANES)) - 1) * LANE_WIDTH + LANE_LEFT;
}

/** What to draw: rows [first, last), the first at the top of the canvas. */
export interface GutterWindow {
  readonly first: number;
  readonly last: number;
  readonly width: number;
  readonly rowAt: (row: number) => GraphRow | undefined;
}

/** Draws lanes, records and suggested edges of a window of rows. */
export function drawGutter(canvas: HTMLCanvasElement, window: GutterWindow, palette: Palette): void {
  const context = prepareCanvas(canvas, window.width, (window.last - window.first) * ROW_HEIGHT);
  if (context === null) return;
  context.lineCap = 'butt';
  const pen = new Pen(context, palette, window);
  for (let index = window.first; index < window.last; index++) {
    const row = window.rowAt(index);
    if (row !== undefined) pen.lines(row);
  }
  for (let index = window.first - LONG_EDGE; index < window.last + LONG_EDGE; index++) {
    const row = window.rowAt(index);
    if (row !== undefined && row.parentRow === ORPHAN && row.suggestedRow !== null) pen.suggestion(row, row.suggestedRow);
    if (row?.change?.parent === true) pen.otherParent(row, row.change.oldParentRow);
  }
  for (let index = window.first; index < window.last; index++) {
    const row = window.rowAt(index);
    if (row !== undefined) pen.node(row);
  }
}

class Pen {
  readonly #context: CanvasRenderingContext2D;
  readonly #palette: Palette;
  readonly #first: number;
  readonly #rowAt: GutterWindow['rowAt'];

  constructor(context: CanvasRenderingContext2D, palette: Palette, window: GutterWindow) {
    this.#context = context;
    this.#palette = palette;
    this.#first = window.first;
    this.#rowAt = window.rowAt;
  }

  /** The edges that touch the row. Loaded ones are drawn last, over the others. */
  lines(row: GraphRow): void {
    const top = (row.row - this.#first) * ROW_HEIGHT;
    const x = laneX(row.lane);
    const later: (() => void)[] = [];
    const draw = (loaded: boolean, stroke: () => void): void => {
      if (loaded) later.push(stroke);
      else stroke();
    };
    for (const lane of row.passing) {
      const loaded = row.chainBelow.includes(lane);
      draw(loaded, () => this.#vertical(laneX(lane), top, top + ROW_HEIGHT, lane, loaded));
    }
    for (const lane of row.opens) {
      const loaded = row.chainBelow.includes(lane);
      draw(loaded, () => this.#fork(x, laneX(lane), top, lane, loaded));
    }
    if (row.continues) {
      const loaded = row.chainBelow.includes(row.lane);
      const start = row.parentRow === ORPHAN ? top + HALF + ORPHAN_RADIUS : top + HALF;
      draw(loaded, () => this.#vertical(x, start, top + ROW_HEIGHT, row.lane, loaded));
    }
    if (row.far) this.#stub(x, top, row);
    else if (row.parentRow >= 0 && row.parentRow < row.row) {
      draw(row.chainAbove, () => this.#vertical(x, top, top + HALF, row.lane, row.chainAbove, row.gap));
    }
    for (const stroke of later) stroke();
  }

  /** The record itself: filled when a resume loads it, small and pale when not, an open ring when its parent is missing. */
  node(row: GraphRow): void {
    const context = this.#context;
    const x = laneX(row.lane);
    const y = (row.row - this.#first) * ROW_HEIGHT + HALF;
    context.setLineDash([]);
    context.globalAlpha = 1;
    if (row.kind === 'boundary') {
      context.fillStyle = this.#palette.boundary;
      context.fillRect(x - 5, y - 1.5, 10, 3);
      return;
    }
    context.beginPath();
    if (row.parentRow === ORPHAN) {
      context.arc(x, y, ORPHAN_RADIUS, 0, Math.PI * 2);
      context.strokeStyle = this.#severityColour(row);
      context.lineWidth = 1.75;
      context.stroke();
      return;
    }
    context.arc(x, y, radius(row), 0, Math.PI * 2);
    context.fillStyle = this.#palette.background;
    context.strokeStyle = this.#palette.background;
    context.lineWidth = 3;
    context.stroke();
    if (row.onResumeChain) {
      context.fillStyle = this.#palette.chain;
      context.fill();
    } else {
      context.fill();
      context.strokeStyle = this.#laneColour(row.lane);
      context.lineWidth = QUIET_WIDTH;
      context.stroke();
    }
  }

  /** The parent at the compared position gets a dashed edge, the shown one the thickest stroke. */
  otherParent(row: GraphRow, oldParentRow: number | null): void {
    const context = this.#context;
    const y = (row.row - this.#first) * ROW_HEIGHT + HALF;
    if (row.parentRow >= 0 && row.parentRow < row.row) {
      context.setLineDash([]);
      context.globalAlpha = 1;
      context.strokeStyle = this.#palette.repaired;
      context.lineWidth = CHANGED_WIDTH;
      context.beginPath();
      context.moveTo(laneX(row.lane), y - ROW_HEIGHT);
      context.lineTo(laneX(row.lane), y);
      context.stroke();
    }
    if (oldParentRow !== null) this.suggestion(row, oldParentRow);
  }

  /** A dashed edge to the probable parent; of a long one only the beginning is drawn, with an arrow. */
  suggestion(row: GraphRow, suggestedRow: number): void {
    const context = this.#context;
    const x = laneX(row.lane);
    const up = suggestedRow < row.row;
    const sign = up ? -1 : 1;
    const y = (row.row - this.#first) * ROW_HEIGHT + HALF + sign * ORPHAN_RADIUS;
    const target = this.#rowAt(suggestedRow);
    context.globalAlpha = 1;
    context.strokeStyle = this.#severityColour(row);
    context.lineWidth = 1.5;
    context.setLineDash([2.5, 2.5]);
    context.beginPath();
    context.moveTo(x, y);
    if (Math.abs(suggestedRow - row.row) > LONG_EDGE || target === undefined) {
      const tip = y + sign * (ROW_HEIGHT - 6);
      context.lineTo(x, tip);
      context.stroke();
      this.#arrow(x, tip, sign);
      return;
    }
    const targetX = laneX(target.lane);
    const targetY = (suggestedRow - this.#first) * ROW_HEIGHT + HALF - sign * radius(target);
    if (targetX === x) {
      context.lineTo(x, targetY);
    } else {
      const bend = targetY - sign * HALF;
      context.lineTo(x, bend - sign * 2);
      context.bezierCurveTo(x, targetY, targetX, bend, targetX, targetY);
    }
    context.stroke();
    context.setLineDash([]);
  }

  #arrow(x: number, y: number, sign: number): void {
    const context = this.#context;
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(x - 3, y - sign * 3.5);
    context.lineTo(x, y);
    context.lineTo(x + 3, y - sign * 3.5);
    context.stroke();
  }

  /** @param gap whether hidden rows lie on the edge */
  #vertical(x: number, from: number, to: number, lane: number, loaded: boolean, gap = false): void {
    this.#ink(lane, loaded);
    if (gap) this.#context.setLineDash([1.5, 2.5]);
    this.#context.beginPath();
    this.#context.moveTo(x, from);
    this.#context.lineTo(x, to);
    this.#context.stroke();
  }

  /** The beginning of an edge that leads far up. */
  #stub(x: number, top: number, row: GraphRow): void {
    this.#ink(row.lane, false);
    this.#context.beginPath();
    this.#context.moveTo(x, top + HALF);
    this.#context.lineTo(x, top + 2);
    this.#context.stroke();
    this.#arrow(x, top + 2, -1);
  }

  #fork(x: number, laneAt: number, top: number, lane: number, loaded: boolean): void {
    this.#ink(lane, loaded);
    const from = top + HALF;
    const to = top + ROW_HEIGHT;
    this.#context.beginPath();
    this.#context.moveTo(x, from);
    this.#context.bezierCurveTo(laneAt, from + 1, laneAt, from + 3, laneAt, to);
    this.#context.stroke();
  }

  #ink(lane: number, loaded: boolean): void {
    const context = this.#context;
    context.setLineDash([]);
    context.globalAlpha = 1;
    context.strokeStyle = loaded ? this.#palette.chain : this.#laneColour(lane);
    context.lineWidth = loaded ? CHAIN_WIDTH : QUIET_WIDTH;
  }

  #laneColour(lane: number): string {
    const { lanes, quiet } = this.#palette;
    return lane === 0 ? quiet : (lanes[(lane - 1) % lanes.length] ?? quiet);
  }

  #severityColour(row: GraphRow): string {
    return this.#palette[row.severity ?? 'warning'];
  }
}

const ORPHAN_RADIUS = 4.5;

function radius(row: GraphRow): number {
  if (row.kind === 'prompt') return 4.5;
  if (row.kind === 'assistant' || row.kind === 'user' || row.kind === 'summary') return 3.5;
  return 2.5;
}

/** Lanes beyond the last visible one share its position. */
function laneX(lane: number): number {
  return LANE_LEFT + Math.min(lane, MAX_LANES - 1) * LANE_WIDTH;
}
