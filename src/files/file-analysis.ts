import { createHash } from 'node:crypto';
import type { AnalysisPorts, Sha256Stream } from '../core/session/session-analysis.ts';
import { FileSource } from './file-source.ts';
import { SiblingFiles } from './sibling-files.ts';

/** What an analysis needs, for a transcript that is a file. @param path absolute path */
export function filePorts(path: string): AnalysisPorts {
  return { source: new FileSource(path), siblings: new SiblingFiles(path), sha256: sha256Stream, now: () => Date.now() };
}

function sha256Stream(): Sha256Stream {
  const hash = createHash('sha256');
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    digest: () => hash.digest('hex'),
  };
}
