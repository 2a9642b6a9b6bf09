import type { GraphRow } from '../../src/core/session/analysis-types.ts';
import { element } from '../dom.ts';
import type { Texts } from '../text.ts';
import type { Palette } from '../theme.ts';
import { drawGutter, gutterWidth } from './gutter.ts';
import type { RowCache } from './row-cache.ts';
import { rowId, ROW_HEIGHT, RowView } from './row-view.ts';

const MAX_ELEMENTS = 150;
const OVERSCAN = 20;
/** The window moves in steps, so that most frames of a slow scroll have nothing to do. */
const STEP = 4;
/** Rows per frame above which loading waits until the movement slows down. */
const FAST = 256;
const SETTLE_MS = 60;

export interface ListListener {
  onSelect(row: number): void;
  /** Ctrl, Cmd or Shift click: marks the row, or with Shift all from the selected one on. */
  onMark(row: number, through: boolean): void;
  onOpen(row: number): void;
  onHover(row: number | null, anchor: HTMLElement): void;
  onScroll(): void;
  onTurnFold(row: number): void;
}

/** The rows: a native scroller with as many elements as the screen needs, used again while it moves. */
export class GraphList {
  readonly root: HTMLElement;
  readonly #sizer = element('div', { class: 'list-sizer', attributes: { role: 'none' } });
  readonly #canvas = element('canvas', { class: 'gutter', attributes: { 'aria-hidden': 'true' } });
  readonly #cache: RowCache;
  readonly #listener: ListListener;
  /** In the order of the rows. */
  readonly #views: RowView[] = [];
  #first = 0;
  #last = 0;
  #rowCount = 0;
  #selected = -1;
  #marks: ReadonlySet<string> = new Set();
  #picked: string | null = null;
  #lanes = 1;
  #height = 0;
  #lastTop = 0;
  #settle: ReturnType<typeof setTimeout> | undefined;
  #texts: Texts;
  #palette: Palette;

  constructor(cache: RowCache, listener: ListListener, texts: Texts, palette: Palette) {
    this.#cache = cache;
    this.#listener = listener;
    this.#texts = texts;
    this.#palette = palette;
    this.root = element('div', { class: 'list', attributes: { role: 'tree', tabindex: '0' } }, [this.#sizer]);
    this.#sizer.append(this.#canvas);
    this.root.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    this.root.addEventListener('focus', () => this.#onFocus());
    this.#sizer.addEventListener('click', (event) => this.#onClick(event, (row) => this.#onRowClick(event, row)));
    this.#sizer.addEventListener('dblclick', (event) => {
      if (!isOnFold(event)) this.#onClick(event, (row) => listener.onOpen(row));
    });
    this.#sizer.addEventListener('pointerover', (event) => this.#onPointerOver(event));
    this.#sizer.addEventListener('pointerleave', () => listener.onHover(null, this.root));
    new ResizeObserver(() => this.#onResize()).observe(this.root);
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  get selected(): number {
    return this.#selected;
  }

  /** First row on the screen and the pixels of it that are scrolled away. */
  get position(): { readonly topRow: number; readonly offset: number } {
    const top = Math.max(0, this.root.scrollTop);
    const topRow = Math.floor(top / ROW_HEIGHT);
    return { topRow, offset: Math.round(top - topRow * ROW_HEIGHT) };
  }

  /** Rows that fit on the screen entirely, at least one. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.#height / ROW_HEIGHT));
  }

  /** Shares of the whole that are on the screen, for the overview. */
  get visibleShare(): { readonly start: number; readonly end: number } {
    const total = Math.max(1, this.#rowCount * ROW_HEIGHT);
    const start = this.root.scrollTop / total;
    return { start, end: Math.min(1, start + this.#height / total) };
  }

  setTexts(texts: Texts, label: string): void {
    this.#texts = texts;
    this.root.setAttribute('aria-label', label);
  }

  setPalette(palette: Palette): void {
    this.#palette = palette;
    this.#drawGutter();
  }

  setRowCount(rowCount: number): void {
    this.#rowCount = rowCount;
    this.#sizer.style.height = `${rowCount * ROW_HEIGHT}px`;
    if (this.#selected >= rowCount) this.select(-1);
    this.refresh();
  }

  /** Shows what the cache holds now. */
  refresh(): void {
    this.#learnLanes();
    this.#moveWindow(true);
  }

  /** Marks a row as the current one; -1 for none. Does not scroll and does not tell the listener. */
  select(row: number): void {
    this.#selected = row;
    this.#showRows();
    this.#tellActive();
  }

  /** Records that are marked, by uuid. */
  setMarks(marks: ReadonlySet<string>): void {
    this.#marks = marks;
    this.#showRows();
  }

  /** The record that was picked up to be moved. */
  setPicked(uuid: string | null): void {
    this.#picked = uuid;
    this.#showRows();
  }

  /** The row that an element of the list shows. */
  rowAt(target: EventTarget | null): GraphRow | undefined {
    const element = target instanceof Element ? target.closest<HTMLElement>('.row') : null;
    return element === null ? undefined : this.#cache.get(Number(element.getAttribute('aria-posinset')) - 1);
  }

  /** Brings a row onto the screen: by as little as needed, or to the middle. */
  scrollToRow(row: number, where: 'nearest' | 'middle'): void {
    const top = row * ROW_HEIGHT;
    const current = this.root.scrollTop;
    const inside = top >= current && top + ROW_HEIGHT <= current + this.#height;
    if (inside) return;
    if (where === 'middle') this.scrollToTop(Math.max(0, row - Math.floor((this.pageRows - 1) / 2)), 0);
    else if (top < current) this.scrollToTop(row, 0);
    else this.scrollToTop(row, ROW_HEIGHT - this.#height);
  }

  /** Puts a row at the top, with this many pixels of it scrolled away. */
  scrollToTop(row: number, offset: number): void {
    this.root.scrollTop = row * ROW_HEIGHT + offset;
    this.#moveWindow(false);
  }

  /** Moves to a share of the whole, its middle on the middle of the screen. */
  scrollToShare(share: number): void {
    this.root.scrollTop = share * this.#rowCount * ROW_HEIGHT - this.#height / 2;
  }

  focus(): void {
    this.root.focus({ preventScroll: true });
  }

  #onScroll(): void {
    this.#moveWindow(false);
    this.#listener.onScroll();
  }

  #onResize(): void {
    this.#height = this.root.clientHeight;
    this.#moveWindow(true);
    this.#listener.onScroll();
  }

  #onFocus(): void {
    if (this.#selected === -1 && this.#rowCount > 0) this.#listener.onSelect(this.position.topRow);
  }

  #rowOfEvent(event: Event): { readonly row: number; readonly anchor: HTMLElement } | null {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>('.row') : null;
    const position = Number(target?.getAttribute('aria-posinset'));
    return target === null || !(position >= 1) ? null : { row: position - 1, anchor: target };
  }

  #onClick(event: Event, then: (row: number) => void): void {
    const hit = this.#rowOfEvent(event);
    if (hit === null) return;
    this.focus();
    then(hit.row);
  }

  #onRowClick(event: MouseEvent, row: number): void {
    if (isOnFold(event)) this.#listener.onTurnFold(row);
    else if (event.ctrlKey || event.metaKey || event.shiftKey) this.#listener.onMark(row, event.shiftKey);
    else this.#listener.onSelect(row);
  }

  #onPointerOver(event: Event): void {
    const hit = this.#rowOfEvent(event);
    this.#listener.onHover(hit?.row ?? null, hit?.anchor ?? this.root);
  }

  #moveWindow(force: boolean): void {
    if (this.#height === 0) this.#height = this.root.clientHeight;
    const visible = Math.ceil(this.#height / ROW_HEIGHT) + 1;
    const overscan = Math.max(0, Math.min(OVERSCAN, Math.floor((MAX_ELEMENTS - visible - STEP) / 2)));
    const top = Math.floor(this.root.scrollTop / ROW_HEIGHT);
    const aligned = Math.floor((top - overscan) / STEP) * STEP;
    const first = Math.max(0, Math.min(aligned, this.#rowCount));
    const last = Math.min(this.#rowCount, aligned + Math.min(MAX_ELEMENTS, visible + 2 * overscan + STEP));
    if (!force && first === this.#first && last === this.#last) return;
    this.#rotate(first, Math.max(first, last));
    this.#showRows();
    this.#drawGutter();
    this.#tellActive();
    this.#load(top);
  }

  /** Elements that leave on one side come back on the other, so that the page order stays that of the rows. */
  #rotate(first: number, last: number): void {
    const wanted = last - first;
    const shift = first - this.#first;
    const views = this.#views;
    if (shift > 0 && shift < views.length) {
      const moved = views.splice(0, shift);
      views.push(...moved);
      this.#sizer.append(...moved.map((view) => view.root));
    } else if (shift < 0 && -shift < views.length) {
      const moved = views.splice(shift);
      views.unshift(...moved);
      this.#canvas.after(...moved.map((view) => view.root));
    }
    for (const view of views.splice(wanted)) view.free();
    while (views.length < wanted) {
      const view = new RowView();
      views.push(view);
      this.#sizer.append(view.root);
    }
    this.#first = first;
    this.#last = last;
  }

  #showRows(): void {
    this.#views.forEach((view, position) => {
      const index = this.#first + position;
      const row = this.#cache.get(index);
      const mark = row === undefined ? null : row.uuid === this.#picked ? 'picked' : this.#marks.has(row.uuid) ? 'marked' : null;
      view.show(index, row, { selected: index === this.#selected, mark }, this.#rowCount, this.#texts);
    });
  }

  #drawGutter(): void {
    const width = gutterWidth(this.#lanes);
    this.#canvas.style.top = `${this.#first * ROW_HEIGHT}px`;
    const rowAt = (row: number): GraphRow | undefined => (row < 0 ? undefined : this.#cache.get(row));
    drawGutter(this.#canvas, { first: this.#first, last: this.#last, width, rowAt }, this.#palette);
  }

  /** The gutter grows with the lanes that were seen and never shrinks, so that texts do not jump. */
  #learnLanes(): void {
    let lanes = this.#lanes;
    for (let index = this.#first; index < this.#last; index++) {
      const row = this.#cache.get(index);
      if (row !== undefined) lanes = Math.max(lanes, row.lane + 1, ...row.passing.map((lane) => lane + 1));
    }
    this.#lanes = lanes;
    this.root.style.setProperty('--riff-gutter', `${gutterWidth(lanes)}px`);
  }

  #load(top: number): void {
    const speed = Math.abs(top - this.#lastTop);
    this.#lastTop = top;
    clearTimeout(this.#settle);
    if (speed <= FAST) {
      this.#cache.want(this.#first, this.#last);
      return;
    }
    this.#settle = setTimeout(() => this.#cache.want(this.#first, this.#last), SETTLE_MS);
  }

  #tellActive(): void {
    const shown = this.#selected >= this.#first && this.#selected < this.#last;
    if (shown) this.root.setAttribute('aria-activedescendant', rowId(this.#selected));
    else this.root.removeAttribute('aria-activedescendant');
  }
}

function isOnFold(event: Event): boolean {
  return event.target instanceof Element && event.target.closest('.row-fold') !== null;
}
