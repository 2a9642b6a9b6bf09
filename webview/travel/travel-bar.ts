import { MAX_CHANGES, type ChangeCounts, type ChangedRecord, type ChangeKind, type TravelState } from '../../src/protocol/travel.ts';
import type { RecordRef } from '../../src/protocol/record-ref.ts';
import type { StringKey } from '../../src/protocol/strings.ts';
import { element } from '../elements/dom.ts';
import { visibleText } from '../elements/safe-text.ts';
import type { Texts } from '../elements/text.ts';

export interface TravelBarListener {
  onBack(): void;
  /** Compare the newest state with the shown position. */
  onCompareWithNow(): void;
  /** Compare positions shown from now on with the present one. */
  onCompareFromHere(): void;
  onStopComparing(): void;
  onGoTo(uuid: string): void;
  changes(): Promise<readonly ChangedRecord[]>;
  onFailed(cause: unknown): void;
}

const CHANGE_WORDS: Readonly<Record<ChangeKind, StringKey>> = {
  parents: 'changeParent',
  added: 'changeAdded',
  removed: 'changeRemoved',
  gained: 'changeGained',
  lost: 'changeLost',
};

/** Shows that the graph is at an earlier position of the log, what differs there, and how to return. */
export class TravelBar {
  readonly root = element('section', { class: 'travel-bar' });
  readonly #message = element('div', { class: 'travel-message', attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly #listener: TravelBarListener;
  #list: HTMLDetailsElement | null = null;
  /** The present text of the bar: setting the same one again does not disturb focus and screen readers. */
  #shown = '';

  constructor(listener: TravelBarListener) {
    this.#listener = listener;
    this.root.hidden = true;
  }

  /** @param clock time of the event at the shown position; empty where it does not matter */
  show(state: TravelState, clock: string, texts: Texts): void {
    const { at, against, counts } = state;
    const key = JSON.stringify([state, clock]);
    if (key === this.#shown) return;
    this.#shown = key;
    const wasOpen = this.#list?.open === true;
    this.#list = null;
    this.root.hidden = at === null && against === null;
    if (this.root.hidden) return;
    this.root.setAttribute('aria-label', texts.say('pastLabel'));
    this.root.classList.toggle('comparing', counts !== null);
    this.#message.textContent = messageOf(state, clock, texts);
    const button = (key: StringKey, run: () => void): HTMLElement =>
      element('button', { class: 'link', attributes: { type: 'button' }, text: texts.say(key), onClick: run });
    const buttons =
      counts === null
        ? [
            button('pastCompare', () => this.#listener.onCompareWithNow()),
            button('pastCompareHere', () => this.#listener.onCompareFromHere()),
          ]
        : [button('compareStop', () => this.#listener.onStopComparing())];
    const back = button('pastBack', () => this.#listener.onBack());
    const top = element('div', { class: 'travel-top' }, [this.#message, ...buttons, back]);
    this.root.replaceChildren(top, ...(counts === null ? [] : [this.#changes(counts, wasOpen, texts)]));
  }

  #changes(counts: ChangeCounts, isOpen: boolean, texts: Texts): HTMLElement {
    const isCut = Object.values(counts).some((count) => count > MAX_CHANGES);
    const title = isCut ? texts.say('compareListFirst', MAX_CHANGES) : texts.say('compareList');
    const list = element('details', { class: 'travel-changes' }, [element('summary', { text: title })]);
    const fill = async (): Promise<void> => {
      const changes = await this.#listener.changes();
      list.querySelector('ul')?.remove();
      list.append(
        element(
          'ul',
          {},
          changes.map((change) => this.#item(change, texts)),
        ),
      );
    };
    list.addEventListener('toggle', () => {
      if (list.open) fill().catch((cause: unknown) => this.#listener.onFailed(cause));
    });
    list.open = isOpen;
    this.#list = list;
    return list;
  }

  #item({ kind, record, before, after }: ChangedRecord, texts: Texts): HTMLElement {
    const what = element('span', { class: `change-kind ${kind}`, text: texts.say(CHANGE_WORDS[kind]) });
    const from = kind === 'parents' ? texts.say('changeFromTo', nameOf(before, texts), nameOf(after, texts)) : visibleText(record.text);
    const name = nameOf(record, texts);
    const go =
      record.row === null
        ? element('span', { text: name })
        : element('button', {
            class: 'link',
            attributes: { type: 'button' },
            text: name,
            onClick: () => this.#listener.onGoTo(record.uuid),
          });
    return element('li', {}, [what, go, element('span', { class: 'quiet change-text', text: from })]);
  }
}

function messageOf({ at, against, head, counts }: TravelState, clock: string, texts: Texts): string {
  if (counts === null) return at === 0 ? texts.say('pastFileBanner') : texts.say('pastBanner', at ?? head, head, clock);
  const place = (seq: number | null): string =>
    seq === null || seq === head ? texts.say('logNow') : seq === 0 ? texts.say('logFile') : texts.say('logPlace', seq, head);
  const { parents, added, removed, gained, lost } = counts;
  const told = [
    ...(parents === 0 ? [] : [texts.plural(parents, 'compareParentsOne', 'compareParentsMany')]),
    ...(added === 0 ? [] : [texts.say('compareAdded', added)]),
    ...(removed === 0 ? [] : [texts.say('compareRemoved', removed)]),
    ...(gained === 0 ? [] : [texts.say('compareGained', gained)]),
    ...(lost === 0 ? [] : [texts.say('compareLost', lost)]),
  ];
  const words = texts.say('compareBanner', place(at), place(against));
  return `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}: ${told.length === 0 ? texts.say('compareSame') : told.join(', ')}.`;
}

/** A record by its line and its name. */
function nameOf(record: RecordRef | 'missing' | null, texts: Texts): string {
  if (record === null) return texts.say('changeNoParent');
  if (record === 'missing') return texts.say('changeMissing');
  const name = visibleText(record.label) || record.uuid.slice(0, 8);
  return record.line === null ? name : `${texts.say('changeLine', record.line)} (${name})`;
}
