import { access, stat } from 'node:fs/promises';
import { patchInPlace, refuseOpenSession } from './patch-in-place.ts';
import { writeCopy } from './write-copy.ts';

/** Repaired sessions as files of this machine. */
export const REPAIRED_FILES = {
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
