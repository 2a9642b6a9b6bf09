import { access, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAgentFile } from '../transcript-names.ts';
import { patchInPlace, refuseOpenSession } from './patch-in-place.ts';
import { writeCopy } from './write-copy.ts';

/** Repaired sessions as files of this machine. */
export const REPAIRED_FILES = {
  folderOf: dirname,
  /** Without the ending. */
  nameOf: (path: string): string => basename(path, '.jsonl'),
  fileIn: (folder: string, sessionId: string): string => join(folder, `${sessionId}.jsonl`),
  isAgentFile,
  isFolder: async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isDirectory() ?? false,
  exists: async (path: string): Promise<boolean> =>
    access(path).then(
      () => true,
      () => false,
    ),
  writeCopy,
  patchInPlace,
  refuseOpenSession,
};
