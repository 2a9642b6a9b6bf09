import { element } from '../elements/dom.ts';
import type { Texts } from '../elements/text.ts';
import { button } from '../elements/toolkit.ts';

/** A question before something is done. */
export interface Question {
  readonly title: string;
  /** What each part does; nothing else will be done. */
  readonly parts: readonly string[];
  /** The joint effect. */
  readonly effect: string;
  readonly notes: readonly string[];
  /** Label of the button that confirms. */
  readonly yes: string;
}

const SHOWN_PARTS = 12;

/** Shows what would be done and its effect. Resolves to whether the user confirmed; the focus then returns to where it was. */
export function confirm(question: Question, texts: Texts): Promise<boolean> {
  const before = document.activeElement;
  const dialog = element('dialog', { class: 'confirm', attributes: { 'aria-labelledby': 'confirm-title' } });
  const parts = question.parts.slice(0, SHOWN_PARTS).map((part) => element('li', { text: part }));
  const more = question.parts.length - parts.length;
  if (more > 0) parts.push(element('li', { class: 'quiet', text: texts.say('confirmMore', more) }));
  return new Promise((resolve) => {
    let wanted = false;
    const yes = button(
      'primary',
      [question.yes],
      () => {
        wanted = true;
        dialog.close();
      },
      question.yes,
    );
    yes.setAttribute('autofocus', '');
    dialog.append(
      element('h2', { attributes: { id: 'confirm-title' }, text: question.title }),
      element('ul', {}, parts),
      element('p', { class: 'confirm-effect', text: texts.say('confirmEffect', question.effect) }),
      ...question.notes.map((note) => element('p', { class: 'quiet', text: note })),
      element('div', { class: 'confirm-actions' }, [yes, button('secondary', [texts.say('confirmCancel')], () => dialog.close())]),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
      resolve(wanted);
    });
    document.body.append(dialog);
    dialog.showModal();
    yes.focus();
  });
}
