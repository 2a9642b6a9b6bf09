import type { GraphRow } from '../../src/core/session/analysis-types.ts';
import { element, setText } from '../elements/dom.ts';
import { icon, setIcon } from '../elements/icons.ts';
import { visibleText } from '../elements/safe-text.ts';
import type { Texts } from '../elements/text.ts';
import { changeBadges } from '../travel/change-marks.ts';
import { findingCode, ORPHAN, unseenWords, rowLabel } from './row-words.ts';

/** Pixels; the same as `--riff-row` in the style sheet. */
export const ROW_HEIGHT = 22;
const SHOWN_TOOLS = 3;
/** UTF-16 units that always fit unless the list is narrow. */
const SHORT_LABEL = 13;
const SHORT_TOOL = 20;
const SHORT_TEXT = 24;

/** How a row looks, apart from its content. */
export interface RowLook {
  readonly selected: boolean;
  readonly mark: 'marked' | 'picked' | null;
  /** The row passes by quickly: details that nobody can read then are left out. */
  readonly brief: boolean;
}

/** One element of the list, which is reused for other rows. */
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
  #offset = Number.NaN;
  #rowCount = -1;
  #shown: GraphRow | undefined | null = null;
  #selected = false;
  #brief = false;
  /** Whether the whole row is shown rather than the brief form. */
  #hasRest = true;
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

  /**
   * Sets which row it is.
   * @param offset rows from the position of its parent element
   */
  place(index: number, rowCount: number, offset: number): void {
    if (offset !== this.#offset) this.root.style.transform = `translateY(${offset * ROW_HEIGHT}px)`;
    this.#offset = offset;
    if (index === this.#index && rowCount === this.#rowCount) return;
    this.#index = index;
    this.#rowCount = rowCount;
    if (this.#selected) this.root.id = rowId(index);
    this.root.setAttribute('aria-posinset', String(index + 1));
    setAttribute(this.root, 'aria-setsize', String(rowCount));
  }

  /** Shows a row; without one a placeholder until it arrives. */
  show(row: GraphRow | undefined, { selected, mark, brief }: RowLook, texts: Texts): void {
    if (selected !== this.#selected) this.#select(selected);
    const same = row === this.#shown && mark === this.#mark;
    // A row that is already shown whole stays so.
    if (same && (brief || !this.#brief)) return;
    this.#shown = row;
    this.#mark = mark;
    this.#brief = brief && row !== undefined;
    if (row === undefined) {
      this.#showPlaceholder(texts);
      return;
    }
    this.#fill(row, texts);
    if (brief) this.#clearRest();
    else this.#fillRest(row, texts);
  }

  /** Removes the element from the page. */
  free(): void {
    this.root.remove();
  }

  #select(selected: boolean): void {
    this.#selected = selected;
    this.root.setAttribute('aria-selected', String(selected));
    this.root.classList.toggle('selected', selected);
    // Only the row under the pointer needs a tooltip.
    if (selected) this.root.id = rowId(this.#index);
    else this.root.removeAttribute('id');
  }

  #className(kind: string): void {
    const name = this.#selected ? `row ${kind} selected` : `row ${kind}`;
    if (this.root.className !== name) this.root.className = name;
  }

  #showPlaceholder(texts: Texts): void {
    this.#className('placeholder');
    for (const part of [this.#time, this.#label, this.#text]) setText(part, '');
    this.#clearRest();
    setUnseen(this.#unseen, texts.say('rowLoading'));
  }

  /** The brief form of a row that passes by. */
  #fill(row: GraphRow, texts: Texts): void {
    const states = [`kind-${row.kind}`];
    if (!row.onResumeChain) states.push('off-chain');
    if (row.sidechain) states.push('sidechain');
    if (row.parentRow === ORPHAN) states.push('orphan');
    if (row.inMessage) states.push('in-message');
    if (row.found) states.push('found');
    if (this.#mark !== null) states.push(this.#mark);
    if (this.#brief) states.push('brief');
    this.#className(states.join(' '));
    setText(this.#time, texts.clock(row.timestamp));
    const label = rowLabel(row, texts);
    setText(this.#label, label);
    this.#label.classList.toggle('long', label.length > SHORT_LABEL);
    setText(this.#text, visibleText(row.text));
    this.#text.classList.toggle('long', row.text.length > SHORT_TEXT || row.tools.length > 0 || row.findings.length > 0);
  }

  #fillRest(row: GraphRow, texts: Texts): void {
    this.#hasRest = true;
    const mark = this.#mark === null ? '' : `, ${texts.say(this.#mark === 'marked' ? 'rowMarked' : 'rowPicked')}`;
    setUnseen(this.#unseen, mark + unseenWords(row, texts));
    setAttribute(this.root, 'aria-level', String(row.lane + (row.inMessage ? 2 : 1)));
    setIcon(this.#icon, this.#mark === null ? row.kind : this.#mark === 'marked' ? 'good' : 'move');
    this.#showFold(row, texts);
    replace(this.#tools, toolChips(row, texts));
    replace(this.#badges, badges(row, texts));
    setText(this.#jump, row.far ? texts.say('rowFar', row.parentRow + 1) : '');
    const { tokens } = row;
    setText(this.#tokens, tokens === null ? '' : texts.short(tokens.context));
    setAttribute(this.#tokens, 'title', tokens === null ? '' : texts.say('rowTokensTip', tokens.context, tokens.output));
  }

  #clearRest(): void {
    if (!this.#hasRest) return;
    this.#hasRest = false;
    setUnseen(this.#unseen, '');
    setAttribute(this.root, 'aria-level', '1');
    this.root.removeAttribute('aria-expanded');
    for (const part of [this.#tools, this.#badges]) replace(part, []);
    for (const part of [this.#fold, this.#folded, this.#jump, this.#tokens]) setText(part, '');
  }

  #showFold({ fold }: GraphRow, texts: Texts): void {
    setText(this.#fold, fold === null ? '' : fold.opens === null ? '▾' : '▸');
    if (fold === null) this.root.removeAttribute('aria-expanded');
    else setAttribute(this.root, 'aria-expanded', String(fold.opens === null));
    // The records of one message need no label, because the row represents all of them.
    const told = fold !== null && fold.hidden > 0 && fold.opens !== 'message';
    setText(this.#folded, told ? texts.plural(fold.hidden, 'rowFoldedOne', 'rowFoldedMany') : '');
  }
}

/** Unchanged values are not set again. */
function setAttribute(node: Element, name: string, value: string): void {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

function replace(node: Element, children: readonly Element[]): void {
  if (children.length > 0 || node.firstChild !== null) node.replaceChildren(...children);
}

/** Words that are only read out, set as a label because hidden text would be laid out and painted with every row. */
function setUnseen(node: HTMLElement, words: string): void {
  if ((node.getAttribute('aria-label') ?? '') === words) return;
  if (words === '') for (const name of ['role', 'aria-label']) node.removeAttribute(name);
  else {
    setAttribute(node, 'role', 'img');
    node.setAttribute('aria-label', words);
  }
}

/** The element id of a row, for `aria-activedescendant`. */
export function rowId(index: number): string {
  return `row-${index}`;
}

function toolChips(row: GraphRow, texts: Texts): HTMLElement[] {
  const chips = row.tools.slice(0, SHOWN_TOOLS).map((tool) => element('span', { class: 'chip', text: visibleText(tool) }));
  row.tools.forEach((tool, i) => chips[i]?.classList.toggle('long', tool.length > SHORT_TOOL));
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
