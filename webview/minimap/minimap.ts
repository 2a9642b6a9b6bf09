import type { OverviewAnswer } from '../../src/protocol/messages.ts';
import { MAX_BUCKETS } from '../../src/protocol/messages.ts';
import { element } from '../elements/dom.ts';
import { drawOverview, MINIMAP_WIDTH } from './minimap-drawing.ts';
import { prepareCanvas, type Palette } from '../theme.ts';

/** Most pixels of one row, so that a short session is not stretched over the whole height. */
const MAX_ROW_PIXELS = 5;
/** Height of a stretch of a long session; a single pixel would hardly be visible. */
const STRETCH_PIXELS = 2;
/** Largest distance from a finding's mark at which a press still means the finding. */
const NEAR_PIXELS = 4;
const DRAG_PIXELS = 3;

export interface MinimapListener {
  /** The user pressed the position at this share (0 to 1) of the session. */
  onGoTo(share: number): void;
  /** The user pressed a finding's mark. */
  onGoToRow(row: number): void;
  fetch(buckets: number): Promise<OverviewAnswer>;
  onFailed(cause: unknown): void;
}

/** The whole session in one strip: what a resume loads, findings, compactions, repairs, and where the screen is. */
export class Minimap {
  readonly root: HTMLElement;
  readonly #canvas = element('canvas', { attributes: { 'aria-hidden': 'true' } });
  readonly #thumb = element('div', { class: 'minimap-thumb' });
  readonly #listener: MinimapListener;
  #overview: OverviewAnswer | null = null;
  #rows = 0;
  /** Kept because reading it at each frame would lay out the page each time. */
  #height = 0;
  #share = { start: 0, end: 1 };
  #palette: Palette;
  #asked = 0;

  constructor(listener: MinimapListener, palette: Palette) {
    this.#listener = listener;
    this.#palette = palette;
    // The keyboard has the same function: next and previous finding, first and last row.
    this.root = element('div', { class: 'minimap', attributes: { 'aria-hidden': 'true' } }, [this.#canvas, this.#thumb]);
    this.root.addEventListener('pointerdown', (event) => this.#onPointerDown(event));
    new ResizeObserver(() => {
      this.#height = this.root.clientHeight;
      void this.refresh(this.#rows);
    }).observe(this.root);
  }

  setLabel(label: string): void {
    this.root.title = label;
  }

  setPalette(palette: Palette): void {
    this.#palette = palette;
    this.#draw();
  }

  /** Shows which part of the session is visible. */
  setVisible(share: { readonly start: number; readonly end: number }): void {
    this.#share = share;
    const height = this.#mapHeight();
    const top = share.start * height;
    // Whole pixels, so that its height stays the same while it moves and nothing is laid out.
    const size = Math.max(6, Math.round(share.end * height - top));
    this.#thumb.style.transform = `translateY(${Math.round(top)}px)`;
    this.#thumb.style.height = `${size}px`;
  }

  /** Reloads the overview; the old one is shown until the answer arrives. */
  async refresh(rows: number): Promise<void> {
    this.#rows = rows;
    const height = this.#mapHeight();
    if (rows === 0 || height < 1) return;
    const asked = ++this.#asked;
    try {
      const buckets = Math.max(1, Math.min(MAX_BUCKETS, rows, Math.floor(height / STRETCH_PIXELS)));
      const overview = await this.#listener.fetch(buckets);
      if (asked !== this.#asked) return;
      this.#overview = overview;
      this.#draw();
    } catch (cause) {
      if (asked === this.#asked) this.#listener.onFailed(cause);
    }
  }

  #mapHeight(): number {
    return Math.min(this.#height, this.#rows * MAX_ROW_PIXELS);
  }

  #onPointerDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.root.setPointerCapture(event.pointerId);
    const shareAt = ({ clientY }: PointerEvent): number => {
      const share = (clientY - this.root.getBoundingClientRect().top) / Math.max(1, this.#mapHeight());
      return Math.min(1, Math.max(0, share));
    };
    const goTo = (move: PointerEvent): void => {
      // A press with a slight movement is not a drag.
      if (move === event || Math.abs(move.clientY - event.clientY) >= DRAG_PIXELS) this.#listener.onGoTo(shareAt(move));
    };
    const end = (): void => {
      this.root.removeEventListener('pointermove', goTo);
      this.root.removeEventListener('pointerup', end);
      this.root.removeEventListener('pointercancel', end);
    };
    this.root.addEventListener('pointermove', goTo);
    this.root.addEventListener('pointerup', end);
    this.root.addEventListener('pointercancel', end);
    const finding = this.#findingNear(shareAt(event));
    if (finding === null) goTo(event);
    else this.#listener.onGoToRow(finding);
  }

  /** The row of the nearest finding whose mark was pressed. */
  #findingNear(share: number): number | null {
    const worst = this.#overview?.worst ?? [];
    const size = this.#mapHeight() / Math.max(1, worst.length);
    const at = Math.min(worst.length - 1, Math.floor(share * worst.length));
    for (let away = 0; away < worst.length && away * size <= NEAR_PIXELS; away++) {
      for (const bucket of [at - away, at + away]) {
        const row = worst[bucket] ?? -1;
        if (row >= 0) return row;
      }
    }
    return null;
  }

  #draw(): void {
    const overview = this.#overview;
    const height = this.#mapHeight();
    const context = prepareCanvas(this.#canvas, MINIMAP_WIDTH, height);
    this.setVisible(this.#share);
    if (context === null || overview === null) return;
    drawOverview(context, overview, height / Math.max(1, overview.marks.length), this.#palette);
  }
}
