import type { RepairEvent } from '../../core/log/event.ts';
import type { HeadKeeper, KeptLog } from '../../core/log/heads.ts';
import { dataDirectory } from '../../files/data-directory.ts';
import { HeadFiles } from '../../files/head-files.ts';

/** The heads of the store that the window uses now: each store has logs of its own. Rejects where settings name none. */
export class StoreHeads implements HeadKeeper {
  readonly #storeName: () => string;
  readonly #files = new Map<string, HeadFiles>();

  /** @param storeName of the store that is meant now, see `storeName` */
  constructor(storeName: () => string) {
    this.#storeName = storeName;
  }

  /** Those of the store that is meant now, also when another one is meant later. @throws StoreError */
  current(): HeadKeeper {
    const name = this.#storeName();
    const files = this.#files.get(name) ?? new HeadFiles(dataDirectory(), name);
    this.#files.set(name, files);
    return files;
  }

  async keep(sessionId: string, events: readonly RepairEvent[]): Promise<void> {
    return this.current().keep(sessionId, events);
  }

  async kept(sessionId: string): Promise<KeptLog | null> {
    return this.current().kept(sessionId);
  }

  async sessionIds(): Promise<string[]> {
    return this.current().sessionIds();
  }

  async accept(sessionId: string, events: readonly RepairEvent[]): Promise<void> {
    return this.current().accept(sessionId, events);
  }
}
