import type { GraphRow } from '../src/core/session/analysis-types.ts';
import type { RequestClient } from '../src/protocol/client.ts';
import type { HistoryEntry } from '../src/protocol/messages.ts';
import { historyView } from './details/history-view.ts';
import { element } from './elements/dom.ts';
import { icon } from './elements/icons.ts';
import { findingCode } from './list/row-words.ts';
import type { Texts } from './elements/text.ts';

const DELAY_MS = 450;
const LEAVE_MS = 250;

/** The card with findings and repair history of the row under the pointer, like the hover in the text editor. */
export class HoverCard {
  readonly root = element('div', { class: 'hover-card', attributes: { hidden: '' } });
  readonly #client: RequestClient;
  readonly #texts: Texts;
  readonly #onRevert: (entry: HistoryEntry) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #controller: AbortController | null = null;
  #uuid: string | null = null;

  /** @param signal ends listening on the document */
  constructor(client: RequestClient, texts: Texts, signal: AbortSignal, onRevert: (entry: HistoryEntry) => void) {
    this.#client = client;
    this.#texts = texts;
    this.#onRevert = onRevert;
    this.root.addEventListener('pointerenter', () => clearTimeout(this.#timer));
    this.root.addEventListener('pointerleave', () => this.#leave());
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') this.hide();
    };
    document.addEventListener('keydown', onKey, { signal });
  }

  /** The pointer is over this row, or over none. Only rows with findings or repairs get a card. */
  over(row: GraphRow | undefined, anchor: HTMLElement): void {
    if (row !== undefined && row.uuid === this.#uuid) {
      clearTimeout(this.#timer);
      return;
    }
    this.#leave();
    if (row === undefined || (!row.repaired && row.findings.length === 0)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#show(row, anchor), DELAY_MS);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#controller?.abort();
    this.#uuid = null;
    this.root.hidden = true;
  }

  #leave(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), LEAVE_MS);
  }

  async #show(row: GraphRow, anchor: HTMLElement): Promise<void> {
    this.hide();
    this.#uuid = row.uuid;
    const controller = new AbortController();
    this.#controller = controller;
    // Without its content the card is not shown; the details report the error.
    const history = await this.#client.request('history', { uuid: row.uuid }, controller.signal).catch(() => null);
    if (controller.signal.aborted || (history === null && row.findings.length === 0)) return;
    const content: HTMLElement[] = [];
    for (const id of row.findings) {
      const mark = row.severity ?? 'info';
      content.push(element('div', { class: `finding-head ${mark}` }, [icon(mark), element('code', { text: findingCode(id) })]));
    }
    if (history !== null && history.length > 0) {
      content.push(
        historyView(history, this.#texts, (entry) => {
          this.hide();
          this.#onRevert(entry);
        }),
      );
    }
    this.root.replaceChildren(...content);
    this.#placeAt(anchor);
  }

  #placeAt(anchor: HTMLElement): void {
    this.root.hidden = false;
    const row = anchor.getBoundingClientRect();
    const card = this.root.getBoundingClientRect();
    const below = row.bottom + card.height + 4 <= window.innerHeight;
    this.root.style.top = `${below ? row.bottom : Math.max(4, row.top - card.height)}px`;
    this.root.style.left = `${Math.max(8, Math.min(row.left + 140, window.innerWidth - card.width - 8))}px`;
  }
}
