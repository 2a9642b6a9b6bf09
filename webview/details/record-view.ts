import type { RecordDetail } from '../../src/core/session/analysis-types.ts';
import { element } from '../elements/dom.ts';
import { visibleText } from '../elements/safe-text.ts';
import type { Texts } from '../elements/text.ts';

const SHOWN_CHILDREN = 4;
const SHOWN_OTHERS = 8;

/** Heading of the details: kind, time and links of the record. */
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
  line.append(...otherRecords(record, texts, onGoTo));
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

/** The other records of the same API message. */
function otherRecords(record: RecordDetail, texts: Texts, onGoTo: (uuid: string) => void): HTMLElement[] {
  const others = new Map(record.blocks.filter(({ uuid }) => uuid !== record.uuid).map((block) => [block.uuid, block]));
  if (others.size === 0) return [];
  return [
    element('span', { class: 'link-label', text: texts.say('linkMessage') }),
    ...[...others.values()].slice(0, SHOWN_OTHERS).map(({ uuid, line, title }) => goTo(uuid, line, title, texts, onGoTo)),
  ];
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

/** The raw line of the file; rendered only when it is unfolded. */
export function rawRecord(record: RecordDetail, texts: Texts): HTMLElement {
  const body = element('pre', { class: 'raw' });
  const details = element('details', { class: 'raw-fold' }, [element('summary', { text: texts.say('rawTitle', record.line) }), body]);
  details.addEventListener('toggle', () => {
    if (details.open && body.textContent === '') body.textContent = visibleText(record.raw);
  });
  return details;
}
