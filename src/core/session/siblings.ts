import type { Elsewhere } from '../findings/orphans.ts';
import { readTranscript } from '../transcript/read-transcript.ts';
import { KIND } from '../transcript/record-kinds.ts';
import type { ByteSource } from '../transcript/source.ts';

/** Another transcript that may hold a record of this session. */
export interface Sibling {
  readonly kind: 'agent' | 'session';
  /** Short name for messages. */
  readonly file: string;
  readonly source: ByteSource;
}

/** Finds the other transcripts; a port, because it lists folders. */
export interface SiblingFinder {
  /** Nearest first: the session's own agent files (or an agent's session), then other sessions of the project. */
  siblings(): Promise<readonly Sibling[]>;
}

/** Bytes of sibling files that are searched at most for missing records. */
const SEARCH_LIMIT = 256 * 1024 * 1024;

/**
 * Looks for uuids in sibling files; the first file that has one wins. Files that cannot be read are passed over: a missing
 * record found nowhere is what the caller reports anyway.
 */
export async function findElsewhere(uuids: readonly string[], finder: SiblingFinder): Promise<Elsewhere> {
  const found = new Map<string, { file: string; line: number; kind: 'agent' | 'session' }>();
  const wanted = new Set(uuids);
  let searched = 0;
  for (const sibling of wanted.size > 0 ? await finder.siblings() : []) {
    searched += await sibling.source.size().catch(() => 0);
    if (found.size === wanted.size || searched > SEARCH_LIMIT) break;
    const index = await readTranscript(sibling.source).catch(() => null);
    if (index === null) continue;
    for (const uuid of wanted) {
      const record = found.has(uuid) ? -1 : index.recordOfUuid(uuid);
      if (record < 0 || index.columns.kind[record] === KIND.meta) continue;
      found.set(uuid, { file: sibling.file, line: index.columns.line[record]!, kind: sibling.kind });
    }
  }
  return found;
}
