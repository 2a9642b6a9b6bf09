import type { JsonObject, JsonValue } from '../json.ts';
import { FLAG } from './record-kinds.ts';

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/**
 * Flags for strings that the API refuses or that cut a request short. A closer look at a record that is known to hold an escape
 * of that kind somewhere: few do.
 * @param bytes one JSON object
 */
export function suspectFlags(bytes: Uint8Array): number {
  const record = JSON.parse(new TextDecoder().decode(bytes)) as JsonObject;
  const message = Object.hasOwn(record, 'message') ? record['message'] : undefined;
  const content = isObject(message) && Object.hasOwn(message, 'content') ? message['content'] : undefined;
  const isLone = someString(record, (text) => LONE_SURROGATE.test(text));
  const hasNul = content !== undefined && someString(content, (text) => text.includes('\0'));
  return (isLone ? FLAG.loneSurrogate : 0) | (hasNul ? FLAG.nulInContent : 0);
}

/** Whether a string in it, names of members included, fits. Never recurses: records may be nested as deep as they are long. */
function someString(value: JsonValue, fits: (text: string) => boolean): boolean {
  const open: JsonValue[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string' && fits(next)) return true;
    if (typeof next !== 'object' || next === null) continue;
    if (!Array.isArray(next) && Object.keys(next).some(fits)) return true;
    for (const inner of Object.values(next)) open.push(inner);
  }
  return false;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
