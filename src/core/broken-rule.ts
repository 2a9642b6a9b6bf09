import * as v from 'valibot';

/** Characters of a place that are shown; keys of untrusted objects may stand in it. */
const LONGEST_PLACE = 80;

/**
 * What is wrong with a value from outside: the place and the rule, never the value itself, which may hold anything.
 * @param issues of a schema; the first is told
 */
export function brokenRule([issue]: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const place = (v.getDotPath(issue) ?? '').replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '�').slice(0, LONGEST_PLACE);
  return place === '' ? `${ruleOf(issue)}.` : `“${place}”: ${ruleOf(issue)}.`;
}

/** The rule that a value breaks. The library's own messages quote the value; those of Riff do not. */
export function ruleOf({ message, type, expected }: v.BaseIssue<unknown>): string {
  if (!message.startsWith('Invalid ')) return message.replace(/\.$/u, '');
  const what = type.replaceAll('_', ' ');
  return expected === null ? `not a valid ${what}` : `not a valid ${what}, expected ${expected}`;
}
