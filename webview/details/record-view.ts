import type { RecordDetail } from '../../src/core/session/analysis-types.ts';
import { element } from '../dom.ts';
import { visibleText } from '../safe-text.ts';
import type { Texts } from '../text.ts';

/** Characters of a block that are laid out at once; a wall of text must not hold up the page. */
const FOLDED_CHARACTERS = 4000;
const SHOWN_CHILDREN = 4;

/** Heading of the details: what the record is, when, and how it is linked. */
export function recordHeading(record: RecordDetail, texts: Texts, onGoTo: (uuid: string) => void): HTMLElement {
  const line = element('div', { class: 'record-links' }, [...parentLink(record, texts, onGoTo)]);
  if (record.children.length > 0) {
    line.append(element('span', { class: 'link-label', text: texts.say('linkChildren') }));
    for (const child of record.children.slice(0, SHOWN_CHILDREN)) {
      line.append(goTo(child.uuid, child.line, child.label, texts, onGoTo));
    }
    const more = record.children.length - SHOWN_CHILDREN;
    if (more > 0) line.append(element('span', { class: 'quiet', text: texts.say('moreChildren', more) }));
  }
  return element('div', { class: 'record-heading' }, [
    element('h2', { text: visibleText(record.label) || visibleText(record.type) }),
    element('span', { class: 'quiet', text: texts.full(record.timestamp) }),
    element('span', { class: 'quiet', text: texts.say('findingLine', record.line) }),
    element('code', { class: 'uuid', text: visibleText(record.uuid) }),
    element('span', {
      class: record.onResumeChain ? 'pill on-chain' : 'pill off-chain',
      text: texts.say(!record.onResumeChain ? 'rowOffChain' : record.chainIsOfCopy ? 'onChainOfCopy' : 'onChain'),
    }),
    line,
  ]);
}

function parentLink(record: RecordDetail, texts: Texts, onGoTo: (uuid: string) => void): HTMLElement[] {
  const parts = [element('span', { class: 'link-label', text: texts.say('linkParent') })];
  if (record.parentUuid === null) {
    parts.push(element('span', { class: 'quiet', text: texts.say('linkRoot') }));
  } else if (record.parentLine === null) {
    parts.push(element('span', { class: 'missing', text: texts.say('linkMissing', visibleText(record.parentUuid)) }));
  } else {
    parts.push(goTo(record.parentUuid, record.parentLine, '', texts, onGoTo));
  }
  if (record.fileParentUuid !== record.parentUuid) {
    const original = record.fileParentUuid === null ? '–' : visibleText(record.fileParentUuid.slice(0, 8));
    parts.push(element('span', { class: 'quiet', text: texts.say('linkRepairedFrom', original) }));
  }
  return parts;
}

function goTo(uuid: string, line: number, label: string, texts: Texts, onGoTo: (uuid: string) => void): HTMLElement {
  const text = [texts.say('findingLine', line), visibleText(label)].filter(Boolean).join(' ');
  return element('button', { class: 'link', attributes: { type: 'button' }, text, onClick: () => onGoTo(uuid) });
}

/** The content as text, block by block. */
export function recordBlocks(record: RecordDetail, texts: Texts): HTMLElement {
  return element(
    'div',
    { class: 'blocks' },
    record.blocks.map((block) => {
      const view = element('section', { class: `block block-${cssName(block.type)}` });
      if (block.title !== '') view.append(element('h3', { text: visibleText(block.title) }));
      view.append(...foldedText(block.text, texts));
      return view;
    }),
  );
}

function cssName(type: string): string {
  return type.replace(/[^a-z_]/gi, '').slice(0, 40);
}

function foldedText(text: string, texts: Texts): HTMLElement[] {
  const body = element('div', { class: 'block-body', text: visibleText(text.slice(0, FOLDED_CHARACTERS)) });
  if (text.length <= FOLDED_CHARACTERS) return [body];
  const more = element('button', {
    class: 'link',
    attributes: { type: 'button' },
    text: texts.say('showMore', text.length),
    onClick: () => {
      body.textContent = visibleText(text);
      more.remove();
    },
  });
  return [body, more];
}

/** The line as it stands in the file; laid out only when it is unfolded. */
export function rawRecord(record: RecordDetail, texts: Texts): HTMLElement {
  const body = element('pre', { class: 'raw' });
  const details = element('details', { class: 'raw-fold' }, [element('summary', { text: texts.say('rawTitle', record.line) }), body]);
  details.addEventListener('toggle', () => {
    if (details.open && body.textContent === '') body.textContent = visibleText(record.raw);
  });
  return details;
}
