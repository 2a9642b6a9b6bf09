import type { Elsewhere, FoundRecord } from '../findings/orphans.ts';
import { readRecords } from '../transcript/read-records.ts';
import { KIND } from '../transcript/record-kinds.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import type { AnalysisPorts, Sibling } from './ports.ts';
import type { SiblingRecords } from './sibling-records.ts';

/** How far a search goes. */
export interface SearchScope {
  readonly nearOnly: boolean;
  /** Bytes that are searched at most, with what was searched before. */
  readonly bytes: number;
}

/** Before the first picture of a session: its own other files, unless they are large. */
export const NEAR: SearchScope = { nearOnly: true, bytes: 8 * 1024 * 1024 };
export const EVERYWHERE: SearchScope = { nearOnly: false, bytes: 256 * 1024 * 1024 };
/** A longer row of lost records is not put back: what is missing then is a part of the session, not a record. */
const MOST_ANCESTORS = 50;
/** Bytes. A larger record is named, but not carried about. */
const LARGEST_RESTORED = 1024 * 1024;

/**
 * Looks for uuids in sibling files, with the records above them as far as those are not here either; the first file that has one
 * wins. Files that cannot be read are passed over.
 */
export class LostSearch {
  /** Of which records are looked for, for `isFor`. */
  private readonly lost: readonly string[];
  private readonly wanted: Set<string>;
  private readonly siblings: readonly Sibling[];
  private readonly records: SiblingRecords;
  private readonly isHere: (uuid: string) => boolean;
  private readonly known = new Map<string, FoundRecord>();
  /** How many siblings, and bytes of them, were searched. */
  private next = 0;
  private searched = 0;

  /**
   * @param lost uuids that the transcript names as parents and does not hold
   * @param siblings nearest first
   * @param records what is known of them
   * @param isHere whether the transcript itself has a record
   */
  constructor(lost: readonly string[], siblings: readonly Sibling[], records: SiblingRecords, isHere: (uuid: string) => boolean) {
    this.lost = lost;
    this.wanted = new Set(lost);
    this.siblings = siblings;
    this.records = records;
    this.isHere = isHere;
  }

  /** What was found so far. */
  get found(): Elsewhere {
    return new Map(this.known);
  }

  /** Whether there is nothing left to look for, or nowhere. */
  get isDone(): boolean {
    return this.next >= this.siblings.length || [...this.wanted].every((uuid) => this.known.has(uuid));
  }

  /** Whether it looks for these and no others. */
  isFor(lost: readonly string[]): boolean {
    return lost.length === this.lost.length && lost.every((uuid, i) => uuid === this.lost[i]);
  }

  /**
   * Goes on with the search, up to a limit.
   * @param isWanted asked before each file; the search ends where it was when nobody wants it any more
   */
  async run(scope: SearchScope, isWanted: () => boolean = () => true): Promise<void> {
    while (!this.isDone && isWanted()) {
      const sibling = this.siblings[this.next]!;
      const size = await this.records.size(sibling.source);
      if ((scope.nearOnly && !sibling.isNear) || this.searched + size > scope.bytes) break;
      await this.searchFile(sibling);
      this.searched += size;
      this.next++;
    }
    // What stands behind the limit is not searched at all.
    if (scope === EVERYWHERE && isWanted()) this.next = this.siblings.length;
  }

  private async searchFile(sibling: Sibling): Promise<void> {
    const missing = [...this.wanted].filter((uuid) => !this.known.has(uuid));
    const index = await this.records.indexWithAny(sibling.source, missing);
    if (index === null) return;
    for (const uuid of [...this.wanted]) {
      for (const ancestor of await lostLine(sibling, index, uuid, this.known, this.isHere)) {
        this.known.set(ancestor.uuid, ancestor);
        this.wanted.add(ancestor.uuid);
      }
    }
  }
}

/**
 * Prepares the search for the lost records of a transcript. Where nothing is lost no folder is listed.
 * @param lost uuids that the transcript names as parents and does not hold
 */
export async function lostSearch(
  lost: readonly string[],
  { siblings: finder, records }: Pick<AnalysisPorts, 'siblings' | 'records'>,
  isHere: (uuid: string) => boolean,
): Promise<LostSearch> {
  return new LostSearch(lost, lost.length > 0 ? await finder.siblings() : [], records, isHere);
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
  while (next !== null && line.length < MOST_ANCESTORS && !found.has(next)) {
    const record = index.recordOfUuid(next);
    // Asked last: few files have a lost record, and to say that one is not here takes a look at all that are.
    if (record < 0 || index.columns.kind[record] === KIND.meta || isHere(next)) break;
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
