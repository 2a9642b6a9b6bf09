import { type JsonValue, member } from '../../json.ts';
import { FLAG } from '../record-kinds.ts';

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/**
 * Flags for strings that the API refuses or that cut a request short. A closer look at a record that is known to hold an escape
 * of that kind somewhere: few do.
 * @param bytes one JSON object
 * @param contentPaths names that lead to what is sent to the model
 */
export function suspectFlags(bytes: Uint8Array, contentPaths: readonly (readonly string[])[]): number {
  const record = JSON.parse(new TextDecoder().decode(bytes)) as JsonValue;
  const isLone = someString(record, (text) => LONE_SURROGATE.test(text));
  const contents = contentPaths.map((path) => path.reduce<JsonValue | undefined>(member, record));
  const hasNul = contents.some((content) => content !== undefined && someString(content, (text) => text.includes('\0')));
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
