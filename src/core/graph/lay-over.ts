/** How repairs in force change the links of a graph. */
import type { InsertedRecord, ParentOverrides } from './repairs.ts';
import type { Insertion } from '../transcript/transcript-index.ts';
import type { TranscriptIndex } from '../transcript/transcript-index.ts';
import { FLAG } from '../transcript/record-kinds.ts';
import { ORPHAN, ROOT, type ConversationGraph } from './conversation-graph.ts';

/** A record's other parent: a record, ROOT or ORPHAN. */
export interface ParentChange {
  readonly record: number;
  readonly parent: number;
}

/** Overrides as records; those of records that are not in the transcript are left out. */
export function parentChanges(graph: ConversationGraph, overrides: ParentOverrides): ParentChange[] {
  const changes: ParentChange[] = [];
  for (const [uuid, newParent] of Object.entries(overrides)) {
    const record = graph.recordNamed(uuid);
    if (record < 0) continue;
    const found = newParent === null ? ROOT : graph.recordNamed(newParent);
    changes.push({ record, parent: newParent !== null && found < 0 ? ORPHAN : found });
  }
  return changes;
}

export function setParent(graph: ConversationGraph, record: number, parent: number): void {
  graph.parent[record] = parent;
  graph.overridden[record] = 1;
}

/** Records to put in: those whose place is in the file, and that are not in the file by now. */
export function insertionsOf(file: TranscriptIndex, inserted: readonly InsertedRecord[]): Insertion[] {
  const insertions: Insertion[] = [];
  if (inserted.length === 0) return insertions;
  const encoder = new TextEncoder();
  const lastOfName = lastRecords(file);
  const lastOf = (uuid: string): number => lastOfName[file.names.find(uuid)] ?? -1;
  for (const { uuid, after, isBefore, record } of inserted) {
    const anchor = lastOf(after);
    if (anchor >= 0 && lastOf(uuid) < 0) insertions.push({ bytes: encoder.encode(record), after: isBefore ? anchor - 1 : anchor });
  }
  return insertions;
}

/** Per name: the last record of the file that has it as its uuid; -1. */
function lastRecords({ names, count, columns }: TranscriptIndex): Int32Array {
  const last = new Int32Array(names.size).fill(-1);
  for (let i = 0; i < count; i++) if (columns.uuid[i]! >= 0) last[columns.uuid[i]!] = i;
  return last;
}

/** Hangs records under inserted ones, as far as they still hang where the inserted record hangs now. */
export function adopt(graph: ConversationGraph, inserted: readonly InsertedRecord[]): void {
  for (const { uuid, adopts } of inserted) {
    const parent = graph.recordNamed(uuid);
    if (parent < graph.index.fileCount) continue;
    for (const child of adopts) {
      const record = graph.recordNamed(child);
      if (record >= 0 && graph.parent[record] === graph.parent[parent]) setParent(graph, record, parent);
    }
  }
}

/**
 * Hangs the children of each record that is taken off the chain under the nearest record above that stays. Above a compaction stands what
 * was said before it.
 */
export function bypass(graph: ConversationGraph, uuids: readonly string[]): void {
  const bypassed = new Set(uuids.map((uuid) => graph.recordNamed(uuid)).filter((record) => record >= 0));
  if (bypassed.size === 0) return;
  const above = (record: number): number => {
    let at = record;
    for (let steps = 0; at >= 0 && bypassed.has(at); steps++) at = steps > bypassed.size ? ORPHAN : aboveOf(graph, at);
    return at;
  };
  for (let i = 0; i < graph.index.count; i++) {
    if (bypassed.has(graph.parent[i]!)) setParent(graph, i, above(graph.parent[i]!));
  }
}

/** The parent of a record; of a compaction that has none the record that the conversation stood at before it. */
function aboveOf(graph: ConversationGraph, record: number): number {
  const parent = graph.parent[record]!;
  return parent === ROOT && graph.index.isFlagged(record, FLAG.compactBoundary) ? tipBefore(graph, record) : parent;
}

/** The record that a compaction names, else the last of the conversation before it in the file; ROOT when there is none. */
export function tipBefore(graph: ConversationGraph, boundary: number): number {
  const tip = graph.index.compactions.find((compaction) => compaction.boundary === boundary)?.tip ?? null;
  const named = tip === null ? -1 : graph.recordNamed(tip);
  if (named >= 0 && named < boundary) return named;
  for (let i = boundary - 1; i >= 0; i--) if (graph.isMain(i) && graph.isSeen(i)) return i;
  return ROOT;
}
