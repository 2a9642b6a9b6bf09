/** Runs one piece of work at a time; of those requested meanwhile only the last one is run. */
export class Latest<T> {
  readonly #work: (wanted: T) => Promise<void>;
  readonly #onFailed: (cause: unknown) => void;
  #next: { readonly wanted: T } | null = null;
  #isBusy = false;

  /** @param onFailed called with the error; work requested meanwhile is then dropped */
  constructor(work: (wanted: T) => Promise<void>, onFailed: (cause: unknown) => void) {
    this.#work = work;
    this.#onFailed = onFailed;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Never rejects. */
  async ask(wanted: T): Promise<void> {
    this.#next = { wanted };
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#next !== null) {
        const { wanted: now } = this.#next;
        this.#next = null;
        await this.#work(now);
      }
    } catch (cause) {
      this.#next = null;
      this.#onFailed(cause);
    }
    this.#isBusy = false;
  }
}
