import type { ReadyState } from '../../src/protocol/messages.ts';
import type { Host } from '../host.ts';
import { GraphList } from '../list/graph-list.ts';
import { RowCache } from '../list/row-cache.ts';
import type { StatusBar } from '../status-bar.ts';
import type { Texts } from '../text.ts';
import type { Palette } from '../theme.ts';
import type { ViewState } from '../view-state.ts';
import type { GraphRow } from '../../src/core/session/analysis-types.ts';

export interface PlaceListener {
  /** A row was clicked, before it is selected. */
  onClick(): void;
  onOpen(): void;
  onHover(row: GraphRow | undefined, anchor: HTMLElement): void;
  onScroll(): void;
  /** Another record is the current one; its id is null until its row was loaded. */
  onSelected(uuid: string | null): void;
}

/** Where the user is: the rows on the screen and the selected record, which is known by its id whatever moves. */
export class Place {
  readonly list: GraphList;
  readonly #cache: RowCache;
  readonly #host: Host;
  readonly #texts: Texts;
  readonly #status: StatusBar;
  readonly #listener: PlaceListener;
  #uuid: string | null;

  /** @param uuid of the record that was selected when the page was left */
  constructor(host: Host, texts: Texts, status: StatusBar, palette: Palette, uuid: string | null, listener: PlaceListener) {
    this.#host = host;
    this.#texts = texts;
    this.#status = status;
    this.#listener = listener;
    this.#uuid = uuid;
    this.#cache = new RowCache({
      fetch: (start, count, signal) => host.client.request('rows', { start, count }, signal),
      onArrived: () => this.#onRowsArrived(),
      onFailed: (cause) => status.explain(cause),
    });
    this.list = new GraphList(
      this.#cache,
      {
        onSelect: (row) => {
          listener.onClick();
          this.#select(row);
        },
        onOpen: () => listener.onOpen(),
        onHover: (row, anchor) => listener.onHover(row === null ? undefined : this.#cache.get(row), anchor),
        onScroll: () => listener.onScroll(),
      },
      texts,
      palette,
    );
  }

  /** Id of the selected record; null for none, or while its row is on its way. */
  get uuid(): string | null {
    return this.#uuid;
  }

  /** The selected row, as far as it was loaded. */
  get row(): GraphRow | undefined {
    return this.#cache.get(this.list.selected);
  }

  /** Takes a newer state. Rows may have come or gone: `keep` finds the place again. */
  renew(state: ReadyState): void {
    this.#cache.renew(state.revision, state.summary.rows);
    this.list.setTexts(this.#texts, this.#texts.say('treeLabel', state.summary.sessionId.slice(0, 8)));
    this.list.setRowCount(state.summary.rows);
    this.#status.setPosition(this.list.selected, state.summary.rows, this.#texts);
  }

  /** Where the screen is, to be found again after the rows changed. */
  anchor(): Anchor {
    const { topRow, offset } = this.list.position;
    return { topRow, offset, uuid: this.#cache.get(topRow)?.uuid ?? null };
  }

  /** The row at the top and the selection are found again by id. */
  async keep({ topRow, offset, uuid }: Anchor): Promise<void> {
    const selected = this.#uuid;
    const [anchorRow, selectedRow] = await Promise.all([
      uuid === null ? null : this.#rowOf(uuid),
      selected === null ? null : this.#rowOf(selected),
    ]);
    const moved = anchorRow !== null && anchorRow !== topRow && this.list.position.topRow === topRow;
    if (moved) this.list.scrollToTop(anchorRow, offset);
    if (selected === this.#uuid && selectedRow !== null && selectedRow !== this.list.selected) this.#mark(selectedRow, selected);
  }

  /** Goes back to where the user was when the page was left. */
  async restore(saved: ViewState): Promise<void> {
    const { topRow, offset, topUuid } = saved;
    this.list.scrollToTop(topRow, offset);
    const top = topUuid === null ? null : await this.#rowOf(topUuid);
    if (top !== null && top !== topRow && this.list.position.topRow === topRow) this.list.scrollToTop(top, offset);
    const row = saved.selectedUuid === null ? null : await this.#rowOf(saved.selectedUuid);
    if (row !== null && this.list.selected === -1) this.#mark(row, saved.selectedUuid);
  }

  /** Selects a record and brings it onto the screen. */
  async reveal(uuid: string): Promise<void> {
    const row = await this.#rowOf(uuid);
    if (row !== null) this.goTo(row);
  }

  /** Selects a row and brings it to the middle of the screen. */
  goTo(row: number): void {
    this.list.scrollToRow(row, 'middle');
    this.#select(row);
  }

  /** Moves the selection by rows, as far as there are any. */
  moveBy(rows: number): void {
    const { selected, rowCount } = this.list;
    if (rowCount === 0) return;
    const from = selected === -1 ? this.list.position.topRow - Math.sign(rows) : selected;
    this.#moveTo(Math.min(rowCount - 1, Math.max(0, from + rows)));
  }

  moveByPages(pages: number): void {
    this.moveBy(pages * Math.max(1, this.list.pageRows - 1));
  }

  moveToEdge(edge: 'first' | 'last'): void {
    if (this.list.rowCount > 0) this.#moveTo(edge === 'first' ? 0 : this.list.rowCount - 1);
  }

  async #rowOf(uuid: string): Promise<number | null> {
    try {
      return await this.#host.client.request('rowOf', { uuid });
    } catch (cause) {
      this.#status.explain(cause);
      return null;
    }
  }

  #moveTo(row: number): void {
    this.list.scrollToRow(row, 'nearest');
    this.#select(row);
  }

  #select(row: number): void {
    this.#mark(row, this.#cache.get(row)?.uuid ?? null);
  }

  /** A row that is still being loaded tells its id when it arrives. */
  #mark(row: number, uuid: string | null): void {
    this.#uuid = uuid;
    this.list.select(row);
    this.#status.setPosition(row, this.list.rowCount, this.#texts);
    this.#listener.onSelected(uuid);
  }

  #onRowsArrived(): void {
    this.list.refresh();
    const { selected } = this.list;
    if (selected === -1 || this.#uuid !== null) return;
    const uuid = this.#cache.get(selected)?.uuid;
    if (uuid !== undefined) this.#mark(selected, uuid);
  }
}

/** A place on the screen that can be found again: the record at the top and the pixels of it that are scrolled away. */
export interface Anchor {
  readonly topRow: number;
  readonly offset: number;
  readonly uuid: string | null;
}
