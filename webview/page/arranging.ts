import type { ArrangementChoice, RowFilter } from '../../src/core/arrangement/arrangement.ts';
import type { FoldName } from '../../src/core/session/analysis-types.ts';
import type { FoldKey, ViewSize } from '../../src/core/session/graph/session-graph.ts';
import type { RequestClient } from '../../src/protocol/client.ts';
import { MAX_EXCEPTIONS } from '../../src/protocol/messages.ts';

/** The first choice: everything is shown, each message as one row. */
export const FIRST_CHOICE: ArrangementChoice = {
  filter: 'all',
  folded: { message: true, run: false, sidechain: false },
  except: [],
};

/** Groups that can be folded everywhere at once. */
export type FoldGroup = keyof ArrangementChoice['folded'];

export interface ArrangingListener {
  /** The rows have changed. Resolves when the old position was found again. */
  onArranged(size: ViewSize, choice: ArrangementChoice): Promise<void>;
  onFailed(cause: unknown): void;
}

/** Which rows are shown and what is folded: the page's choice, which the worker of the session carries out. */
export class Arranging {
  readonly #client: RequestClient;
  readonly #listener: ArrangingListener;
  #choice: ArrangementChoice;
  #asked: AbortController | null = null;

  constructor(client: RequestClient, choice: ArrangementChoice, listener: ArrangingListener) {
    this.#client = client;
    this.#choice = choice;
    this.#listener = listener;
  }

  get choice(): ArrangementChoice {
    return this.#choice;
  }

  /** Arranges by another choice. Never rejects; a later call replaces an earlier one. */
  async set(choice: ArrangementChoice): Promise<void> {
    this.#choice = choice;
    await this.refresh();
  }

  /** Arranges again by the same choice, because the session changed. */
  async refresh(): Promise<void> {
    this.#asked?.abort();
    const asked = new AbortController();
    this.#asked = asked;
    const choice = this.#choice;
    try {
      const size = await this.#client.request('arrange', { choice }, asked.signal);
      if (!asked.signal.aborted) await this.#listener.onArranged(size, choice);
    } catch (cause) {
      if (!asked.signal.aborted) this.#listener.onFailed(cause);
    }
  }

  async setFilter(filter: RowFilter): Promise<void> {
    await this.set({ ...this.#choice, filter });
  }

  /** Folds or opens all of a group; individual choices for it are discarded. */
  async setFolded(group: FoldGroup, folded: boolean): Promise<void> {
    const kind = group === 'sidechain' ? 'branch' : group;
    const except = this.#choice.except.filter((one) => one.kind !== kind);
    await this.set({ ...this.#choice, folded: { ...this.#choice.folded, [group]: folded }, except });
  }

  /** Toggles one fold. */
  async turn(name: FoldName, uuid: string): Promise<void> {
    await this.#turn([{ kind: name === 'sidechain' ? 'branch' : name, uuid }], this.#choice.filter);
  }

  /** Opens the folds that hide a record; if a filter hides it, everything is shown again. */
  async unhide(open: readonly FoldKey[], filtered: boolean): Promise<void> {
    await this.#turn(open, filtered ? 'all' : this.#choice.filter);
  }

  async #turn(keys: readonly FoldKey[], filter: RowFilter): Promise<void> {
    const isNamed = (one: FoldKey): boolean => keys.some((key) => key.kind === one.kind && key.uuid === one.uuid);
    const { except } = this.#choice;
    const turnedBack = except.filter(isNamed);
    const added = keys.filter((key) => !turnedBack.some((one) => one.kind === key.kind && one.uuid === key.uuid));
    const next = [...except.filter((one) => !isNamed(one)), ...added].slice(-MAX_EXCEPTIONS);
    await this.set({ ...this.#choice, filter, except: next });
  }
}
