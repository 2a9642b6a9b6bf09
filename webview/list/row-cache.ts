import type { GraphRow } from '../../src/core/session/analysis-types.ts';
import type { RowsAnswer } from '../../src/protocol/messages.ts';

export const PAGE_ROWS = 128;
/** About 10 MB: the user can scroll back a few thousand rows without waiting. */
const KEPT_PAGES = 128;
const RETRY_MS = 2000;

interface Page {
  readonly rows: readonly GraphRow[];
  readonly version: number;
}

/** The ports of the cache. */
export interface RowSource {
  fetch(start: number, count: number, signal: AbortSignal): Promise<RowsAnswer>;
  /** Rows [start, start + count) were loaded or updated. */
  onArrived(start: number, count: number): void;
  onFailed(cause: unknown): void;
}

/** The rows near the screen, in pages. Rows of an older arrangement are shown until the new ones arrive. */
export class RowCache {
  readonly #source: RowSource;
  readonly #pages = new Map<number, Page>();
  readonly #loading = new Map<number, AbortController>();
  readonly #failedAt = new Map<number, number>();
  #version = 0;
  #rowCount = 0;

  constructor(source: RowSource) {
    this.#source = source;
  }

  /** The row as last seen; undefined while it was never loaded. */
  get(row: number): GraphRow | undefined {
    const page = Math.floor(row / PAGE_ROWS);
    const found = row < this.#rowCount ? this.#pages.get(page)?.rows[row - page * PAGE_ROWS] : undefined;
    return found;
  }

  /** The session or its arrangement changed: from now on rows are fetched again when needed. */
  renew(rowCount: number): void {
    this.#version++;
    this.#rowCount = rowCount;
    this.#failedAt.clear();
    for (const page of this.#loading.keys()) this.#abandon(page);
  }

  /** Loads the missing ones of rows [first, last) and cancels all other requests. */
  want(first: number, last: number): void {
    const firstPage = Math.floor(Math.max(0, first) / PAGE_ROWS);
    const lastPage = Math.floor(Math.max(0, Math.min(last, this.#rowCount) - 1) / PAGE_ROWS);
    for (const page of this.#loading.keys()) {
      if (page < firstPage - 1 || page > lastPage + 1) this.#abandon(page);
    }
    if (this.#rowCount === 0) return;
    for (let page = firstPage; page <= lastPage; page++) {
      if (this.#isDue(page)) void this.#load(page);
    }
  }

  #isDue(page: number): boolean {
    if (this.#loading.has(page)) return false;
    const held = this.#pages.get(page);
    if (held !== undefined && held.version === this.#version) {
      // Most recently used last.
      this.#pages.delete(page);
      this.#pages.set(page, held);
      return false;
    }
    const failed = this.#failedAt.get(page);
    return failed === undefined || performance.now() - failed > RETRY_MS;
  }

  #abandon(page: number): void {
    const controller = this.#loading.get(page);
    this.#loading.delete(page);
    controller?.abort();
  }

  async #load(page: number): Promise<void> {
    const controller = new AbortController();
    this.#loading.set(page, controller);
    const start = page * PAGE_ROWS;
    const version = this.#version;
    try {
      const answer = await this.#source.fetch(start, PAGE_ROWS, controller.signal);
      if (this.#loading.get(page) !== controller) return;
      this.#loading.delete(page);
      this.#keep(page, { rows: answer.rows, version });
      this.#source.onArrived(start, answer.rows.length);
    } catch (cause) {
      if (controller.signal.aborted || this.#loading.get(page) !== controller) return;
      this.#loading.delete(page);
      this.#failedAt.set(page, performance.now());
      this.#source.onFailed(cause);
    }
  }

  #keep(page: number, content: Page): void {
    this.#pages.delete(page);
    this.#pages.set(page, content);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= KEPT_PAGES) break;
      this.#pages.delete(oldest);
    }
  }
}
