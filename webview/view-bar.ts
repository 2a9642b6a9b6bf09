import type { ArrangementChoice, RowFilter } from '../src/core/arrangement/arrangement.ts';
import type { ViewSize } from '../src/core/session/graph/session-graph.ts';
import type { StringKey } from '../src/protocol/strings.ts';
import { element, setText } from './elements/dom.ts';
import type { FoldGroup } from './page/arranging.ts';
import type { Texts } from './elements/text.ts';

export interface ViewBarListener {
  onFilter(filter: RowFilter): void;
  onFold(group: FoldGroup, folded: boolean): void;
  onRepairMarked(): void;
  onClearMarks(): void;
}

/** What each filter is called, in the order of the list. */
export const FILTER_NAMES = {
  all: 'filterAll',
  main: 'filterMain',
  prompts: 'filterPrompts',
  findings: 'filterFindings',
  orphans: 'filterOrphans',
  sidechains: 'filterSidechains',
} as const satisfies Record<RowFilter, StringKey>;

const FILTERS = Object.keys(FILTER_NAMES) as RowFilter[];

const FOLDS: readonly (readonly [FoldGroup, StringKey, StringKey])[] = [
  ['message', 'foldMessages', 'foldMessagesTip'],
  ['run', 'foldRuns', 'foldRunsTip'],
  ['sidechain', 'foldSidechains', 'foldSidechainsTip'],
];

/** The bar with filter and folds, and the search beside it. */
export class ViewBar {
  readonly root: HTMLElement;
  readonly #filter: HTMLSelectElement;
  readonly #folds = new Map<FoldGroup, HTMLElement>();
  readonly #marks = element('div', { class: 'marks', attributes: { hidden: '' } });
  readonly #marked = element('span');
  readonly #count = element('span', { class: 'view-count' });

  /** @param finder the search field */
  constructor(texts: Texts, finder: HTMLElement, listener: ViewBarListener) {
    this.#filter = element(
      'select',
      { class: 'filter', attributes: { 'aria-label': texts.say('filterLabel') } },
      FILTERS.map((filter) => element('option', { attributes: { value: filter }, text: texts.say(FILTER_NAMES[filter]) })),
    );
    this.#filter.addEventListener('change', () => {
      const chosen = FILTERS[this.#filter.selectedIndex];
      if (chosen !== undefined) listener.onFilter(chosen);
    });
    for (const [group, label, tip] of FOLDS) {
      const made = element('button', {
        class: 'toggle',
        attributes: { type: 'button', title: texts.say(tip), 'aria-pressed': 'false' },
        text: texts.say(label),
        onClick: () => listener.onFold(group, made.getAttribute('aria-pressed') !== 'true'),
      });
      this.#folds.set(group, made);
    }
    this.#marks.append(
      this.#marked,
      smallButton(`${texts.say('repairMarked')} (r)`, () => listener.onRepairMarked()),
      smallButton(`${texts.say('clearMarks')} (Esc)`, () => listener.onClearMarks()),
    );
    const folds = element('div', { class: 'folds', attributes: { role: 'group', 'aria-label': texts.say('foldLabel') } }, [
      element('span', { class: 'quiet', attributes: { 'aria-hidden': 'true' }, text: texts.say('foldLabel') }),
      ...this.#folds.values(),
    ]);
    this.root = element('section', { class: 'view-bar', attributes: { 'aria-label': texts.say('viewLabel') } }, [
      this.#filter,
      folds,
      this.#count,
      this.#marks,
      finder,
    ]);
  }

  showMarks(count: number, texts: Texts): void {
    this.#marks.hidden = count === 0;
    setText(this.#marked, texts.plural(count, 'markedOne', 'markedMany'));
  }

  show(choice: ArrangementChoice, size: ViewSize, texts: Texts): void {
    this.#filter.value = choice.filter;
    this.#filter.classList.toggle('active', choice.filter !== 'all');
    for (const [group, made] of this.#folds) made.setAttribute('aria-pressed', String(choice.folded[group]));
    setText(this.#count, size.rows === size.of ? '' : texts.say('viewCount', size.rows, size.of));
  }
}

function smallButton(text: string, onClick: () => void): HTMLElement {
  return element('button', { class: 'toggle', attributes: { type: 'button' }, text, onClick });
}
