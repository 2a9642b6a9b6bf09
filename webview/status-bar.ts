import { RequestError } from '../src/protocol/client.ts';
import { element, setText } from './elements/dom.ts';
import { visibleText } from './elements/safe-text.ts';
import type { Texts } from './elements/text.ts';

/** The status bar: the last message, which is also read out, and the user's position. */
export class StatusBar {
  readonly root: HTMLElement;
  readonly #message = element('div', { class: 'status-message', attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly #position = element('div', { class: 'status-position' });
  readonly #details: HTMLElement;

  constructor(texts: Texts, onToggleDetails: () => void) {
    this.#details = element('button', {
      class: 'status-button',
      attributes: { type: 'button', title: `${texts.say('keyDetails')} (d)` },
      text: texts.say('detailsLabel'),
      onClick: onToggleDetails,
    });
    this.root = element('footer', { class: 'status-bar' }, [this.#message, this.#position, this.#details]);
  }

  /** Adds a button before that of the details. */
  addButton(button: HTMLElement): void {
    this.#details.before(button);
  }

  /** Sets whether the details are shown, for the button that toggles them. */
  setDetailsOpen(open: boolean): void {
    this.#details.setAttribute('aria-expanded', String(open));
  }

  /** Shows a message; it stays until the next one. */
  say(message: string): void {
    this.#message.classList.remove('bad');
    setText(this.#message, message);
  }

  /** Shows why something failed and what to do; a cancelled action needs no message. */
  explain(cause: unknown): void {
    if (cause instanceof RequestError && cause.code === 'cancelled') return;
    const message = cause instanceof Error ? cause.message : String(cause);
    const remedy = cause instanceof RequestError ? cause.remedy : '';
    this.#message.classList.add('bad');
    setText(this.#message, visibleText([message, remedy].filter(Boolean).join(' ')));
  }

  setPosition(row: number, rows: number, texts: Texts): void {
    const place = row < 0 ? '' : `${texts.say('rowPosition', row + 1, rows)} · `;
    setText(this.#position, `${place}${texts.say('keysHint')}`);
  }
}
