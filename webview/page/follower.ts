import type { SessionSummary } from '../../src/core/session/analysis-types.ts';
import { element } from '../elements/dom.ts';
import type { Texts } from '../elements/text.ts';

/** As much of the rows as is asked. */
interface Followed {
  readonly isAtEnd: boolean;
  scrollToEnd(): void;
}

/**
 * Keeps the end of a session that is being written on the screen while the user is there; elsewhere it says how many messages have come
 * and leaves the screen alone.
 */
export class Follower {
  /** For the line at the bottom. */
  readonly button: HTMLElement;
  /** Lies over the rows. */
  readonly pill: HTMLElement;
  readonly #list: Followed;
  readonly #texts: Texts;
  readonly #onChange: () => void;
  #isOn: boolean;
  #known: { readonly bytes: number; readonly messages: number } | null = null;
  #isGrowing = false;
  #unseen = 0;

  /**
   * @param isOn whether the end was followed when the page was left
   * @param onChange told when that changed
   */
  constructor(list: Followed, texts: Texts, isOn: boolean, onChange: () => void) {
    this.#list = list;
    this.#texts = texts;
    this.#isOn = isOn;
    this.#onChange = onChange;
    this.button = element('button', {
      class: 'status-button follow',
      attributes: { type: 'button', title: `${texts.say('followTip')} (F)`, 'aria-pressed': String(isOn) },
      text: texts.say('followButton'),
      onClick: () => this.toggle(),
    });
    this.pill = element('button', {
      class: 'new-messages',
      attributes: { type: 'button', hidden: '' },
      onClick: () => this.#set(true),
    });
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  toggle(): void {
    this.#set(!this.#isOn);
  }

  /**
   * Takes what is known of a newer state, before its rows are there.
   * @returns messages that came and are not on the screen, for those who cannot see it
   */
  expect({ bytes, messages }: SessionSummary): number {
    const known = this.#known;
    this.#known = { bytes, messages };
    // Repairs put messages in as well, and a look at the past takes them out: only what the file got is new.
    if (known === null || bytes <= known.bytes) return 0;
    this.#isGrowing = true;
    if (this.#isOn) return 0;
    this.#unseen += Math.max(0, messages - known.messages);
    this.#show();
    return Math.max(0, messages - known.messages);
  }

  /** The rows are there. */
  arrived(): void {
    if (this.#isGrowing && this.#isOn) this.#list.scrollToEnd();
    this.#isGrowing = false;
    this.scrolled();
  }

  /** The screen is elsewhere: at the end it follows, anywhere else it stays. */
  scrolled(): void {
    if (this.#isGrowing || this.#known === null || this.#list.isAtEnd === this.#isOn) return;
    this.#set(!this.#isOn);
  }

  #set(isOn: boolean): void {
    this.#isOn = isOn;
    if (isOn) {
      this.#unseen = 0;
      if (!this.#list.isAtEnd) this.#list.scrollToEnd();
    }
    this.#show();
    this.#onChange();
  }

  #show(): void {
    this.button.setAttribute('aria-pressed', String(this.#isOn));
    this.pill.hidden = this.#unseen === 0;
    this.pill.textContent = `${this.#texts.plural(this.#unseen, 'newMessagesOne', 'newMessagesMany')} ↓`;
  }
}
