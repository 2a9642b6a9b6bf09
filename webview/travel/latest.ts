/** Work that is done one piece after the other; of those that are asked for while one is under way the last alone. */
export class Latest<T> {
  readonly #work: (wanted: T) => Promise<void>;
  readonly #onFailed: (cause: unknown) => void;
  #next: { readonly wanted: T } | null = null;
  #isBusy = false;

  /** @param onFailed told why; what was asked for meanwhile is then left */
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
