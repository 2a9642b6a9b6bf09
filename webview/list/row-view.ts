import type { GraphRow } from '../../src/core/session/analysis-types.ts';
import { element, setText } from '../dom.ts';
import { icon, setIcon } from '../icons.ts';
import { visibleText } from '../safe-text.ts';
import type { Texts } from '../text.ts';
import { changeBadges } from '../travel/change-marks.ts';
import { findingCode, ORPHAN, unseenWords, rowLabel } from './row-words.ts';

/** Pixels; the same as `--riff-row` in the style sheet. */
export const ROW_HEIGHT = 22;
const SHOWN_TOOLS = 3;

/** How a row looks besides what it says. */
export interface RowLook {
  readonly selected: boolean;
  readonly mark: 'marked' | 'picked' | null;
  /** It passes by: what can only be read at rest is left out. */
  readonly brief: boolean;
}

/** One element of the list. It is filled again and again with other rows. */
export class RowView {
  readonly root: HTMLElement;
  readonly #fold = element('span', { class: 'row-fold', attributes: { 'aria-hidden': 'true' } });
  readonly #time = element('span', { class: 'row-time' });
  readonly #icon = icon('other', 'row-icon');
  readonly #label = element('span', { class: 'row-label' });
  readonly #tools = element('span', { class: 'row-tools' });
  readonly #text = element('span', { class: 'row-text' });
  readonly #folded = element('span', { class: 'row-folded' });
  readonly #jump = element('span', { class: 'row-jump', attributes: { 'aria-hidden': 'true' } });
  readonly #tokens = element('span', { class: 'row-tokens' });
  readonly #badges = element('span', { class: 'row-badges' });
  readonly #unseen = element('span', { class: 'row-unseen' });
  #index = -1;
  #rowCount = -1;
  #shown: GraphRow | undefined | null = null;
  #selected = false;
  #brief = false;
  #mark: RowLook['mark'] = null;

  constructor() {
    this.root = element('div', { class: 'row', attributes: { role: 'treeitem', 'aria-selected': 'false' } }, [
      this.#fold,
      this.#time,
      this.#icon,
      this.#label,
      this.#tools,
      this.#text,
      this.#folded,
      this.#jump,
      this.#badges,
      this.#tokens,
      this.#unseen,
    ]);
  }

  /** Tells which row it is. */
  place(index: number, rowCount: number): void {
    if (index === this.#index && rowCount === this.#rowCount) return;
    this.#index = index;
    this.#rowCount = rowCount;
    this.root.id = rowId(index);
    this.root.setAttribute('aria-posinset', String(index + 1));
    this.root.setAttribute('aria-setsize', String(rowCount));
  }

  /** Shows a row; without one a placeholder until it arrives. */
  show(row: GraphRow | undefined, { selected, mark, brief }: RowLook, texts: Texts): void {
    if (selected !== this.#selected) this.#select(selected);
    const same = row === this.#shown && mark === this.#mark;
    // A row that is shown whole already stays so.
    if (same && (brief || !this.#brief)) return;
    this.#shown = row;
    this.#mark = mark;
    this.#brief = brief && row !== undefined;
    if (row === undefined) this.#showPlaceholder(texts);
    else if (!same) this.#fill(row, texts);
    if (row !== undefined) this.#fillRest(brief ? null : row, texts);
  }

  /** Takes the element out of the page until it is shown again. */
  free(): void {
    this.#index = -1;
    this.root.removeAttribute('id');
    this.root.remove();
  }

  #select(selected: boolean): void {
    this.#selected = selected;
    this.root.setAttribute('aria-selected', String(selected));
    this.root.classList.toggle('selected', selected);
  }

  #className(kind: string): void {
    this.root.className = this.#selected ? `row ${kind} selected` : `row ${kind}`;
  }

  #showPlaceholder(texts: Texts): void {
    this.#className('placeholder');
    setUnseen(this.#unseen, texts.say('rowLoading'));
    this.root.setAttribute('aria-level', '1');
    this.root.removeAttribute('aria-expanded');
    const parts = [this.#jump, this.#fold, this.#time, this.#label, this.#text, this.#tools, this.#folded, this.#tokens, this.#badges];
    for (const part of parts) setText(part, '');
  }

  #fill(row: GraphRow, texts: Texts): void {
    const states = [`kind-${row.kind}`];
    if (!row.onResumeChain) states.push('off-chain');
    if (row.sidechain) states.push('sidechain');
    if (row.parentRow === ORPHAN) states.push('orphan');
    if (row.inMessage) states.push('in-message');
    if (row.found) states.push('found');
    if (this.#mark !== null) states.push(this.#mark);
    this.#className(states.join(' '));
    const mark = this.#mark === null ? '' : `, ${texts.say(this.#mark === 'marked' ? 'rowMarked' : 'rowPicked')}`;
    setUnseen(this.#unseen, mark + unseenWords(row, texts));
    this.root.setAttribute('aria-level', String(row.lane + (row.inMessage ? 2 : 1)));
    this.#showFold(row, texts);
    setText(this.#time, texts.clock(row.timestamp));
    setIcon(this.#icon, this.#mark === null ? row.kind : this.#mark === 'marked' ? 'good' : 'move');
    setText(this.#label, rowLabel(row, texts));
    setText(this.#text, visibleText(row.text));
  }

  #fillRest(row: GraphRow | null, texts: Texts): void {
    if (row === null) {
      for (const part of [this.#tools, this.#badges, this.#jump, this.#tokens]) setText(part, '');
      return;
    }
    this.#tools.replaceChildren(...toolChips(row, texts));
    this.#badges.replaceChildren(...badges(row, texts));
    setText(this.#jump, row.far ? texts.say('rowFar', row.parentRow + 1) : '');
    const { tokens } = row;
    setText(this.#tokens, tokens === null ? '' : texts.short(tokens.context));
    this.#tokens.title = tokens === null ? '' : texts.say('rowTokensTip', tokens.context, tokens.output);
  }

  #showFold({ fold }: GraphRow, texts: Texts): void {
    setText(this.#fold, fold === null ? '' : fold.opens === null ? '▾' : '▸');
    if (fold === null) this.root.removeAttribute('aria-expanded');
    else this.root.setAttribute('aria-expanded', String(fold.opens === null));
    // A message's own records need no word: the row stands for all of them.
    const told = fold !== null && fold.hidden > 0 && fold.opens !== 'message';
    setText(this.#folded, told ? texts.plural(fold.hidden, 'rowFoldedOne', 'rowFoldedMany') : '');
  }
}

/** Words that are read out and not shown: as a name, because hidden text would be laid out and painted with every row. */
function setUnseen(node: HTMLElement, words: string): void {
  if ((node.getAttribute('aria-label') ?? '') === words) return;
  if (words === '') for (const name of ['role', 'aria-label']) node.removeAttribute(name);
  else {
    node.setAttribute('role', 'img');
    node.setAttribute('aria-label', words);
  }
}

/** The element id of a row, for `aria-activedescendant`. */
export function rowId(index: number): string {
  return `row-${index}`;
}

function toolChips(row: GraphRow, texts: Texts): HTMLElement[] {
  const chips = row.tools.slice(0, SHOWN_TOOLS).map((tool) => element('span', { class: 'chip', text: visibleText(tool) }));
  const more = row.tools.length - chips.length;
  if (more > 0) chips.push(element('span', { class: 'chip', text: texts.say('moreTools', more) }));
  return chips;
}

function badges(row: GraphRow, texts: Texts): HTMLElement[] {
  const made: HTMLElement[] = [];
  const finding = row.findings[0];
  if (finding !== undefined && row.severity !== null) {
    const more = row.findings.length > 1 ? ` +${row.findings.length - 1}` : '';
    // An orphan in plain words; the details name the code.
    const words = row.parentRow === ORPHAN ? texts.say('rowOrphan') : findingCode(finding);
    const label = element('span', { class: 'badge-text', text: words + more });
    made.push(element('span', { class: `badge ${row.severity}` }, [icon(row.severity), label]));
  }
  if (row.repaired) {
    const label = element('span', { class: 'badge-text', text: texts.say('rowRepaired') });
    made.push(element('span', { class: 'badge repaired' }, [icon('link'), label]));
  }
  made.push(...changeBadges(row.change, texts));
  return made;
}
