import type { AnalysisPorts } from '../core/session/ports.ts';
import { SiblingRecords } from '../core/session/sibling-records.ts';
import { FileSource } from './file-source.ts';
import type { OnPassedOver } from './listed-files.ts';
import { sha256Stream } from './sha256-stream.ts';
import { SiblingFiles } from './sibling-files.ts';
import { SiblingFolders } from './sibling-folders.ts';

/** What the analyses of a run share: each folder is listed once, each file beside a session is read once. */
export interface Surroundings {
  readonly folders: SiblingFolders;
  readonly records: SiblingRecords;
}

/** For a run over sessions that ends soon. @param onPassedOver told once of each file beside a session that cannot be read */
export function sharedSurroundings(onPassedOver: OnPassedOver): Surroundings {
  return surroundings(onPassedOver, true);
}

/**
 * The ports of an analysis for a transcript that is a file.
 * @param path absolute path
 * @param around by default this analysis lists and reads for itself, each time anew
 */
export function filePorts(path: string, around: Surroundings = surroundings(() => undefined, false)): AnalysisPorts {
  const { folders, records } = around;
  return {
    source: new FileSource(path),
    siblings: new SiblingFiles(path, folders),
    records,
    file: (other) => new FileSource(other),
    sha256: sha256Stream,
    now: () => Date.now(),
  };
}

/** Like `sharedSurroundings`, for one session that stays open while the files around it change. */
export function ownSurroundings(onPassedOver: OnPassedOver): Surroundings {
  return surroundings(onPassedOver, false);
}

function surroundings(onPassedOver: OnPassedOver, isShared: boolean): Surroundings {
  const told = new Set<string>();
  const tellOnce: OnPassedOver = (path, error) => {
    if (told.has(path)) return;
    told.add(path);
    onPassedOver(path, error);
  };
  return { folders: new SiblingFolders(tellOnce, isShared), records: new SiblingRecords(tellOnce) };
}
