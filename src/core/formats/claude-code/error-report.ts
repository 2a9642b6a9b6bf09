import { type JsonObject, member } from '../../json.ts';

/** The first text of a report's message. */
export function errorIn(report: JsonObject): string | null {
  const content = member(member(report, 'message'), 'content');
  if (typeof content === 'string') return content;
  const texts = Array.isArray(content) ? content.map((block) => member(block, 'text')) : [];
  return texts.find((text) => typeof text === 'string') ?? null;
}
