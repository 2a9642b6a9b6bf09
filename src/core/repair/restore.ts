import { counted } from '../count-text.ts';
import type { ScoredAction } from '../findings/finding.ts';
import type { Elsewhere, FoundRecord } from '../findings/orphans/orphans.ts';
import type { ChangeRules } from '../formats/format.ts';
import type { ConversationGraph } from '../graph/conversation-graph.ts';
import { isLinked, KIND } from '../transcript/record-kinds.ts';
import type { InsertedRecord } from '../graph/repairs.ts';
import { restoredRecord } from './restored-record.ts';

/**
 * Puts an orphan's own parent back, with the records above it that are lost too.
 * @param missing uuid of the orphan's parent
 * @param sessionId of this session
 * @returns null when that cannot be done: a record is nowhere, or the row of lost records leads to none of this file
 */
export function restoration(
  graph: ConversationGraph,
  elsewhere: Elsewhere,
  orphan: number,
  missing: string,
  sessionId: string | null,
): ScoredAction | null {
  const line = lostLine(graph, elsewhere, missing);
  const nearest = line[0];
  const anchor = line.at(-1)?.parentUuid ?? null;
  if (nearest === undefined || anchor === null) return null;
  const place = graph.recordNamed(anchor);
  // What was written before the orphan's own parent cannot stand after the orphan.
  if (place < 0 || place >= orphan || !graph.isMain(place)) return null;
  return {
    action: {
      kind: 'restore',
      uuid: nearest.uuid,
      inserted: line.reverse().map((found) => insertedRecord(found, graph.index.format.changes, anchor, sessionId)),
      file: nearest.file,
      line: nearest.line,
    },
    score: 1,
    confidence: 'high',
    reasons: [
      `${lostText(line.length)} in ${nearest.file}, line ${nearest.line}, and can be put back as it was: nothing is bridged over.`,
      'Its own parent is in this file.',
    ],
  };
}

/**
 * Puts the part in front that a file begins behind: what was said before, as far as another file has it.
 * @param missing uuid of the first record's parent
 * @param sessionId of this session
 * @returns null when some of it is nowhere, or too large to be carried about
 */
export function inheritedPart(
  graph: ConversationGraph,
  elsewhere: Elsewhere,
  first: number,
  missing: string,
  sessionId: string | null,
): ScoredAction | null {
  const line = lostLine(graph, elsewhere, missing);
  const nearest = line[0];
  // What leads back into this file is no part in front of it.
  if (nearest === undefined || line.at(-1)!.parentUuid !== null) return null;
  const before = graph.index.uuidText(first);
  const { changes } = graph.index.format;
  const inserted = line
    .reverse()
    .map((found): InsertedRecord => ({ ...insertedRecord(found, changes, before, sessionId), isBefore: true }));
  return {
    action: { kind: 'restore', uuid: nearest.uuid, inserted, file: nearest.file, line: nearest.line },
    score: 1,
    confidence: 'high',
    reasons: [
      `What was said before stands in ${nearest.file} up to line ${nearest.line}: ${counted(inserted.length, 'record')} are put in front as they are.`,
      'The first record of this file names the last of them as its parent. The other file stays as it is.',
    ],
  };
}

function lostText(records: number): string {
  return records === 1 ? 'The lost record itself stands' : `The lost record and ${records - 1} above it stand`;
}

/** The missing record and those above it that are missing too; empty when one cannot be put back. */
function lostLine(graph: ConversationGraph, elsewhere: Elsewhere, missing: string): FoundRecord[] {
  const line: FoundRecord[] = [];
  const seen = new Set<string>();
  for (let uuid: string | null = missing; uuid !== null && graph.recordNamed(uuid) < 0;) {
    const found = elsewhere.get(uuid);
    if (found === undefined || found.bytes === null || seen.has(uuid) || !isRestorable(found)) return [];
    seen.add(uuid);
    line.push(found);
    uuid = found.parentUuid;
  }
  return line;
}

/** A part of a conversation: not a hook's or tool's passing record. */
function isRestorable(found: FoundRecord): boolean {
  return isLinked(found.recordKind) && found.recordKind !== KIND.progress;
}

function insertedRecord(found: FoundRecord, rules: ChangeRules, after: string, sessionId: string | null): InsertedRecord {
  return { uuid: found.uuid, after, record: restoredRecord(found.bytes ?? new Uint8Array(0), rules, sessionId), adopts: [] };
}
