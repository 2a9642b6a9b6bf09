import { RequestClient } from '../src/protocol/client.ts';
import { isHostMessage } from '../src/protocol/host-message.ts';
import { PROTOCOL_VERSION, type GraphState } from '../src/protocol/messages.ts';
import { boundedViewState, readViewState, type ViewState } from './view-state.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** A hidden page is destroyed at once, so what the user did just before would be lost. */
const SAVE_MS = 100;

/** Messages that the host sends on its own. */
export interface HostListener {
  onState(state: GraphState): void;
  onReveal(uuid: string): void;
}

/** The editor as the page sees it: requests, notifications, and the saved view state. */
export class Host {
  readonly client: RequestClient;
  readonly #api: VsCodeApi;
  #unsaved: (() => ViewState) | null = null;

  constructor() {
    this.#api = acquireVsCodeApi();
    this.client = new RequestClient((message) => this.#api.postMessage(message));
  }

  /** Starts listening and tells the host that the page is ready. */
  connect(listener: HostListener): void {
    window.addEventListener('message', (event: MessageEvent<unknown>) => {
      const message = event.data;
      if (!isHostMessage(message)) return;
      switch (message.type) {
        case 'response':
          this.client.answer(message.id, message.result);
          return;
        case 'changed':
          listener.onState(message.state);
          return;
        case 'reveal':
          listener.onReveal(message.uuid);
      }
    });
    // A page that is reloaded or closed still gets this event.
    window.addEventListener('pagehide', () => this.#save());
    this.#api.postMessage({ type: 'ready', protocolVersion: PROTOCOL_VERSION });
  }

  loadViewState(): ViewState | null {
    return readViewState(this.#api.getState());
  }

  /**
   * Saves the view state with a delay: scrolling changes it with each frame, and each save is a message.
   * @param state called when it is saved
   */
  saveViewState(state: () => ViewState): void {
    if (this.#unsaved === null) setTimeout(() => this.#save(), SAVE_MS);
    this.#unsaved = state;
  }

  #save(): void {
    const state = this.#unsaved;
    this.#unsaved = null;
    if (state !== null) this.#api.setState(boundedViewState(state()));
  }
}
