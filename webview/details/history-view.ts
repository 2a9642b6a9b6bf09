import type { HistoryEntry } from '../../src/protocol/messages.ts';
import type { RecordRef } from '../../src/protocol/record-ref.ts';
import type { StringKey } from '../../src/protocol/strings.ts';
import { element } from '../elements/dom.ts';
import { visibleText } from '../elements/safe-text.ts';
import type { Texts } from '../elements/text.ts';
import { button } from '../elements/toolkit.ts';

/** The events about one record: operator, time, old and new parent, reason, confidence, and a button to revert. */
export function historyView(entries: readonly HistoryEntry[], texts: Texts, onRevert: (entry: HistoryEntry) => void): HTMLElement {
  return element(
    'ol',
    { class: 'history' },
    entries.map((entry) => historyItem(entry, texts, onRevert)),
  );
}

function historyItem(entry: HistoryEntry, texts: Texts, onRevert: (entry: HistoryEntry) => void): HTMLElement {
  const who = entry.operator.replace(/^user:/, '');
  const head = element('div', { class: 'history-head' }, [
    element('span', { class: 'history-seq', text: `#${entry.seq}` }),
    element('strong', { text: headline(entry, texts) }),
    element('span', { class: 'history-who', text: visibleText(who) }),
    element('time', {
      attributes: { datetime: entry.timestamp },
      text: texts.full(entry.timestamp),
    }),
  ]);
  if (!entry.active) head.append(element('span', { class: 'pill', text: texts.say('historyTaken') }));
  const item = element('li', { class: entry.active ? '' : 'inactive' }, [head]);
  if (entry.type === 'parent_repaired' && (entry.from !== null || entry.to !== null)) {
    item.append(
      element('div', { class: 'history-move' }, [
        `${texts.say('historyFrom')} `,
        refText(entry.from, texts),
        ` ${texts.say('historyTo')} `,
        refText(entry.to, texts),
      ]),
    );
  }
  if (entry.reason !== '') item.append(labelled(texts.say('historyWhy'), visibleText(entry.reason)));
  const sure = confidenceText(entry, texts);
  if (sure !== '') item.append(labelled(texts.say('historyConfidence'), sure));
  if (entry.revertible) {
    const label = entry.type === 'reverted' ? 'reapplyThis' : 'revertThis';
    item.append(button('secondary', [texts.say(label)], () => onRevert(entry)));
  }
  return item;
}

function headline(entry: HistoryEntry, texts: Texts): string {
  if (entry.type === 'reverted') return texts.say('historyReverted', `#${entry.revertsSeq ?? '?'}`);
  return entry.type === 'parent_repaired' ? texts.say('historyRepaired') : visibleText(entry.title);
}

function labelled(label: string, value: string): HTMLElement {
  return element('div', { class: 'history-fact' }, [element('span', { class: 'history-label', text: label }), value]);
}

function confidenceText(entry: HistoryEntry, texts: Texts): string {
  const score = entry.score === null ? '' : entry.score.toFixed(2);
  const names: Readonly<Record<string, StringKey>> = {
    high: 'confidenceHigh',
    medium: 'confidenceMedium',
    low: 'confidenceLow',
  };
  const key = entry.confidence === null ? undefined : names[entry.confidence];
  return [key === undefined ? '' : texts.say(key), score].filter((part) => part !== '').join(' · ');
}

function refText(ref: RecordRef | null, texts: Texts): HTMLElement {
  if (ref === null) return element('span', { text: texts.say('historyNoParent') });
  const short = visibleText(ref.uuid.slice(0, 8));
  const title = visibleText(ref.uuid);
  if (ref.line === null) {
    return element('span', { class: 'ref', attributes: { title }, text: texts.say('historyMissing', short) });
  }
  return element('span', { class: 'ref', attributes: { title } }, [
    texts.say('historyLine', ref.line),
    ' ',
    element('span', { class: 'quiet', text: visibleText(ref.label) }),
  ]);
}
