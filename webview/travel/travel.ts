import type { RequestClient } from '../../src/protocol/client.ts';
import type { LogTick, TravelState } from '../../src/protocol/travel.ts';
import { element } from '../dom.ts';
import type { Texts } from '../text.ts';
import { LogSlider } from './log-slider.ts';
import { TravelBar } from './travel-bar.ts';

/** What travelling needs of the page. */
export interface TravelPage {
  goTo(uuid: string): void;
  explain(cause: unknown): void;
}

/** Looking at the session at other positions of its log: the slider below, the bar above, and the way there and back. */
export class Travel {
  /** Above the rows: where the page is. Empty while it is at now. */
  readonly bar: HTMLElement;
  /** Below the rows; hidden while nothing was logged. */
  readonly slider: HTMLElement;
  readonly #client: RequestClient;
  readonly #page: TravelPage;
  readonly #slider: LogSlider;
  readonly #bar: TravelBar;
  #texts: Texts;
  #state: TravelState | null = null;
  #ticks: readonly LogTick[] = [];
  /** Where to go next while a journey is under way: of many moves of the slider the last one counts. */
  #next: { readonly at: number | null; readonly against: number | null } | null = null;
  #isGoing = false;

  constructor(client: RequestClient, texts: Texts, page: TravelPage) {
    this.#client = client;
    this.#texts = texts;
    this.#page = page;
    this.#slider = new LogSlider(texts, (at) => void this.#go(at, this.#state?.against ?? null));
    this.slider = this.#slider.root;
    this.slider.hidden = true;
    const against = (): number | null => this.#state?.against ?? null;
    const at = (): number | null => this.#state?.at ?? null;
    this.#bar = new TravelBar({
      onBack: () => void this.#go(null, null),
      onCompareWithNow: () => void this.#go(null, at()),
      onCompareFromHere: () => void this.#go(at(), at() ?? against()),
      onStopComparing: () => void this.#go(at(), null),
      onGoTo: (uuid) => page.goTo(uuid),
      changes: () => client.request('changes', {}),
      onFailed: (cause) => page.explain(cause),
    });
    this.bar = element('div', { class: 'travel-place' }, [this.#bar.root]);
  }

  /** Shows where the host says the page is. */
  show(state: TravelState | null, texts: Texts): void {
    const isNewLog = state !== null && state.head !== this.#state?.head;
    this.#state = state;
    this.#texts = texts;
    this.slider.hidden = state === null || state.head === 0;
    if (isNewLog) void this.#loadTicks();
    this.#draw();
  }

  /** Events that are taken back later change how they are drawn, so all are asked for again. */
  async #loadTicks(): Promise<void> {
    try {
      this.#ticks = (await this.#client.request('ticks', {})).ticks;
      this.#slider.setTicks(this.#ticks, this.#texts);
      this.#draw();
    } catch (cause) {
      this.#page.explain(cause);
    }
  }

  #draw(): void {
    const state = this.#state;
    if (state === null) return;
    if (!this.#isGoing) this.#slider.setPlace(state.at, state.against);
    const tick = this.#ticks.find(({ seq }) => seq === state.at);
    this.#bar.show(state, this.#texts.clock(tick?.timestamp ?? null), this.#texts);
  }

  async #go(at: number | null, against: number | null): Promise<void> {
    this.#next = { at, against };
    if (this.#isGoing) return;
    this.#isGoing = true;
    try {
      while (this.#next !== null) {
        const place = this.#next;
        this.#next = null;
        await this.#client.request('travel', place);
      }
    } catch (cause) {
      this.#next = null;
      this.#page.explain(cause);
    }
    this.#isGoing = false;
    this.#draw();
  }
}
