import type { RequestClient } from '../../src/protocol/client.ts';
import type { TravelState } from '../../src/protocol/travel.ts';
import { element } from '../elements/dom.ts';
import type { Texts } from '../elements/text.ts';
import { Latest } from './latest.ts';
import { LogSlider } from './log-slider.ts';
import { Positions } from './positions.ts';
import { TravelBar } from './travel-bar.ts';

/** Callbacks to the page. */
export interface TravelPage {
  goTo(uuid: string): void;
  explain(cause: unknown): void;
}

type Place = Pick<TravelState, 'at' | 'against'>;

/** Shows the session at other positions of its log: the slider below the rows, the bar above, and the moves between positions. */
export class Travel {
  /** Above the rows: the shown position. Empty at the newest state. */
  readonly bar: HTMLElement;
  /** Below the rows; hidden while the log is empty. */
  readonly slider: HTMLElement;
  readonly #client: RequestClient;
  readonly #page: TravelPage;
  readonly #slider: LogSlider;
  readonly #bar: TravelBar;
  readonly #journeys: Latest<Place>;
  /** Events that the slider reached and that are not loaded yet. */
  readonly #unknown: Latest<number>;
  #texts: Texts;
  #state: TravelState | null = null;
  /** The requested position, until the host confirms it. */
  #wanted: Place | null = null;
  #positions = new Positions(0, []);

  constructor(client: RequestClient, texts: Texts, page: TravelPage) {
    this.#client = client;
    this.#texts = texts;
    this.#page = page;
    const explain = (cause: unknown): void => page.explain(cause);
    this.#journeys = new Latest(
      async (place) => {
        await client.request('travel', place);
      },
      (cause) => {
        this.#wanted = null;
        explain(cause);
      },
    );
    this.#unknown = new Latest((seq) => this.#learn(seq), explain);
    this.#slider = new LogSlider(
      texts,
      (at) => void this.#go(at, this.#state?.against ?? null),
      (seq) => void this.#unknown.ask(seq),
    );
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
      onFailed: explain,
    });
    this.bar = element('div', { class: 'travel-place' }, [this.#bar.root]);
  }

  /** Shows the position that the host reports. */
  show(state: TravelState | null, texts: Texts): void {
    const isNewLog = state !== null && state.head !== this.#state?.head;
    this.#state = state;
    const isThere = state?.at === this.#wanted?.at && state?.against === this.#wanted?.against;
    if (isThere || !this.#journeys.isBusy) this.#wanted = null;
    this.#texts = texts;
    this.slider.hidden = state === null || state.head === 0;
    if (isNewLog) void this.#loadTicks();
    this.#draw();
  }

  /** Reverts change how earlier events are drawn, so all are loaded again. */
  async #loadTicks(): Promise<void> {
    try {
      const { head, ticks } = await this.#client.request('ticks', { around: null });
      this.#positions = new Positions(head, ticks);
      this.#slider.setLog(this.#positions, ticks, this.#texts);
      this.#draw();
    } catch (cause) {
      this.#page.explain(cause);
    }
  }

  async #learn(seq: number): Promise<void> {
    const positions = this.#positions;
    if (positions.tickAt(seq) !== undefined) return;
    positions.add((await this.#client.request('ticks', { around: seq })).ticks);
    if (positions !== this.#positions || positions.tickAt(seq) === undefined) return;
    this.#slider.refresh();
    this.#draw();
  }

  #draw(): void {
    const state = this.#state;
    if (state === null) return;
    const { at, against } = this.#wanted ?? state;
    this.#slider.setPlace(at, against);
    const tick = state.at === null ? undefined : this.#positions.tickAt(state.at);
    this.#bar.show(state, this.#texts.clock(tick?.timestamp ?? null), this.#texts);
  }

  async #go(at: number | null, against: number | null): Promise<void> {
    this.#wanted = { at, against };
    await this.#journeys.ask(this.#wanted);
    this.#draw();
  }
}
