import type { Format } from '../format.ts';
import { changes } from './changes.ts';
import { files } from './files.ts';
import { records } from './records.ts';
import { recognises } from './recognises.ts';

/** Claude Code. */
export const CLAUDE_CODE: Format = {
  id: 'claude-code',
  title: 'Claude Code',
  recognises,
  records,
  changes,
  files,
};
