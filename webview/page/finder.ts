import type { FindProgress } from '../../src/core/session/graph/session-graph.ts';
import type { RequestClient } from '../../src/protocol/client.ts';
import { element, setText } from '../elements/dom.ts';
import { visibleText } from '../elements/safe-text.ts';
import type { Texts } from '../elements/text.ts';

const TYPING_MS = 250;
/** Milliseconds between updates of rows and minimap while a search runs. */
const SHOW_MS = 600;

export interface FinderListener {
  /** Marks in rows and minimap have changed. */
  onMarks(): void;
  /** Shows a found record. */
  onFound(uuid: string): Promise<void>;
  /** Shows a message to the user. */
  onSay(message: string): void;
  onFailed(cause: unknown): void;
  /** The user leaves the field and returns to the rows. */
  onLeave(): void;
  /** The record to look from. */
  current(): string | null;
}

/** The search field, which searches records step by step, and navigation between the results. */
export class Finder {
  readonly root: HTMLElement;
  readonly #field: HTMLInputElement;
  readonly #count = element('span', { class: 'find-count' });
  readonly #client: RequestClient;
  readonly #texts: Texts;
  readonly #listener: FinderListener;
  #typed = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #searching: AbortController | null = null;
  #done: Promise<void> = Promise.resolve();
  #found = 0;

  constructor(client: RequestClient, texts: Texts, listener: FinderListener) {
    this.#client = client;
    this.#texts = texts;
    this.#listener = listener;
    this.#field = element('input', {
      class: 'find-field',
      attributes: {
        type: 'search',
        spellcheck: 'false',
        autocomplete: 'off',
        placeholder: texts.say('findPlaceholder'),
        'aria-label': texts.say('findLabel'),
        title: texts.say('findHelp'),
      },
    });
    this.#field.addEventListener('input', () => this.#onInput());
    this.#field.addEventListener('keydown', (event) => this.#onKey(event));
    this.root = element('div', { class: 'finder', attributes: { role: 'search' } }, [this.#count, this.#field]);
  }

  focus(): void {
    this.#field.focus();
    this.#field.select();
  }

  /** The session changed: searches again. */
  refresh(): void {
    if (this.#typed !== '') this.#done = this.#search();
  }

  /** Goes to the next or previous found record. */
  async next(direction: 1 | -1): Promise<void> {
    this.#searchNow();
    if (this.#typed === '') {
      this.focus();
      return;
    }
    try {
      // The first match may be far down; there is no need to wait for the others.
      if (this.#found === 0) await this.#done;
      const found = await this.#client.request('nextFound', { from: this.#listener.current(), direction });
      if (found === null) {
        this.#listener.onSay(this.#texts.say('findNothing'));
        return;
      }
      await this.#listener.onFound(found.uuid);
      const place = this.#texts.say('findPlace', found.place + 1, found.of);
      this.#showCount(place);
      this.#listener.onSay(place);
    } catch (cause) {
      this.#listener.onFailed(cause);
    }
  }

  #onInput(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#searchNow(), TYPING_MS);
  }

  /** Starts the search for the text in the field unless it is running. */
  #searchNow(): void {
    clearTimeout(this.#timer);
    const typed = this.#field.value.trim();
    if (typed === this.#typed) return;
    this.#typed = typed;
    this.#done = this.#search();
  }

  async #search(): Promise<void> {
    this.#searching?.abort();
    const searching = new AbortController();
    this.#searching = searching;
    const typed = this.#typed;
    this.#found = 0;
    let shown = performance.now();
    try {
      for (let from: number | null = 0; from !== null;) {
        const step: FindProgress = await this.#client.request('find', { typed, from }, searching.signal);
        if (searching.signal.aborted) return;
        from = step.next;
        this.#found = step.found;
        this.#tell(typed, step);
        if (performance.now() - shown < SHOW_MS && from !== null) continue;
        shown = performance.now();
        this.#listener.onMarks();
      }
    } catch (cause) {
      if (!searching.signal.aborted) this.#listener.onFailed(cause);
    }
  }

  #tell(typed: string, step: FindProgress): void {
    this.#field.setAttribute('aria-invalid', String(step.problem !== null));
    if (typed === '') this.#showCount('');
    else if (step.problem !== null) {
      this.#showCount(this.#texts.say('findNotUnderstood'));
      this.#listener.onSay(visibleText(step.problem));
    } else if (step.next === null) {
      const found = step.found === 0 ? this.#texts.say('findNothing') : this.#texts.plural(step.found, 'findFoundOne', 'findFoundMany');
      this.#showCount(found);
      this.#listener.onSay(found);
    } else this.#showCount(this.#texts.say('findSoFar', step.found, Math.floor((100 * step.next) / Math.max(1, step.of))));
  }

  #showCount(text: string): void {
    setText(this.#count, text);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') {
      event.preventDefault();
      void this.next(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      this.#field.value = '';
      this.#searchNow();
      this.#listener.onLeave();
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      this.#listener.onLeave();
    }
  }
}
