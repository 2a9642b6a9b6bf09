import type { Elsewhere, FoundRecord } from '../findings/orphans/orphans.ts';
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
/** A longer row of lost records is not put back. */
const MOST_ANCESTORS = 4000;
/** Bytes of a row. */
const LARGEST_ROW = 8 * 1024 * 1024;
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
    const records = lastRecords(index);
    for (const uuid of [...this.wanted]) {
      for (const ancestor of await lostLine(sibling, index, records, uuid, this.known, this.isHere)) {
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

/** Per name: the last record with it as its uuid; -1. */
function lastRecords({ names, count, columns }: TranscriptIndex): Int32Array {
  const last = new Int32Array(names.size).fill(-1);
  for (let i = 0; i < count; i++) if (columns.uuid[i]! >= 0 && columns.kind[i] !== KIND.meta) last[columns.uuid[i]!] = i;
  return last;
}

/** The record and those above it that are not here, as far as this file has them. @param records by name of their uuid */
async function lostLine(
  sibling: Sibling,
  index: TranscriptIndex,
  records: Int32Array,
  uuid: string,
  found: ReadonlyMap<string, FoundRecord>,
  isHere: (uuid: string) => boolean,
): Promise<FoundRecord[]> {
  const { columns, names } = index;
  const line: number[] = [];
  const seen = new Set<number>();
  let next = names.find(uuid);
  while (next >= 0 && line.length < MOST_ANCESTORS && !found.has(names.text(next))) {
    const record = records[next] ?? -1;
    // Asked last: few files have a lost record, and to say that one is not here takes a look at all that are.
    if (record < 0 || seen.has(record) || isHere(names.text(next))) break;
    seen.add(record);
    line.push(record);
    next = columns.parent[record]!;
  }
  const contents = await contentsOf(sibling, index, line);
  return line.map((record, i) => ({
    uuid: index.uuidText(record),
    parentUuid: columns.parent[record]! < 0 ? null : names.text(columns.parent[record]!),
    file: sibling.file,
    line: columns.line[record]!,
    kind: sibling.kind,
    recordKind: columns.kind[record]!,
    bytes: contents[i] ?? null,
  }));
}

/** The records' bytes, as far as they may be carried about. */
async function contentsOf(sibling: Sibling, index: TranscriptIndex, records: readonly number[]): Promise<(Uint8Array | null)[]> {
  const { length } = index.columns;
  const bytes = records.reduce((sum, record) => sum + length[record]!, 0);
  if (bytes > LARGEST_ROW) return [];
  const small = records.filter((record) => length[record]! <= LARGEST_RESTORED);
  const read = new Map<number, Uint8Array>();
  // In file order; the rows go up.
  const ordered = [...small].sort((a, b) => a - b);
  const contents = await readRecords(sibling.source, index, ordered, LARGEST_RESTORED);
  for (const [i, record] of ordered.entries()) read.set(record, contents[i]!);
  return records.map((record) => read.get(record) ?? null);
}
