import type { Confidence, Finding, Suggestion } from '../../src/core/findings/finding.ts';
import type { OfferedSuggestion } from '../../src/protocol/messages.ts';
import type { RecordRef } from '../../src/protocol/record-ref.ts';
import type { StringKey } from '../../src/protocol/strings.ts';
import { element } from '../elements/dom.ts';
import { icon } from '../elements/icons.ts';
import { visibleText } from '../elements/safe-text.ts';
import type { Texts } from '../elements/text.ts';
import { button } from '../elements/toolkit.ts';
import { effectWords } from './effect-words.ts';

export interface FindingListener {
  onRepair(finding: Finding, index: number, offered: OfferedSuggestion): void;
  onIgnore(finding: Finding): void;
  onSplit(finding: Finding): void;
  /** @param fingerprint of the suggestion; null: of the split */
  onPreview(finding: Finding, fingerprint: string | null): void;
  onGoTo(uuid: string): void;
}

/** One finding with its candidates; null while these are being computed. */
export function findingView(
  finding: Finding,
  offered: readonly OfferedSuggestion[] | null,
  texts: Texts,
  listener: FindingListener,
): HTMLElement {
  const view = element('section', { class: 'finding' }, [
    element('div', { class: `finding-head ${finding.severity}` }, [
      icon(finding.severity),
      element('code', { text: finding.code }),
      element('span', { class: 'quiet', text: texts.say('findingLine', finding.line) }),
      ignoreButton(finding, texts, listener),
    ]),
    element('p', { class: 'finding-message', text: visibleText(finding.message) }),
  ]);
  if (!finding.repairable) return view;
  if (offered === null) view.append(element('p', { class: 'quiet', text: texts.say('suggestionsLoading') }));
  else if (offered.length === 0) view.append(element('p', { class: 'quiet', text: texts.say('suggestionsNone') }));
  else {
    const items = offered.map((one, index) => candidate(finding, one, index, texts, listener));
    view.append(element('ol', { class: 'candidates' }, items));
    // Another end is offered only when there are two branches.
    if (offered.some(({ suggestion }) => suggestion.kind === 'choose-leaf')) view.append(splitChoice(finding, texts, listener));
  }
  return view;
}

function ignoreButton(finding: Finding, texts: Texts, listener: FindingListener): HTMLElement {
  return element('button', {
    class: 'link ignore-button',
    attributes: { type: 'button', title: texts.say('ignoreTip') },
    text: texts.say('ignoreThis'),
    onClick: () => listener.onIgnore(finding),
  });
}

function splitChoice(finding: Finding, texts: Texts, listener: FindingListener): HTMLElement {
  const made = button('secondary', [texts.say('splitThis')], () => listener.onSplit(finding));
  made.title = texts.say('splitTip');
  made.classList.add('split-button');
  return element('div', { class: 'candidate-acts' }, [
    made,
    previewButton(texts, texts.say('splitThis'), () => listener.onPreview(finding, null)),
  ]);
}

function previewButton(texts: Texts, of: string, onClick: () => void): HTMLElement {
  const attributes = { type: 'button', title: texts.say('previewTip'), 'aria-label': `${texts.say('previewThis')}: ${of}` };
  return element('button', { class: 'link preview-button', attributes, text: texts.say('previewThis'), onClick });
}

const CONFIDENCE: Readonly<Record<Confidence, StringKey>> = {
  high: 'confidenceHigh',
  medium: 'confidenceMedium',
  low: 'confidenceLow',
};

function candidate(finding: Finding, offered: OfferedSuggestion, index: number, texts: Texts, listener: FindingListener): HTMLElement {
  const { suggestion, parent } = offered;
  const sure = texts.say(CONFIDENCE[suggestion.confidence]);
  const head = element('div', { class: 'candidate-head' }, [
    element('span', { class: 'rank', attributes: { 'aria-hidden': 'true' }, text: String(index + 1) }),
    suggestion.kind === 'reparent'
      ? parentName(suggestion, parent, texts, listener)
      : element('strong', { text: visibleText(offered.title) }),
    element('span', { class: `pill confidence-${suggestion.confidence}`, attributes: { title: suggestion.score.toFixed(2) } }, [
      element('span', { class: 'visually-hidden', text: texts.say('confidenceLabel', '') }),
      sure,
    ]),
  ]);
  const body = element('div', { class: 'candidate-body' }, [element('p', { class: 'effect', text: effectText(suggestion, texts) })]);
  if (suggestion.kind === 'reparent' && parent !== null && parent.text !== '') {
    body.append(element('p', { class: 'candidate-text', text: visibleText(parent.text) }));
  }
  body.append(
    element(
      'ul',
      { class: 'reasons' },
      suggestion.reasons.map((reason) => element('li', { text: visibleText(reason) })),
    ),
  );
  const name = `${texts.say('repairThis')} ${index + 1}`;
  const act = button(index === 0 ? 'primary' : 'secondary', [texts.say('repairThis')], () => listener.onRepair(finding, index, offered));
  act.setAttribute('aria-label', name);
  act.classList.add('repair-button');
  const preview = previewButton(texts, name, () => listener.onPreview(finding, offered.fingerprint));
  return element('li', { class: 'candidate' }, [head, body, element('div', { class: 'candidate-acts' }, [act, preview])]);
}

function parentName(suggestion: Suggestion, parent: RecordRef | null, texts: Texts, listener: FindingListener): HTMLElement {
  if (suggestion.newParent === null) return element('strong', { text: texts.say('suggestionRoot') });
  if (parent === null || parent.line === null) {
    const uuid = visibleText(suggestion.newParent.slice(0, 8));
    return element('strong', { text: texts.say('suggestionUnknownParent', uuid) });
  }
  return element('span', { class: 'candidate-parent' }, [
    element('button', {
      class: 'link',
      attributes: { type: 'button' },
      text: texts.say('suggestionParent', parent.line),
      onClick: () => listener.onGoTo(parent.uuid),
    }),
    ' ',
    element('span', { class: 'quiet', text: [visibleText(parent.label), texts.clock(parent.timestamp)].filter(Boolean).join(' · ') }),
  ]);
}

function effectText({ effect, afterAll, kind }: Suggestion, texts: Texts): string {
  const more = afterAll > effect.after ? [texts.say('effectTogether', afterAll)] : [];
  return effectWords(effect, texts, more, kind === 'choose-leaf' ? 'effectOther' : 'effectNone');
}

/** The list of all findings, shown when no message is selected or the finding has no row. */
export function findingList(
  findings: readonly Finding[],
  omitted: number,
  texts: Texts,
  onChoose: (finding: Finding) => void,
): HTMLElement {
  const items = findings.map((finding) =>
    element('li', {}, [
      element('button', { class: 'finding-row', attributes: { type: 'button' }, onClick: () => onChoose(finding) }, [
        element('span', { class: `finding-mark ${finding.severity}` }, [icon(finding.severity)]),
        element('span', { class: 'finding-line', text: texts.say('findingLine', finding.line) }),
        element('code', { text: finding.code }),
        element('span', { class: 'finding-text', text: visibleText(finding.message) }),
      ]),
    ]),
  );
  const list = element('ul', { class: 'finding-list' }, items);
  if (omitted > 0) list.append(element('li', { class: 'quiet', text: texts.say('findingsMore', omitted) }));
  return list;
}
