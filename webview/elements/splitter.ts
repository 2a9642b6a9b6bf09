import { element } from './dom.ts';

const MIN_HEIGHT = 96;
const KEY_STEP = 24;

/** The edge between rows and details: dragged by pointer or moved by arrow keys. */
export class Splitter {
  readonly root: HTMLElement;
  readonly #onChange: (height: number) => void;
  #height: number;

  /** @param height pixels of the details; @param onChange called with each new height */
  constructor(label: string, height: number, onChange: (height: number) => void) {
    this.#height = height;
    this.#onChange = onChange;
    this.root = element('div', {
      class: 'splitter',
      attributes: { role: 'separator', 'aria-orientation': 'horizontal', 'aria-label': label, tabindex: '0' },
    });
    this.root.addEventListener('pointerdown', (event) => this.#drag(event));
    this.root.addEventListener('keydown', (event) => this.#onKey(event));
    this.#tell();
  }

  /** Pixels, as the user set it; the page may show less in a low window. */
  get height(): number {
    return this.#height;
  }

  #set(height: number): void {
    const most = Math.max(MIN_HEIGHT, Math.round(window.innerHeight * 0.7));
    this.#height = Math.round(Math.min(most, Math.max(MIN_HEIGHT, height)));
    this.#tell();
    this.#onChange(this.#height);
  }

  #tell(): void {
    this.root.setAttribute('aria-valuemin', String(MIN_HEIGHT));
    this.root.setAttribute('aria-valuemax', String(Math.max(this.#height, Math.round(window.innerHeight * 0.7))));
    this.root.setAttribute('aria-valuenow', String(this.#height));
  }

  #drag(start: PointerEvent): void {
    start.preventDefault();
    const { height } = { height: this.#height };
    this.root.setPointerCapture(start.pointerId);
    const move = (event: PointerEvent): void => this.#set(height + start.clientY - event.clientY);
    const end = (): void => {
      this.root.removeEventListener('pointermove', move);
      this.root.removeEventListener('pointerup', end);
      this.root.removeEventListener('pointercancel', end);
    };
    this.root.addEventListener('pointermove', move);
    this.root.addEventListener('pointerup', end);
    this.root.addEventListener('pointercancel', end);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    this.#set(this.#height + (event.key === 'ArrowUp' ? KEY_STEP : -KEY_STEP));
  }
}
