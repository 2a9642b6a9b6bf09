import type { ResumeEffect } from './resume-figures.ts';
import type { JsonObject } from '../json.ts';

/**
 * What a repair brought, as events record it: the figures of the primary loader, which is named, and those of others under their keys. Loaders without a
 * key stand in a list.
 */
export function recordedEffect(effect: ResumeEffect): JsonObject {
  const { before, after, total, others } = effect;
  const keyed = [effect, ...others].flatMap((one) =>
    one.loader.effectKey === null ? [] : [[one.loader.effectKey, { before: one.before, after: one.after }] as const],
  );
  const unkeyed = others.filter(({ loader }) => loader.effectKey === null);
  const loaders = unkeyed.map((one) => ({ id: one.loader.id, before: one.before, after: one.after }));
  return { loader: effect.loader.id, before, after, total, ...Object.fromEntries(keyed), ...(loaders.length === 0 ? {} : { loaders }) };
}
