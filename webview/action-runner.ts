import type { ActionAnswer } from '../src/protocol/messages.ts';
import type { StatusBar } from './status-bar.ts';
import type { Texts } from './elements/text.ts';

/** Runs what the user set off and says how it went. */
export class ActionRunner {
  readonly #status: StatusBar;
  readonly #texts: Texts;
  readonly #busyRoot: HTMLElement;
  #busy = false;

  /** @param busyRoot is marked as busy while an action runs */
  constructor(status: StatusBar, texts: Texts, busyRoot: HTMLElement) {
    this.#status = status;
    this.#texts = texts;
    this.#busyRoot = busyRoot;
  }

  /** One action at a time: a second one that changes something would be decided on what is about to change. Never rejects. */
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

  /** Something that changes nothing. Never rejects: a failure is said. */
  async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      this.#status.explain(cause);
    }
  }
}
