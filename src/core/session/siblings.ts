import type { Elsewhere, FoundRecord } from '../findings/orphans.ts';
import { readRecords } from '../transcript/read-records.ts';
import { readTranscript } from '../transcript/read-transcript.ts';
import { KIND } from '../transcript/record-kinds.ts';
import type { ByteSource } from '../transcript/source.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';

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
/** A longer row of lost records is not put back: what is missing then is a part of the session, not a record. */
const MOST_ANCESTORS = 50;
/** Bytes. A larger record is named, but not carried about. */
const LARGEST_RESTORED = 1024 * 1024;

/**
 * Looks for uuids in sibling files, with the records above them as far as those are not here either; the first file that has one
 * wins. Files that cannot be read are passed over: a missing record found nowhere is what the caller reports anyway.
 * @param isHere whether the transcript itself has a record
 */
export async function findElsewhere(
  uuids: readonly string[],
  finder: SiblingFinder,
  isHere: (uuid: string) => boolean,
): Promise<Elsewhere> {
  const found = new Map<string, FoundRecord>();
  const wanted = new Set(uuids);
  let searched = 0;
  for (const sibling of wanted.size > 0 ? await finder.siblings() : []) {
    searched += await sibling.source.size().catch(() => 0);
    if ([...wanted].every((uuid) => found.has(uuid)) || searched > SEARCH_LIMIT) break;
    const index = await readTranscript(sibling.source).catch(() => null);
    if (index === null) continue;
    for (const uuid of [...wanted]) {
      for (const ancestor of await lostLine(sibling, index, uuid, found, isHere)) {
        found.set(ancestor.uuid, ancestor);
        wanted.add(ancestor.uuid);
      }
    }
  }
  return found;
}

/** The record and those above it that are not here, as far as this file has them. */
async function lostLine(
  sibling: Sibling,
  index: TranscriptIndex,
  uuid: string,
  found: ReadonlyMap<string, FoundRecord>,
  isHere: (uuid: string) => boolean,
): Promise<FoundRecord[]> {
  const line: FoundRecord[] = [];
  let next: string | null = uuid;
  while (next !== null && line.length < MOST_ANCESTORS && !found.has(next) && !isHere(next)) {
    const record = index.recordOfUuid(next);
    if (record < 0 || index.columns.kind[record] === KIND.meta) break;
    const parent = index.columns.parent[record]!;
    const [bytes] =
      index.columns.length[record]! > LARGEST_RESTORED ? [null] : await readRecords(sibling.source, index, [record], LARGEST_RESTORED);
    const parentUuid: string | null = parent < 0 ? null : index.names.text(parent);
    line.push({
      uuid: next,
      parentUuid,
      file: sibling.file,
      line: index.columns.line[record]!,
      kind: sibling.kind,
      recordKind: index.columns.kind[record]!,
      bytes: bytes ?? null,
    });
    next = parentUuid;
  }
  return line;
}
