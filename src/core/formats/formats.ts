import { CLAUDE_CODE } from './claude-code/claude-code.ts';
import type { Format } from './format.ts';

/** Every format that is known. Files that none of them recognises are read by the first. */
export const FORMATS: readonly [Format, ...Format[]] = [CLAUDE_CODE];

/** The format of a file. @param text from its beginning, read as Latin-1 or UTF-8 */
export function formatOf(text: string, formats: readonly [Format, ...Format[]] = FORMATS): Format {
  return formats.find((format) => format.recognises(text)) ?? formats[0];
}
