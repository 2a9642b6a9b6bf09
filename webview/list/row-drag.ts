import type { GraphRow } from '../../src/core/session/analysis-types.ts';
import { element, setText } from '../elements/dom.ts';

/** Pixels before a press becomes a drag. */
const SLACK = 5;
/** Milliseconds over a row before its effect is asked for. */
const REST_MS = 150;

export interface DragListener {
  canDrag(row: GraphRow): boolean;
  rowAt(target: EventTarget | null): GraphRow | undefined;
  /** The effect of dropping, in words. */
  foretell(uuid: string, parent: string): Promise<string>;
  drop(uuid: string, parent: string): Promise<void>;
}

/** Drags a row onto another one and shows the effect of dropping it there. */
export class RowDrag {
  readonly #listener: DragListener;
  readonly #tip = element('div', { class: 'drag-tip', attributes: { 'aria-hidden': 'true' } });
  #over: Element | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(root: HTMLElement, listener: DragListener) {
    this.#listener = listener;
    root.addEventListener('pointerdown', (event) => this.#onPress(event));
  }

  #onPress(press: PointerEvent): void {
    const row = this.#listener.rowAt(press.target);
    if (press.button !== 0 || row === undefined || !this.#listener.canDrag(row)) return;
    let dragging = false;
    const ending = new AbortController();
    const { signal } = ending;
    const move = (event: PointerEvent): void => {
      if (!dragging && Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY) < SLACK) return;
      if (!dragging) document.body.append(this.#tip);
      dragging = true;
      this.#moveOver(row.uuid, event);
    };
    const end = (event: PointerEvent | KeyboardEvent): void => {
      if (event instanceof KeyboardEvent && event.key !== 'Escape') return;
      ending.abort();
      const target = event.type === 'pointerup' ? this.#listener.rowAt(this.#over) : undefined;
      this.#clear();
      if (!dragging) return;
      event.preventDefault();
      // The click that ends a drag selects nothing.
      const swallow = (click: Event): void => click.stopPropagation();
      document.addEventListener('click', swallow, { capture: true, once: true });
      setTimeout(() => document.removeEventListener('click', swallow, { capture: true }), 0);
      if (target !== undefined && target.uuid !== row.uuid) void this.#listener.drop(row.uuid, target.uuid);
    };
    document.addEventListener('pointermove', move, { signal });
    document.addEventListener('pointerup', end, { signal });
    document.addEventListener('pointercancel', end, { signal });
    document.addEventListener('keydown', end, { signal, capture: true });
  }

  #moveOver(uuid: string, event: PointerEvent): void {
    this.#tip.style.translate = `${event.clientX + 14}px ${event.clientY + 10}px`;
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest('.row') ?? null;
    if (over === this.#over) return;
    this.#over?.classList.remove('drop-target');
    this.#over = over;
    over?.classList.add('drop-target');
    clearTimeout(this.#timer);
    const target = this.#listener.rowAt(over);
    setText(this.#tip, '');
    if (target === undefined || target.uuid === uuid) return;
    this.#timer = setTimeout(() => {
      // A drop whose effect is not known yet still asks for confirmation.
      this.#listener.foretell(uuid, target.uuid).then(
        (words) => {
          if (this.#over === over) setText(this.#tip, words);
        },
        () => undefined,
      );
    }, REST_MS);
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#over?.classList.remove('drop-target');
    this.#over = null;
    this.#tip.remove();
  }
}
