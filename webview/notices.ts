import { element } from './elements/dom.ts';
import { icon } from './elements/icons.ts';
import { visibleText } from './elements/safe-text.ts';
import type { Texts } from './elements/text.ts';

/** Notices about what could not be read: one line that unfolds. Hidden when everything was read. */
export class Notices {
  readonly root = element('details', { class: 'notices' });
  #shown = '';

  show(notices: readonly string[], texts: Texts): void {
    const key = notices.join('\n');
    this.root.hidden = notices.length === 0;
    if (key === this.#shown) return;
    this.#shown = key;
    const [first] = notices;
    const headline =
      notices.length === 1 && first !== undefined ? visibleText(first) : texts.plural(notices.length, 'noticesOne', 'noticesMany');
    const summary = element('summary', {}, [icon('warning'), element('span', { text: headline })]);
    const list = element(
      'ul',
      {},
      notices.map((notice) => element('li', { text: visibleText(notice) })),
    );
    this.root.replaceChildren(summary, ...(notices.length === 1 ? [] : [list]));
    this.root.classList.toggle('single', notices.length === 1);
  }
}
