import type { RepairEvent } from '../../core/log/event.ts';
import type { HeadKeeper, KeptLog } from '../../core/log/verify/heads.ts';
import { dataDirectory } from '../../files/data/data-directory.ts';
import { HeadFiles } from '../../files/data/head-files.ts';

/** The kept heads of whichever store is meant: one session may have logs in several. */
export class StoreHeads implements HeadKeeper {
  readonly #storeName: () => string;
  readonly #ofStore = new Map<string, HeadFiles>();

  /** @param storeName of the store that is meant now, see `storeName` */
  constructor(storeName: () => string) {
    this.#storeName = storeName;
  }

  keep(sessionId: string, events: readonly RepairEvent[]): Promise<void> {
    return this.#current().keep(sessionId, events);
  }

  kept(sessionId: string): Promise<KeptLog | null> {
    return this.#current().kept(sessionId);
  }

  sessionIds(): Promise<string[]> {
    return this.#current().sessionIds();
  }

  accept(sessionId: string, events: readonly RepairEvent[]): Promise<void> {
    return this.#current().accept(sessionId, events);
  }

  #current(): HeadFiles {
    const name = this.#storeName();
    const known = this.#ofStore.get(name) ?? new HeadFiles(dataDirectory(), name);
    this.#ofStore.set(name, known);
    return known;
  }
}
