import type { GraphState } from '../src/protocol/messages.ts';
import { translated } from '../src/protocol/strings.ts';
import { element } from './elements/dom.ts';
import { GraphPage } from './graph-page.ts';
import { Host } from './host.ts';
import { messagePage } from './message-page.ts';
import { visibleText } from './elements/safe-text.ts';
import { Texts } from './elements/text.ts';
import { registerToolkit } from './elements/toolkit.ts';

/** Shows either the graph or a message in its place, and dispatches what the host sends. */
function start(): void {
  registerToolkit();
  const host = new Host();
  const place = document.createElement('div');
  place.className = 'place';
  document.body.append(place);
  let page: GraphPage | null = null;
  let reveal: string | null = null;

  // A success shows as a new state; only a failure has to be reported here.
  const report = (request: Promise<unknown>): void => {
    request.catch((cause: unknown) => {
      place.append(element('p', { class: 'page-error', attributes: { role: 'alert' }, text: visibleText(String(cause)) }));
    });
  };

  const onState = (state: GraphState): void => {
    const texts = new Texts(translated(state.translations), document.documentElement.lang || undefined);
    if (state.kind !== 'ready') {
      if (page !== null && state.kind === 'loading') return;
      page?.dispose();
      page = null;
      place.replaceChildren(
        messagePage(state, texts, {
          onTryAgain: () => report(host.client.request('reopen', {})),
          onOpenText: () => report(host.client.request('openText', { line: null })),
        }),
      );
      return;
    }
    if (page === null) {
      page = new GraphPage(host, texts);
      place.replaceChildren(page.root);
      page.focus();
    }
    page.show(state);
    if (reveal !== null) {
      void page.reveal(reveal);
      reveal = null;
    }
  };

  host.connect({
    onState,
    onReveal: (uuid) => {
      if (page === null) reveal = uuid;
      else void page.reveal(uuid);
    },
  });
}

start();
