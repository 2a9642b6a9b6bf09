import type { ResumeEffect } from '../../src/core/findings/finding.ts';
import type { StringKey } from '../../src/protocol/strings.ts';
import type { Texts } from '../elements/text.ts';

/**
 * What a repair brings, by the documented loader and, where it differs, by today's client.
 * @param same what to say of as many messages as before
 */
export function effectWords(
  { before, after, client }: ResumeEffect,
  texts: Texts,
  more: readonly string[] = [],
  same: StringKey = 'effectNone',
): string {
  const told = [before === after ? texts.say(same, before) : texts.say('effect', before, after), ...more].join(', ');
  if (client.before === before && client.after === after) return told;
  const byClient =
    client.before === client.after ? texts.say('effectClientSame', client.before) : texts.say('effectClient', client.before, client.after);
  return `${told} (${byClient})`;
}
