import type { SessionSummary } from '../../src/core/session/analysis-types.ts';
import { element } from '../elements/dom.ts';
import type { Texts } from '../elements/text.ts';

/** The part of the list that is used. */
interface Followed {
  readonly isAtEnd: boolean;
  scrollToEnd(): void;
}

/**
 * Follows the end of a growing session while the user is there; elsewhere it only shows how many messages arrived.
 */
export class Follower {
  /** The button for the status bar. */
  readonly button: HTMLElement;
  /** The button over the rows. */
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
   * @param onChange called when that changed
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
   * Takes a newer state before its rows have arrived.
   * @returns number of new messages that are not visible, to be read out
   */
  expect({ bytes, messages }: SessionSummary): number {
    const known = this.#known;
    this.#known = { bytes, messages };
    // Repairs also insert messages, and other positions of the log remove them: only messages of the file are new.
    if (known === null || bytes <= known.bytes) return 0;
    this.#isGrowing = true;
    if (this.#isOn) return 0;
    this.#unseen += Math.max(0, messages - known.messages);
    this.#show();
    return Math.max(0, messages - known.messages);
  }

  /** The rows have arrived. */
  arrived(): void {
    if (this.#isGrowing && this.#isOn) this.#list.scrollToEnd();
    this.#isGrowing = false;
    this.scrolled();
  }

  /** The user scrolled: at the end the page follows, anywhere else it stays. */
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
