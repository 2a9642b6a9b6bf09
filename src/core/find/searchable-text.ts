import type { JsonValue } from '../json.ts';

/** Keys whose strings nobody reads: pictures, signatures and what names a record. */
const UNREAD = new Set(['data', 'signature', 'uuid', 'parentUuid', 'sessionId', 'id', 'tool_use_id', 'type', 'role', 'media_type']);
/** Parts of a record that hold what was said and done. */
const PARTS = ['message', 'content', 'attachment', 'data', 'summary'] as const;

/** Everything in a record that a person may read, in lower case. */
export function searchableText(record: { readonly [key: string]: JsonValue }): string {
  const found: string[] = [];
  for (const part of PARTS) {
    const value = record[part];
    if (value !== undefined) collect(value, found);
  }
  return found.join('\n').toLowerCase();
}

function collect(start: JsonValue, found: string[]): void {
  // A list to be done, not a recursion: depth is the file's.
  const open: JsonValue[] = [start];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === 'string') found.push(value);
    else if (Array.isArray(value)) for (let i = value.length - 1; i >= 0; i--) open.push(value[i]!);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value).reverse()) if (!UNREAD.has(key) || typeof item !== 'string') open.push(item);
    }
  }
}
