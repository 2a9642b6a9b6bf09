import type { Located } from '../../src/core/session/graph/session-graph.ts';
import type { ReadyState } from '../../src/protocol/messages.ts';
import type { Host } from '../host.ts';
import { GraphList } from '../list/graph-list.ts';
import { ROW_HEIGHT } from '../list/row-view.ts';
import { RowCache } from '../list/row-cache.ts';
import type { StatusBar } from '../status-bar.ts';
import type { Texts } from '../elements/text.ts';
import type { Palette } from '../theme.ts';
import type { ViewState } from '../view-state.ts';
import type { GraphRow } from '../../src/core/session/analysis-types.ts';

export interface PlaceListener {
  /** A row was clicked, before it is selected. */
  onClick(): void;
  onOpen(): void;
  /** Rows to be marked; a single one is toggled. */
  onMark(rows: readonly GraphRow[]): void;
  onHover(row: GraphRow | undefined, anchor: HTMLElement): void;
  onScroll(): void;
  /** A record to show is hidden by a fold or a filter. */
  onHidden(hidden: Located): Promise<void>;
  /** A row's fold was pressed. */
  onTurnFold(row: GraphRow): void;
  /** Another record was selected; its id is null until its row is loaded. */
  onSelected(uuid: string | null): void;
}

/** The user's position: the visible rows and the selected record, which is identified by its id whatever moves. */
export class Place {
  readonly list: GraphList;
  readonly #cache: RowCache;
  readonly #host: Host;
  readonly #texts: Texts;
  readonly #status: StatusBar;
  readonly #listener: PlaceListener;
  #uuid: string | null;

  /** @param uuid of the record that was selected when the page was closed */
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
        onMark: (row, through) => listener.onMark(this.#rowsTo(row, through)),
        onOpen: () => listener.onOpen(),
        onHover: (row, anchor) => listener.onHover(row === null ? undefined : this.#cache.get(row), anchor),
        onScroll: () => listener.onScroll(),
        onJump: (row) => {
          const parent = this.#cache.get(row)?.parentRow ?? -1;
          if (parent >= 0) this.goTo(parent);
        },
        onTurnFold: (row) => {
          const pressed = this.#cache.get(row);
          if (pressed !== undefined) listener.onTurnFold(pressed);
        },
      },
      texts,
      palette,
    );
  }

  /** Id of the selected record; null for none, or while its row is loading. */
  get uuid(): string | null {
    return this.#uuid;
  }

  /** The selected row if it is loaded. */
  get row(): GraphRow | undefined {
    return this.#cache.get(this.list.selected);
  }

  /** Takes a newer state, before its rows are known. */
  name(state: ReadyState): void {
    this.list.setTexts(this.#texts, this.#texts.say('treeLabel', state.summary.sessionId.slice(0, 8)));
  }

  /** The rows have changed. The record at the top and the selected one are found again by id. */
  async renew(rows: number): Promise<void> {
    const held = this.#held();
    this.#cache.renew(rows);
    this.list.setRowCount(rows);
    this.#status.setPosition(this.list.selected, rows, this.#texts);
    await this.#keep(held, this.list.position.topRow);
  }

  /** The same rows look different: they are fetched again. */
  reload(): void {
    this.#cache.renew(this.list.rowCount);
    this.list.refresh();
  }

  /** Restores the position that the user left. */
  async restore(saved: ViewState): Promise<void> {
    const { topRow, offset, topUuid, selectedUuid } = saved;
    this.list.scrollToTop(topRow, offset);
    const top = topUuid === null ? null : ((await this.#locate(topUuid))?.row ?? null);
    if (top !== null && top !== topRow && this.list.position.topRow === topRow) this.list.scrollToTop(top, offset);
    const found = selectedUuid === null ? null : await this.#locate(selectedUuid);
    if (found !== null && found.row !== null && this.list.selected === -1) this.#mark(found.row, selectedUuid);
  }

  /** Selects a record and scrolls to it, opening its folds. */
  async reveal(uuid: string): Promise<void> {
    let found = await this.#locate(uuid);
    if (found !== null && (found.row === null || found.open.length > 0)) {
      await this.#listener.onHidden(found);
      found = await this.#locate(uuid);
    }
    if (found === null || found.row === null) return;
    this.list.scrollToRow(found.row, 'middle');
    this.#mark(found.row, uuid);
  }

  /** Selects a row and scrolls it to the middle of the screen. */
  goTo(row: number): void {
    this.list.scrollToRow(row, 'middle');
    this.#select(row);
  }

  /** Moves the selection by rows, limited to the list. */
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

  /** The visible position, to be found again after the rows changed. */
  anchor(): Anchor {
    const { topRow, offset } = this.list.position;
    return { topRow, offset, uuid: this.#cache.get(topRow)?.uuid ?? null };
  }

  /** The record that keeps its position on the screen when the rows change: the selected one if visible, else the one at the top. */
  #held(): Anchor {
    const top = this.anchor();
    const below = this.list.selected - top.topRow;
    if (this.#uuid === null || below < 0 || below >= this.list.pageRows) return top;
    return { topRow: this.list.selected, offset: top.offset - below * ROW_HEIGHT, uuid: this.#uuid };
  }

  /** A record inside a fold is found at the fold; one hidden by a filter stays selected. */
  async #keep({ offset, uuid }: Anchor, topRow: number): Promise<void> {
    const selected = this.#uuid;
    const [top, current] = await Promise.all([
      uuid === null ? null : this.#locate(uuid),
      selected === null ? null : this.#locate(selected),
    ]);
    const topNow = top?.row ?? null;
    // Unless the user scrolled on meanwhile.
    if (topNow !== null && this.list.position.topRow === topRow) this.list.scrollToTop(topNow, offset);
    if (selected === null || selected !== this.#uuid || current === null) return;
    if (current.row === null) {
      this.list.select(-1);
      this.#status.setPosition(-1, this.list.rowCount, this.#texts);
    } else if (current.row !== this.list.selected) this.#mark(current.row, selected);
  }

  async #locate(uuid: string): Promise<Located | null> {
    try {
      return await this.#host.client.request('locate', { uuid });
    } catch (cause) {
      this.#status.explain(cause);
      return null;
    }
  }

  /** The row, or all loaded rows between it and the selected one. */
  #rowsTo(row: number, through: boolean): GraphRow[] {
    const from = through && this.list.selected >= 0 ? this.list.selected : row;
    const rows: GraphRow[] = [];
    for (let at = Math.min(from, row); at <= Math.max(from, row); at++) {
      const found = this.#cache.get(at);
      if (found !== undefined) rows.push(found);
    }
    return rows;
  }

  #moveTo(row: number): void {
    this.list.scrollToRow(row, 'nearest');
    this.#select(row);
  }

  #select(row: number): void {
    this.#mark(row, this.#cache.get(row)?.uuid ?? null);
  }

  /** The id of a row that is still loading is known when it arrives. */
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

/** A position that can be found again: the record at the top and how many of its pixels are scrolled out. */
interface Anchor {
  readonly topRow: number;
  readonly offset: number;
  readonly uuid: string | null;
}
