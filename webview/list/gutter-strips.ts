import type { GraphRow } from '../../src/core/session/analysis-types.ts';
import { element } from '../elements/dom.ts';
import type { Palette } from '../theme.ts';
import { drawGutter, LONG_EDGE } from './gutter.ts';
import { ROW_HEIGHT } from './row-view.ts';

/** Rows of one strip. */
const STRIP_ROWS = 8;

/** The input for drawing the lanes of rows [first, last). */
export interface LaneWindow {
  readonly first: number;
  readonly last: number;
  /** Pixels. */
  readonly width: number;
  /** Pixels to add to a row's position in the whole list. */
  readonly shift: number;
  readonly rowAt: (row: number) => GraphRow | undefined;
  readonly palette: Palette;
}

interface Strip {
  readonly canvas: HTMLCanvasElement;
  /** What it was drawn from. */
  rows: readonly (GraphRow | undefined)[];
  width: number;
  palette: Palette | null;
}

/** The lanes in strips of a few rows: strips that stay on the screen are not drawn again. */
export class GutterStrips {
  readonly root = element('div', { class: 'gutter', attributes: { 'aria-hidden': 'true' } });
  readonly #strips = new Map<number, Strip>();

  draw(window: LaneWindow): void {
    const from = Math.floor(window.first / STRIP_ROWS);
    const to = Math.ceil(window.last / STRIP_ROWS);
    const idle: Strip[] = [];
    for (const [at, strip] of this.#strips) {
      if (at >= from && at < to) continue;
      this.#strips.delete(at);
      idle.push(strip);
    }
    for (let at = from; at < to; at++) {
      const strip = this.#strips.get(at) ?? idle.pop() ?? this.#make();
      this.#strips.set(at, strip);
      strip.canvas.style.transform = `translateY(${at * STRIP_ROWS * ROW_HEIGHT + window.shift}px)`;
      drawStrip(strip, at * STRIP_ROWS, window);
    }
    for (const { canvas } of idle) canvas.remove();
  }

  #make(): Strip {
    const canvas = element('canvas');
    this.root.append(canvas);
    return { canvas, rows: [], width: 0, palette: null };
  }
}

function drawStrip(strip: Strip, first: number, { width, rowAt, palette }: LaneWindow): void {
  const last = first + STRIP_ROWS;
  // Suggested edges of neighbouring rows lead through the strip.
  const rows = Array.from({ length: STRIP_ROWS + 2 * LONG_EDGE }, (_, i) => rowAt(first - LONG_EDGE + i));
  const same = strip.width === width && strip.palette === palette && rows.every((row, i) => row === strip.rows[i]);
  if (same) return;
  Object.assign(strip, { rows, width, palette });
  drawGutter(strip.canvas, { first, last, width, rowAt }, palette);
}
