/**
 * Browsers lay out at most some 33 million device pixels, and a row at the largest zoom takes 88: a list higher than this many
 * pixels gets a scroll area of this height.
 */
const HIGHEST = 8_000_000;
/** Screens within which a movement is that of a wheel or a key, not of the scrollbar's thumb. */
const NEAR_SCREENS = 2;
/** Milliseconds after which the thumb is moved to its exact position. */
const IDLE_MS = 150;

/** The part of the elements that is used. */
interface Scrolled {
  scrollTop: number;
}
interface Sized {
  readonly style: { height: string };
}

/**
 * The scroll position in pixels of the whole list, however high it is. Up to HIGHEST it is the browser's own. Above that, near
 * movements count pixel by pixel and far ones in proportion, and the thumb is corrected when nothing moves.
 */
export class Scroller {
  readonly #element: Scrolled;
  readonly #sizer: Sized;
  readonly #onShift: () => void;
  #whole = 0;
  #height = 0;
  #top = 0;
  /** The browser's own scroll position, kept because reading it would lay out the page. */
  #real = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param sizer child of the element that gets the height of the scroll area
   * @param onShift called when `shift` changed without a movement
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

  /** Pixels to add to a position in the whole list to get its position in the sizer. */
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

  /** Reads the browser's position; to be called after it has scrolled. */
  read(): void {
    const real = Math.max(0, this.#element.scrollTop);
    const moved = real - this.#real;
    this.#real = real;
    if (!this.#isScaled) this.#top = real;
    else if (Math.abs(moved) > NEAR_SCREENS * this.#height) this.#top = this.#clamped(real * this.#ratio);
    else if (moved !== 0) this.#top = this.#clamped(this.#top + moved);
    if (this.#isScaled && moved !== 0) this.#settleSoon();
  }

  /** Scrolls to a position, limited to the list. */
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
