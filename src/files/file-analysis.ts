import type { AnalysisPorts } from '../core/session/ports.ts';
import { FileSource } from './file-source.ts';
import { sha256Stream } from './sha256-stream.ts';
import { SiblingFiles } from './sibling-files.ts';

/** The ports of an analysis for a transcript that is a file. @param path absolute path */
export function filePorts(path: string): AnalysisPorts {
  return {
    source: new FileSource(path),
    siblings: new SiblingFiles(path),
    file: (other) => new FileSource(other),
    sha256: sha256Stream,
    now: () => Date.now(),
  };
}
