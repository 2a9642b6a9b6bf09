import { DetailsPane, type DetailsListener } from '../details/details-pane.ts';
import type { RequestClient } from '../../src/protocol/client.ts';
import { Splitter } from '../elements/splitter.ts';
import type { StatusBar } from '../status-bar.ts';
import type { Texts } from '../elements/text.ts';
import type { ViewState } from '../view-state.ts';

const DEFAULT_HEIGHT = 280;

/** Callbacks of the pane to the page. */
export interface PaneListener extends DetailsListener {
  /** The height changed, or the pane was opened or closed. */
  onLayout(toggled: boolean): void;
  /** The pane closes while it has the focus; the rows should take it. */
  onLostFocus(): void;
}

/** The details pane at the bottom: whether it is open, its height, and its content. */
export class Pane {
  readonly details: DetailsPane;
  readonly #splitter: Splitter;
  readonly #status: StatusBar;
  readonly #listener: PaneListener;
  #open: boolean;
  /** The user has not decided yet whether to see the details: they open with the first click on a message. */
  #undecided: boolean;

  constructor(client: RequestClient, texts: Texts, status: StatusBar, saved: ViewState | null, listener: PaneListener) {
    this.#status = status;
    this.#listener = listener;
    this.#open = saved?.paneOpen ?? false;
    this.#undecided = saved === null;
    this.details = new DetailsPane(client, texts, listener);
    this.#splitter = new Splitter(texts.say('detailsResize'), saved?.paneHeight ?? DEFAULT_HEIGHT, () => listener.onLayout(false));
    this.details.root.prepend(this.#splitter.root);
    this.#layOut();
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Pixels. */
  get height(): number {
    return this.#splitter.height;
  }

  /** Opens unless the user has closed it before. */
  openIfUndecided(): void {
    if (this.#undecided) this.set(true);
  }

  set(open: boolean): void {
    this.#undecided = false;
    this.#open = open;
    if (!open && this.details.root.contains(document.activeElement)) this.#listener.onLostFocus();
    this.#layOut();
    this.#listener.onLayout(true);
  }

  #layOut(): void {
    this.details.root.hidden = !this.#open;
    this.#status.setDetailsOpen(this.#open);
  }
}
