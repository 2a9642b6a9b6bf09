import type { LogTick } from '../../src/protocol/travel.ts';
import { element, setText } from '../elements/dom.ts';
import { visibleText } from '../elements/safe-text.ts';
import type { Texts } from '../elements/text.ts';
import { Positions } from './positions.ts';
import { SLIDER_KEYS } from './slider-keys.ts';

/** The log as a line: a dot for each event, a diamond for each checkpoint, and a thumb at the shown position. */
export class LogSlider {
  readonly root: HTMLElement;
  readonly #track = element('div', { class: 'log-track' });
  readonly #dots = element('div', { class: 'log-dots', attributes: { 'aria-hidden': 'true' } });
  readonly #base = element('div', { class: 'log-base', attributes: { 'aria-hidden': 'true' } });
  readonly #thumb: HTMLElement;
  readonly #place = element('span', { class: 'log-place' });
  readonly #onMove: (seq: number | null) => void;
  readonly #onUnknown: (seq: number) => void;
  #texts: Texts;
  #positions = new Positions(0, []);
  /** The stop of the thumb. */
  #index = 0;

  /**
   * @param onMove called with each new position; null is now
   * @param onUnknown called when the thumb reaches an event that is not loaded yet
   */
  constructor(texts: Texts, onMove: (seq: number | null) => void, onUnknown: (seq: number) => void) {
    this.#texts = texts;
    this.#onMove = onMove;
    this.#onUnknown = onUnknown;
    this.#thumb = element('div', {
      class: 'log-thumb',
      attributes: { role: 'slider', tabindex: '0', 'aria-label': texts.say('logLabel'), 'aria-valuemin': '0' },
    });
    this.#track.append(this.#dots, this.#base, this.#thumb);
    this.root = element('section', { class: 'log-slider', attributes: { 'aria-label': texts.say('logLabel') } }, [
      element('span', { class: 'log-title', text: texts.say('logTitle') }),
      this.#track,
      this.#place,
    ]);
    this.#track.addEventListener('pointerdown', (event) => this.#drag(event));
    this.#thumb.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /** @param ticks the events to draw, by seq */
  setLog(positions: Positions, ticks: readonly LogTick[], texts: Texts): void {
    this.#texts = texts;
    this.#positions = positions;
    this.#dots.replaceChildren(...ticks.map((tick) => this.#dot(tick)), ...this.#names(ticks));
    this.root.classList.toggle('named', ticks.some(isNamed));
    this.#thumb.setAttribute('aria-valuemax', String(positions.last));
  }

  /** The event at the thumb was loaded. */
  refresh(): void {
    this.#stand(this.#index);
  }

  /** Moves the thumb to the shown position. @param against the position compared with; null: none */
  setPlace(at: number | null, against: number | null): void {
    this.#base.hidden = against === null;
    if (against !== null) this.#base.style.insetInlineStart = this.#share(this.#positions.indexOf(against));
    this.#stand(this.#positions.indexOf(at));
  }

  #dot(tick: LogTick): HTMLElement {
    const dot = element('span', { class: `log-dot ${tick.kind}${tick.active ? '' : ' idle'}` });
    dot.style.insetInlineStart = this.#share(tick.seq);
    dot.title = this.#valueText(tick.seq);
    return dot;
  }

  /** The names of checkpoints below the line, each cut off before the next. */
  #names(ticks: readonly LogTick[]): HTMLElement[] {
    const named = ticks.filter(isNamed);
    return named.map(({ title, seq }, i) => {
      const name = element('span', { class: 'log-name', text: visibleText(title) });
      name.style.insetInlineStart = this.#share(seq);
      name.style.maxWidth = this.#share((named[i + 1]?.seq ?? this.#positions.last + 1) - seq);
      return name;
    });
  }

  #stand(index: number): void {
    this.#index = index;
    this.#thumb.style.insetInlineStart = this.#share(index);
    this.#thumb.setAttribute('aria-valuenow', String(index));
    this.#thumb.setAttribute('aria-valuetext', this.#valueText(index));
    this.#thumb.title = this.#valueText(index);
    if (index > 0 && this.#positions.tickAt(index) === undefined) this.#onUnknown(index);
    setText(this.#place, this.#placeText(index));
  }

  #share(index: number): string {
    return `${(index / Math.max(1, this.#positions.last)) * 100}%`;
  }

  #placeText(index: number): string {
    const seq = this.#positions.seqAt(index);
    if (seq === null) return this.#texts.say('logNow');
    return seq === 0 ? this.#texts.say('logFile') : this.#texts.say('logPlace', seq, this.#positions.last);
  }

  /** The position in words: event, time, action and operator. */
  #valueText(index: number): string {
    const tick = this.#positions.tickAt(index);
    const texts = this.#texts;
    if (tick === undefined) return this.#placeText(index);
    const place = [tick.seq, this.#positions.last, texts.clock(tick.timestamp)] as const;
    const title = visibleText(tick.title);
    const words =
      tick.kind === 'checkpoint'
        ? texts.say('logCheckpointValue', ...place, title)
        : texts.say('logPlaceValue', ...place, title, visibleText(tick.operator));
    const full = tick.active ? words : `${words}, ${texts.say('logTaken')}`;
    return index === this.#positions.last ? `${texts.say('logNowValue', tick.seq)}: ${full}` : full;
  }

  #move(index: number): void {
    const next = Math.min(this.#positions.last, Math.max(0, index));
    if (next === this.#index) return;
    this.#stand(next);
    this.#onMove(this.#positions.seqAt(next));
  }

  #drag(start: PointerEvent): void {
    if (start.button !== 0) return;
    start.preventDefault();
    this.#thumb.focus({ preventScroll: true });
    this.#track.setPointerCapture(start.pointerId);
    const end = new AbortController();
    const { signal } = end;
    this.#moveTo(start);
    this.#track.addEventListener('pointermove', (event) => this.#moveTo(event), { signal });
    this.#track.addEventListener('pointerup', () => end.abort(), { signal });
    this.#track.addEventListener('pointercancel', () => end.abort(), { signal });
  }

  #moveTo(event: PointerEvent): void {
    const { left, width } = this.#track.getBoundingClientRect();
    this.#move(Math.round(((event.clientX - left) / Math.max(1, width)) * this.#positions.last));
  }

  #onKey(event: KeyboardEvent): void {
    const binding = SLIDER_KEYS.find(({ keys }) => keys.includes(event.key));
    if (binding === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#move(binding.stop(this.#index, this.#positions));
  }
}

function isNamed(tick: LogTick): boolean {
  return tick.kind === 'checkpoint' && tick.active;
}
