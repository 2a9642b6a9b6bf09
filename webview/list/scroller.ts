/**
 * Browsers lay out no more than some 33 million points of the screen, of which a row of the largest zoom takes 88: what is higher
 * than this many pixels is scrolled by a scrollbar of this height.
 */
const HIGHEST = 8_000_000;
/** Screens within which a movement is that of a wheel or a key, not of the scrollbar's thumb. */
const NEAR_SCREENS = 2;
/** After which the thumb is put where it belongs. */
const IDLE_MS = 150;

/** As much of the elements as is used. */
interface Scrolled {
  scrollTop: number;
}
interface Sized {
  readonly style: { height: string };
}

/**
 * Where a list is scrolled to, in pixels of the whole list, however high it is. Up to HIGHEST that is what the browser says. Above, near
 * movements are taken pixel by pixel and far ones in proportion, and the thumb follows when nothing moves.
 */
export class Scroller {
  readonly #element: Scrolled;
  readonly #sizer: Sized;
  readonly #onShift: () => void;
  #whole = 0;
  #height = 0;
  #top = 0;
  /** The browser's own scroll position: asking for it would lay out the page. */
  #real = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param sizer child of the element, made as high as what is scrolled
   * @param onShift told when `shift` changed without a movement
   */
  constructor(element: Scrolled, sizer: Sized, onShift: () => void) {
    this.#element = element;
    this.#sizer = sizer;
    this.#onShift = onShift;
  }

  /** Pixels of the whole list above the screen. */
  get top(): number {
    return this.#top;
  }

  /** Pixels to add to a place in the whole list to get its place in the sizer. */
  get shift(): number {
    return this.#real - this.#top;
  }

  /** @param whole height of the whole list in pixels */
  setWhole(whole: number): void {
    this.#whole = whole;
    this.#sizer.style.height = `${Math.min(whole, HIGHEST)}px`;
    this.moveTo(this.#top);
  }

  /** @param height of the screen in pixels */
  setHeight(height: number): void {
    this.#height = height;
  }

  /** Takes what the browser says; to be called when it has scrolled. */
  read(): void {
    const real = Math.max(0, this.#element.scrollTop);
    const moved = real - this.#real;
    this.#real = real;
    if (!this.#isScaled) this.#top = real;
    else if (Math.abs(moved) > NEAR_SCREENS * this.#height) this.#top = this.#clamped(real * this.#ratio);
    else if (moved !== 0) this.#top = this.#clamped(this.#top + moved);
    if (this.#isScaled && moved !== 0) this.#settleSoon();
  }

  /** Scrolls; places beyond the ends are those of the ends. */
  moveTo(place: number): void {
    const top = this.#clamped(place);
    const near = Math.abs(top - this.#top) <= NEAR_SCREENS * this.#height;
    const real = !this.#isScaled ? top : near ? this.#real + top - this.#top : top / this.#ratio;
    this.#top = top;
    this.#real = Math.min(real, Math.max(0, Math.min(this.#whole, HIGHEST) - this.#height));
    if (this.#real < 0) this.#real = 0;
    this.#element.scrollTop = this.#real;
    if (this.#isScaled) this.#settleSoon();
  }

  get #isScaled(): boolean {
    return this.#whole > HIGHEST;
  }

  get #ratio(): number {
    return (this.#whole - this.#height) / (HIGHEST - this.#height);
  }

  #clamped(top: number): number {
    return Math.max(0, Math.min(top, this.#whole - this.#height));
  }

  #settleSoon(): void {
    clearTimeout(this.#idle);
    const isAtEnd = this.#real <= 0 || this.#real >= HIGHEST - this.#height - 1;
    if (isAtEnd) this.#settle();
    else this.#idle = setTimeout(() => this.#settle(), IDLE_MS);
  }

  #settle(): void {
    const real = Math.round(this.#top / this.#ratio);
    if (!this.#isScaled || Math.abs(real - this.#real) < 1) return;
    this.#real = real;
    this.#element.scrollTop = real;
    this.#onShift();
  }
}
