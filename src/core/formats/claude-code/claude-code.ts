import type { Format } from '../format.ts';
import { changes } from './changes.ts';
import { files } from './files.ts';
import { records } from './records.ts';
import { ReferenceLoader } from './reference-loader.ts';

/** Claude Code. */
export const CLAUDE_CODE: Format = {
  id: 'claude-code',
  title: 'Claude Code',
  recognises: (text) => /"type"\s*:/.test(text) && /"(?:parentUuid|sessionId)"\s*:/.test(text),
  records,
  changes,
  files,
  independentReader: () => new ReferenceLoader(),
};
