import { files as claudeCode } from './claude-code/files.ts';
import { recognises as isClaudeCode } from './claude-code/recognises.ts';
import type { FileLayout } from './format.ts';

/** Where agents keep their files, in the order of `FORMATS`; apart from these, so that who looks for files need not know how they are read. */
export const LAYOUTS: readonly [FileLayout, ...FileLayout[]] = [claudeCode];

/** Whether text from somewhere in a file may be of a known format. Cheap: it is asked of files that are no sessions, too. */
export function mayBeTranscript(text: string): boolean {
  return isClaudeCode(text);
}
