import type { JsonValue } from '../json.ts';

/** Levels that are shown: JSON.stringify recurses, and indenting thousands of levels costs their square. */
const LEVELS = 40;

/** A value as JSON text, as people read it; what is nested deeper than anyone reads is left out. */
export function shownJson(value: JsonValue, indent = 0): string {
  return JSON.stringify(upTo(value, LEVELS), null, indent);
}

function upTo(value: JsonValue, levels: number): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return '…';
  if (Array.isArray(value)) return value.map((inner) => upTo(inner, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, upTo(inner, levels - 1)]));
}
