import type { ResumeEffect } from '../../src/core/loaders/resume-figures.ts';
import type { StringKey } from '../../src/protocol/strings.ts';
import { loaderName, type Texts } from '../elements/text.ts';

/**
 * What a repair brings, by the primary loader and by each other one for which that differs.
 * @param same what to say of as many messages as before
 */
export function effectWords(
  { loader: primary, before, after, others }: ResumeEffect,
  texts: Texts,
  more: readonly string[] = [],
  same: StringKey = 'effectNone',
): string {
  const name = loaderName(primary);
  const told = [before === after ? texts.say(same, before, name) : texts.say('effect', before, after, name), ...more].join(', ');
  const differing = others.filter((other) => other.before !== before || other.after !== after);
  if (differing.length === 0) return told;
  const byOthers = differing.map(({ loader, ...other }) =>
    other.before === other.after
      ? texts.say('effectLoaderSame', loader.title, other.before)
      : texts.say('effectLoader', loader.title, other.before, other.after),
  );
  return `${told} (${byOthers.join('; ')})`;
}
