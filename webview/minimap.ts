import type { OverviewAnswer } from '../src/protocol/messages.ts';
import { MAX_BUCKETS } from '../src/protocol/messages.ts';
import { element } from './dom.ts';
import { prepareCanvas, type Palette } from './theme.ts';

const WIDTH = 44;
/** Share of buckets with a compaction above which these are small marks: lines would cover everything. */
const CROWDED = 0.15;
/** A short session is not stretched over the whole height. */
const MAX_ROW_PIXELS = 5;
const MARK_COMPACTION = 1;
const MARK_REPAIRED = 2;
const MARK_CHAIN = 4;
const MARK_SIDECHAIN = 8;
const MARK_FOUND = 16;
const INFO = 1;
const WARNING = 2;
const ERROR = 3;

export interface MinimapListener {
  /** The user wants to be at this share (0 to 1) of the session. */
  onGoTo(share: number): void;
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
  /** Asked for at each frame, it would lay out the page each time. */
  #height = 0;
  #share = { start: 0, end: 1 };
  #palette: Palette;
  #asked = 0;

  constructor(listener: MinimapListener, palette: Palette) {
    this.#listener = listener;
    this.#palette = palette;
    // Its function is there by keyboard: next and previous finding, first and last row.
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

  /** Where the screen is. */
  setVisible(share: { readonly start: number; readonly end: number }): void {
    this.#share = share;
    const height = this.#mapHeight();
    const top = share.start * height;
    this.#thumb.style.transform = `translateY(${top}px)`;
    this.#thumb.style.height = `${Math.max(6, share.end * height - top)}px`;
  }

  /** Asks for the overview anew; what is shown stays until the answer is there. */
  async refresh(rows: number): Promise<void> {
    this.#rows = rows;
    const height = this.#mapHeight();
    if (rows === 0 || height < 1) return;
    const asked = ++this.#asked;
    try {
      const buckets = Math.max(1, Math.min(MAX_BUCKETS, rows, Math.floor(height)));
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
    const goTo = (move: PointerEvent): void => {
      const share = (move.clientY - this.root.getBoundingClientRect().top) / Math.max(1, this.#mapHeight());
      this.#listener.onGoTo(Math.min(1, Math.max(0, share)));
    };
    const end = (): void => {
      this.root.removeEventListener('pointermove', goTo);
      this.root.removeEventListener('pointerup', end);
      this.root.removeEventListener('pointercancel', end);
    };
    this.root.addEventListener('pointermove', goTo);
    this.root.addEventListener('pointerup', end);
    this.root.addEventListener('pointercancel', end);
    goTo(event);
  }

  #draw(): void {
    const overview = this.#overview;
    const height = this.#mapHeight();
    const context = prepareCanvas(this.#canvas, WIDTH, height);
    this.setVisible(this.#share);
    if (context === null || overview === null) return;
    const buckets = overview.marks.length;
    const size = height / Math.max(1, buckets);
    for (let bucket = 0; bucket < buckets; bucket++) {
      this.#drawLinks(context, overview.marks[bucket] ?? 0, bucket * size, size);
    }
    const compactions = overview.marks.filter((marks) => (marks & MARK_COMPACTION) !== 0).length;
    const crowded = compactions > buckets * CROWDED;
    // Findings and marks lie over their neighbours: on a long session a bucket is a single pixel.
    for (let bucket = 0; bucket < buckets; bucket++) {
      if (((overview.marks[bucket] ?? 0) & MARK_FOUND) !== 0) this.#drawFound(context, bucket * size, size);
      this.#drawMarks(context, overview.marks[bucket] ?? 0, bucket * size, size, crowded);
      this.#drawSeverity(context, overview.severity[bucket] ?? 0, bucket * size, size);
    }
  }

  #drawLinks(context: CanvasRenderingContext2D, marks: number, y: number, size: number): void {
    const loaded = (marks & MARK_CHAIN) !== 0;
    context.globalAlpha = loaded ? 0.9 : 0.45;
    context.fillStyle = loaded ? this.#palette.chain : this.#palette.quiet;
    const width = loaded ? 6 : 2;
    context.fillRect(11 - width / 2, y, width, size + 0.25);
    context.globalAlpha = 1;
    if ((marks & MARK_SIDECHAIN) !== 0) {
      context.fillStyle = this.#palette.lanes[0] ?? this.#palette.quiet;
      context.fillRect(17, y, 2, Math.max(1, size));
    }
  }

  #drawMarks(context: CanvasRenderingContext2D, marks: number, y: number, size: number, crowded: boolean): void {
    const middle = y + size / 2;
    if ((marks & MARK_COMPACTION) !== 0) {
      context.fillStyle = this.#palette.boundary;
      if (crowded) context.fillRect(1, middle - 0.5, 4, 1);
      else context.fillRect(3, middle - 1, WIDTH - 6, 2);
    }
    if ((marks & MARK_REPAIRED) !== 0) {
      context.strokeStyle = this.#palette.repaired;
      context.lineWidth = 1.5;
      context.beginPath();
      context.arc(25, middle, 2.5, 0, Math.PI * 2);
      context.stroke();
    }
  }

  #drawFound(context: CanvasRenderingContext2D, y: number, size: number): void {
    context.fillStyle = this.#palette.found;
    context.fillRect(22, y + size / 2 - 1, 8, 2);
  }

  /** The worse, the wider. */
  #drawSeverity(context: CanvasRenderingContext2D, severity: number, y: number, size: number): void {
    if (severity < INFO) return;
    const { error, warning, info } = this.#palette;
    context.fillStyle = severity >= ERROR ? error : severity === WARNING ? warning : info;
    const width = severity >= ERROR ? 12 : severity === WARNING ? 8 : 5;
    const height = Math.max(2, Math.min(size, 3));
    context.fillRect(WIDTH - 2 - width, y + size / 2 - height / 2, width, height);
  }
}
