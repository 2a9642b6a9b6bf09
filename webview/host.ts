import { RequestClient } from '../src/protocol/client.ts';
import { isHostMessage } from '../src/protocol/host-message.ts';
import { PROTOCOL_VERSION, type GraphState } from '../src/protocol/messages.ts';
import { readViewState, type ViewState } from './view-state.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** What the host sends without being asked. */
export interface HostListener {
  onState(state: GraphState): void;
  onReveal(uuid: string): void;
}

/** The editor as the page sees it: requests, notifications, and the memory of where the user was. */
export class Host {
  readonly client: RequestClient;
  readonly #api: VsCodeApi;

  constructor() {
    this.#api = acquireVsCodeApi();
    this.client = new RequestClient((message) => this.#api.postMessage(message));
  }

  /** Starts listening and tells the host that the page is up. */
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
    this.#api.postMessage({ type: 'ready', protocolVersion: PROTOCOL_VERSION });
  }

  loadViewState(): ViewState | null {
    return readViewState(this.#api.getState());
  }

  saveViewState(state: ViewState): void {
    this.#api.setState(state);
  }
}
