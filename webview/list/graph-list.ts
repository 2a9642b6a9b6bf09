import type { GraphRow } from '../../src/core/session/analysis-types.ts';
import { element } from '../elements/dom.ts';
import type { Texts } from '../elements/text.ts';
import type { Palette } from '../theme.ts';
import { gutterWidth } from './gutter.ts';
import { GutterStrips } from './gutter-strips.ts';
import type { RowCache } from './row-cache.ts';
import { rowId, ROW_HEIGHT, RowView } from './row-view.ts';
import { Scroller } from './scroller.ts';
import { onWheel } from './wheel.ts';

const MAX_ELEMENTS = 150;
/** Rows rendered beyond the screen on each side; none in a fast movement, where they would never be seen. */
const OVERSCAN = 12;
/** The window moves in steps of rows, so that most frames of a slow scroll have nothing to do. */
const STEP = 4;
/** Most rows from the top of the window: pixel positions are exact only up to some millions. */
const FARTHEST = 100_000;
/** Rows per frame above which loading waits until the movement slows down. */
const FLYING = 256;
const SETTLE_MS = 100;
/** Frames of a fast movement that an answer may take: their rows are requested this far ahead. */
const FRAMES_AHEAD = 3;

export interface ListListener {
  onSelect(row: number): void;
  /** Ctrl, Cmd or Shift click: marks the row, or with Shift all rows from the selected one. */
  onMark(row: number, through: boolean): void;
  onOpen(row: number): void;
  onHover(row: number | null, anchor: HTMLElement): void;
  onScroll(): void;
  onTurnFold(row: number): void;
  /** The stub of a long edge was pressed. */
  onJump(row: number): void;
}

/** The list of rows: a native scroller with as many elements as the screen needs, which are reused while it scrolls. */
export class GraphList {
  readonly root: HTMLElement;
  readonly #sizer = element('div', { class: 'list-sizer', attributes: { role: 'none' } });
  readonly #gutter = new GutterStrips();
  /** Elements of the rows, each at its row's position: rows that stay on the screen are neither laid out nor painted again. */
  readonly #window = element('div', { class: 'list-window', attributes: { role: 'none' } });
  readonly #cache: RowCache;
  readonly #listener: ListListener;
  /** In the order of the rows. */
  readonly #views: RowView[] = [];
  readonly #scroller: Scroller;
  #first = 0;
  #last = 0;
  /** The row at the top of `#window`. It changes only when no row stays, and the elements then keep their positions. */
  #base = 0;
  #rowCount = 0;
  #selected = -1;
  #marks: ReadonlySet<string> = new Set();
  #picked: string | null = null;
  #lanes = 1;
  #height = 0;
  #lastTop = 0;
  #shift = 0;
  #settle: ReturnType<typeof setTimeout> | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #refreshing = false;
  /** Consecutive movements by more than a screen. */
  #fastFrames = 0;
  #isFlying = false;
  /** Rows beyond the window, up or down, that a fast movement will need. */
  #ahead = 0;
  #texts: Texts;
  #palette: Palette;

  constructor(cache: RowCache, listener: ListListener, texts: Texts, palette: Palette) {
    this.#cache = cache;
    this.#listener = listener;
    this.#texts = texts;
    this.#palette = palette;
    this.root = element('div', { class: 'list', attributes: { role: 'tree', tabindex: '0' } }, [this.#sizer]);
    this.#sizer.append(this.#window, this.#gutter.root);
    this.root.style.setProperty('--riff-gutter', `${gutterWidth(this.#lanes)}px`);
    this.#scroller = new Scroller(this.root, this.#sizer, () => this.#moveWindow(true));
    this.root.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    onWheel(
      this.root,
      () => this.#height,
      (pixels) => {
        this.#scroller.moveTo(this.#scroller.top + pixels);
        this.#moveWindow(false);
      },
    );
    this.root.addEventListener('focus', () => this.#onFocus());
    this.#sizer.addEventListener('click', (event) => this.#onClick(event, (row) => this.#onRowClick(event, row)));
    this.#sizer.addEventListener('dblclick', (event) => {
      if (!isOn(event, '.row-fold')) this.#onClick(event, (row) => listener.onOpen(row));
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

  /** The first visible row and how many of its pixels are scrolled out. */
  get position(): { readonly topRow: number; readonly offset: number } {
    const { top } = this.#scroller;
    const topRow = Math.floor(top / ROW_HEIGHT);
    return { topRow, offset: Math.round(top - topRow * ROW_HEIGHT) };
  }

  /** Whether the last row is on the screen. */
  get isAtEnd(): boolean {
    return this.#scroller.top + this.#height >= this.#rowCount * ROW_HEIGHT - 2;
  }

  scrollToEnd(): void {
    this.scrollToTop(this.#rowCount, 0);
  }

  /** Rows that fit on the screen entirely, at least one. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.#height / ROW_HEIGHT));
  }

  /** The visible part as shares of the whole, for the minimap. */
  get visibleShare(): { readonly start: number; readonly end: number } {
    const total = Math.max(1, this.#rowCount * ROW_HEIGHT);
    const start = this.#scroller.top / total;
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
    this.#measure();
    this.#scroller.setWhole(rowCount * ROW_HEIGHT);
    if (this.#selected >= rowCount) this.select(-1);
    this.#moveWindow(true);
  }

  /** Renders the cached rows with the next frame: pages of rows arrive one by one and would each be rendered separately. */
  refresh(): void {
    if (this.#refreshing) return;
    this.#refreshing = true;
    requestAnimationFrame(() => {
      this.#refreshing = false;
      this.#moveWindow(true);
    });
  }

  /** Selects a row; -1 for none. Does not scroll and does not call the listener. */
  select(row: number): void {
    this.#selected = row;
    this.#showRows();
    this.#tellActive();
  }

  /** The marked records, by uuid. */
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

  /** Scrolls to a row: by as little as needed, or to the middle. */
  scrollToRow(row: number, where: 'nearest' | 'middle'): void {
    const top = row * ROW_HEIGHT;
    const current = this.#scroller.top;
    const inside = top >= current && top + ROW_HEIGHT <= current + this.#height;
    if (inside) return;
    if (where === 'middle') this.scrollToTop(Math.max(0, row - Math.floor((this.pageRows - 1) / 2)), 0);
    else if (top < current) this.scrollToTop(row, 0);
    else this.scrollToTop(row, ROW_HEIGHT - this.#height);
  }

  /** Scrolls a row to the top, with this many of its pixels scrolled out. */
  scrollToTop(row: number, offset: number): void {
    this.#scroller.moveTo(row * ROW_HEIGHT + offset);
    this.#moveWindow(false);
  }

  /** Scrolls to a share of the whole, centred on the screen. */
  scrollToShare(share: number): void {
    this.#scroller.moveTo(share * this.#rowCount * ROW_HEIGHT - this.#height / 2);
    this.#moveWindow(false);
  }

  focus(): void {
    this.root.focus({ preventScroll: true });
  }

  #onScroll(): void {
    this.#scroller.read();
    this.#moveWindow(false);
    this.#listener.onScroll();
    // A resting pointer must not hover over every row that passes under it.
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.root.classList.remove('moving');
      this.#order();
    }, SETTLE_MS);
    this.root.classList.add('moving');
  }

  #onResize(): void {
    this.#height = 0;
    this.#measure();
    this.#moveWindow(true);
    this.#listener.onScroll();
  }

  #measure(): void {
    if (this.#height === 0) this.#height = this.root.clientHeight;
    this.#scroller.setHeight(this.#height);
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
    if (isOn(event, '.row-fold')) this.#listener.onTurnFold(row);
    else if (isOn(event, '.row-jump')) this.#listener.onJump(row);
    else if (event.ctrlKey || event.metaKey || event.shiftKey) this.#listener.onMark(row, event.shiftKey);
    else this.#listener.onSelect(row);
  }

  #onPointerOver(event: Event): void {
    const hit = this.#rowOfEvent(event);
    this.#listener.onHover(hit?.row ?? null, hit?.anchor ?? this.root);
  }

  #moveWindow(force: boolean): void {
    const visible = Math.ceil(this.#height / ROW_HEIGHT) + 1;
    const { shift } = this.#scroller;
    const top = Math.floor(this.#scroller.top / ROW_HEIGHT);
    const moved = top - this.#lastTop;
    this.#learnSpeed(moved, visible);
    this.#lastTop = top;
    const ahead = this.#fastFrames > 0 ? 0 : OVERSCAN;
    const overscan = Math.max(0, Math.min(ahead, Math.floor((MAX_ELEMENTS - visible - STEP) / 2)));
    const aligned = Math.floor((top - overscan) / STEP) * STEP;
    const first = Math.max(0, Math.min(aligned, this.#rowCount));
    const last = Math.min(this.#rowCount, aligned + Math.min(MAX_ELEMENTS, visible + 2 * overscan + STEP));
    if (!force && first === this.#first && last === this.#last && shift === this.#shift) return;
    this.#shift = shift;
    this.#rotate(first, Math.max(first, last));
    this.#learnLanes();
    this.#showRows();
    this.#drawGutter();
    this.#tellActive();
    if (!this.#isFlying) this.#cache.want(first + Math.min(0, this.#ahead), last + Math.max(0, this.#ahead));
  }

  /** @param moved rows since the last time */
  #learnSpeed(moved: number, visible: number): void {
    if (Math.abs(moved) <= OVERSCAN) return;
    this.root.classList.add('hurried');
    if (Math.abs(moved) > visible) this.#fastFrames++;
    this.#isFlying = Math.abs(moved) > FLYING;
    this.#ahead = this.#fastFrames > 1 ? FRAMES_AHEAD * moved + Math.sign(moved) * visible : 0;
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => {
      this.root.classList.remove('hurried');
      this.#fastFrames = 0;
      this.#isFlying = false;
      this.#ahead = 0;
      this.#moveWindow(true);
    }, SETTLE_MS);
  }

  /** Elements that leave on one side are reused on the other. Their order in the page is corrected when the movement ends. */
  #rotate(first: number, last: number): void {
    const wanted = last - first;
    const shift = first - this.#first;
    const views = this.#views;
    if (shift > 0 && shift < views.length) views.push(...views.splice(0, shift));
    else if (shift < 0 && -shift < views.length) views.unshift(...views.splice(shift));
    for (const view of views.splice(wanted)) view.free();
    while (views.length < wanted) {
      const view = new RowView();
      views.push(view);
      this.#window.append(view.root);
    }
    this.#first = first;
    this.#last = last;
    if (Math.abs(shift) >= wanted || Math.abs(first - this.#base) > FARTHEST) this.#base = first;
    this.#window.style.transform = `translateY(${this.#base * ROW_HEIGHT + this.#shift}px)`;
  }

  /** Elements are in the order of the rows, for screen readers. */
  #order(): void {
    let next: Element | null = this.#window.firstElementChild;
    for (const { root } of this.#views) {
      if (root === next) next = next.nextElementSibling;
      else this.#window.insertBefore(root, next);
    }
  }

  #showRows(): void {
    this.#views.forEach((view, position) => {
      const index = this.#first + position;
      const row = this.#cache.get(index);
      const mark = row === undefined ? null : row.uuid === this.#picked ? 'picked' : this.#marks.has(row.uuid) ? 'marked' : null;
      view.place(index, this.#rowCount, index - this.#base);
      view.show(row, { selected: index === this.#selected, mark, brief: this.#fastFrames > 1 }, this.#texts);
    });
  }

  #drawGutter(): void {
    this.#gutter.draw({
      first: this.#first,
      last: this.#last,
      width: gutterWidth(this.#lanes),
      shift: this.#shift,
      rowAt: (row) => (row < 0 ? undefined : this.#cache.get(row)),
      palette: this.#palette,
    });
  }

  /** The gutter grows with the lanes seen so far and never shrinks, so that texts do not jump. */
  #learnLanes(): void {
    let lanes = this.#lanes;
    for (let index = this.#first; index < this.#last; index++) {
      const row = this.#cache.get(index);
      if (row !== undefined) lanes = Math.max(lanes, row.lane + 1, ...row.passing.map((lane) => lane + 1));
    }
    if (lanes === this.#lanes) return;
    this.#lanes = lanes;
    this.root.style.setProperty('--riff-gutter', `${gutterWidth(lanes)}px`);
  }

  #tellActive(): void {
    const shown = this.#selected >= this.#first && this.#selected < this.#last;
    if (shown) this.root.setAttribute('aria-activedescendant', rowId(this.#selected));
    else this.root.removeAttribute('aria-activedescendant');
  }
}

function isOn(event: Event, selector: string): boolean {
  return event.target instanceof Element && event.target.closest(selector) !== null;
}
