import type { StringKey } from '../../src/protocol/strings.ts';
import { element } from '../elements/dom.ts';
import { icon } from '../elements/icons.ts';
import { KEY_BINDINGS, type KeyGroup } from './key-bindings.ts';
import type { Texts } from '../elements/text.ts';
import { button } from '../elements/toolkit.ts';
import { SLIDER_KEYS, type SliderKey } from '../travel/slider-keys.ts';

const KEY_NAMES: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageDown: 'PgDn',
  PageUp: 'PgUp',
};

/** Shows all keys over the page until it is closed; the focus then returns to where it was. */
export function showKeySheet(texts: Texts): void {
  const before = document.activeElement;
  const ofGraph = (name: KeyGroup): [StringKey, readonly Explained[]] => [name, KEY_BINDINGS.filter((one) => one.group === name)];
  const groups = [ofGraph('keysMove'), ofGraph('keysView'), ofGraph('keysAct'), ['keysLog', SLIDER_KEYS] as const];
  const dialog = element('dialog', { class: 'key-sheet', attributes: { 'aria-labelledby': 'key-sheet-title' } });
  const close = button('icon', [icon('close')], () => dialog.close(), texts.say('keysClose'));
  dialog.append(
    element('div', { class: 'key-sheet-head' }, [
      element('h2', { attributes: { id: 'key-sheet-title' }, text: texts.say('keysTitle') }),
      close,
    ]),
    element(
      'div',
      { class: 'key-groups' },
      groups.map(([name, bindings]) => group(name, bindings, texts)),
    ),
  );
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}

type Explained = Pick<SliderKey, 'keys' | 'label'>;

function group(name: StringKey, bindings: readonly Explained[], texts: Texts): HTMLElement {
  const list = element('dl', { class: 'keys' });
  for (const binding of bindings) {
    const keys = binding.keys.map((key) =>
      element(
        'span',
        { class: 'key-combination' },
        key.split(' ').map((part) => element('kbd', { text: KEY_NAMES[part] ?? part })),
      ),
    );
    list.append(element('dt', {}, keys), element('dd', { text: texts.say(binding.label) }));
  }
  return element('section', {}, [element('h3', { text: texts.say(name) }), list]);
}
