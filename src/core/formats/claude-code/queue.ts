import { isObject, type JsonObject } from '../../json.ts';
import type { QueueNote } from '../format.ts';

/** What the client notes of prompts that are typed while the agent is busy; texts in angle brackets are its own notices. */
export function queueNote(note: JsonObject): QueueNote | null {
  const text = textOf(note['content']);
  switch (note['operation']) {
    case 'enqueue':
      return { step: 'put', text, isTyped: text !== null && text.trim() !== '' && !text.startsWith('<') };
    case 'dequeue':
      return { step: 'taken', text, isTyped: false };
    case 'remove':
      return { step: 'absorbed', text, isTyped: false };
    case 'popAll':
      return { step: 'returned', text, isTyped: false };
    default:
      return null;
  }
}

function textOf(content: JsonObject[string] | undefined): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const texts = content.map((block) => (isObject(block) && typeof block['text'] === 'string' ? block['text'] : null));
  return texts.includes(null) || texts.length === 0 ? null : texts.join('\n');
}
