import type { GraphState } from '../src/protocol/messages.ts';
import { element } from './elements/dom.ts';
import { visibleText } from './elements/safe-text.ts';
import type { Texts } from './elements/text.ts';
import { button } from './elements/toolkit.ts';

export interface MessagePageListener {
  onTryAgain(): void;
  onOpenText(): void;
}

/** The page without a graph: the session is still being read, or why there is nothing to draw. */
export function messagePage(state: Exclude<GraphState, { kind: 'ready' }>, texts: Texts, listener: MessagePageListener): HTMLElement {
  if (state.kind === 'loading') {
    return element('main', { class: 'message-page', attributes: { 'aria-busy': 'true' } }, [
      element('div', { class: 'spinner', attributes: { 'aria-hidden': 'true' } }),
      element('h1', { text: texts.say('loadingTitle') }),
      element('p', { class: 'file-name', text: visibleText(state.name) }),
      element('p', { text: texts.say('loadingMessage') }),
    ]);
  }
  const page = element('main', { class: 'message-page' }, [
    element('h1', { text: state.title }),
    element('p', { class: 'file-name', text: visibleText(state.name) }),
    element('p', { text: visibleText(state.message) }),
  ]);
  if (state.remedy !== '') page.append(element('p', { text: visibleText(state.remedy) }));
  if (state.notices.length > 0) {
    page.append(
      element(
        'ul',
        {},
        state.notices.map((notice) => element('li', { text: visibleText(notice) })),
      ),
    );
  }
  page.append(
    element('div', { class: 'actions' }, [
      button('primary', [texts.say('openTextButton')], () => listener.onOpenText()),
      button('secondary', [texts.say('tryAgain')], () => listener.onTryAgain()),
    ]),
  );
  return page;
}
