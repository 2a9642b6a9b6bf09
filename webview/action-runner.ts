import type { ActionAnswer } from '../src/protocol/messages.ts';
import type { StatusBar } from './status-bar.ts';
import type { Texts } from './elements/text.ts';

/** Runs actions of the user and reports their outcome. */
export class ActionRunner {
  readonly #status: StatusBar;
  readonly #texts: Texts;
  readonly #busyRoot: HTMLElement;
  #busy = false;

  /** @param busyRoot element that is marked as busy while an action runs */
  constructor(status: StatusBar, texts: Texts, busyRoot: HTMLElement) {
    this.#status = status;
    this.#texts = texts;
    this.#busyRoot = busyRoot;
  }

  /** Runs one action at a time: a second one would be based on a state that is about to change. Never rejects. */
  async act(action: () => Promise<ActionAnswer>): Promise<void> {
    this.#status.say(this.#texts.say('working'));
    if (this.#busy) return;
    this.#busy = true;
    this.#busyRoot.setAttribute('aria-busy', 'true');
    await this.attempt(async () => {
      const answer = await action();
      this.#status.say(answer.kind === 'done' ? answer.message : this.#texts.say('cancelledByYou'));
    });
    this.#busy = false;
    this.#busyRoot.removeAttribute('aria-busy');
  }

  /** Runs something that changes nothing. Never rejects: a failure is reported in the status bar. */
  async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      this.#status.explain(cause);
    }
  }
}
