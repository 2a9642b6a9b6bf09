import type { RowChange } from '../../src/core/session/analysis-types.ts';
import type { StringKey } from '../../src/protocol/strings.ts';
import { element } from '../elements/dom.ts';
import type { Texts } from '../elements/text.ts';

/** The changes of a row, as letters with a tooltip and a label. */
export function changeBadges(change: RowChange | undefined, texts: Texts): HTMLElement[] {
  if (change === undefined) return [];
  const badge = (kind: string, letter: StringKey, words: StringKey): HTMLElement =>
    element('span', { class: `badge change ${kind}`, attributes: { title: texts.say(words) } }, [
      element('span', { class: 'change-letter', attributes: { 'aria-hidden': 'true' }, text: texts.say(letter) }),
      element('span', { class: 'visually-hidden', text: texts.say(words) }),
    ]);
  return [
    ...(change.parent ? [badge('parent', 'changeBadgeParent', 'changeParent')] : []),
    ...(change.added ? [badge('added', 'changeBadgeAdded', 'changeAdded')] : []),
    ...(change.gained ? [badge('gained', 'changeBadgeGained', 'changeGained')] : []),
    ...(change.lost ? [badge('lost', 'changeBadgeLost', 'changeLost')] : []),
  ];
}
