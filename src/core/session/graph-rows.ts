import type { FoldKind } from '../arrangement/folds.ts';
import { ROW } from '../arrangement/row-facts.ts';
import { counted } from '../count-text.ts';
import type { Severity } from '../findings/finding.ts';
import { ORPHAN } from '../graph/conversation-graph.ts';
import type { RowLanes } from '../graph/lanes.ts';
import type { ByteSource } from '../transcript/source.ts';
import { FLAG } from '../transcript/record-kinds.ts';
import type { FoldName, GraphRow, RowFold } from './analysis-types.ts';
import type { FoundRecords } from './find-records.ts';
import type { Arranged } from './graph/arranged.ts';
import type { RowChanges } from './row-changes.ts';
import type { RecordText } from './record-text.ts';
import { readTexts, recordFacts, worst } from './rows.ts';
import type { SessionState } from './state.ts';

/** Records of one message that are read for its row. */
const MOST_PARTS = 16;
/** Tool calls of a folded run that are counted for its row. */
const MOST_CALLS = 5000;
const MOST_FINDINGS = 20;

/**
 * Visible rows [start, end) with their text; reads only the records that are said in them.
 * @param found what was looked for
 * @param changes what it is compared with
 */
export async function readGraphRows(
  source: ByteSource,
  arranged: Arranged,
  found: FoundRecords | null,
  changes: RowChanges | null,
  start: number,
  end: number,
): Promise<GraphRow[]> {
  const { state, arrangement } = arranged;
  const parts = Array.from(arrangement.rows.subarray(start, end), (row, i) => partsOf(arranged, row, start + i));
  const wanted = [...new Set(parts.flat())].map((row) => state.rows[row]!).sort((a, b) => a - b);
  const texts = new Map((await readTexts(source, state, wanted)).map((text, i) => [wanted[i]!, text]));
  const lanes = arrangement.lanes.window(start, end);
  return parts.map((rows, i) => {
    const said = rows.map((row) => texts.get(state.rows[row]!)!);
    const isFound = found !== null && arrangement.membersOf(start + i).some((row) => found.has(row));
    const change = changes?.ofRow(arranged, start + i) ?? null;
    const row = graphRow(arranged, start + i, lanes[i]!, together(arranged, rows, said));
    return { ...row, found: isFound, ...(change === null ? {} : { change }) };
  });
}

/** The row and those folded into it that belong to the same message. */
function partsOf({ arrangement, folds }: Arranged, row: number, place: number): number[] {
  const members = arrangement.membersOf(place);
  if (members.length === 1) return [row];
  const parts: number[] = [];
  for (let i = 0; i < members.length && parts.length < MOST_PARTS; i++) {
    if (folds.messageHead[members[i]!] === folds.messageHead[row]) parts.push(members[i]!);
  }
  return parts;
}

/** One message's records as one: what it says in words comes before what it thought and did. */
function together({ state }: Arranged, rows: readonly number[], texts: readonly RecordText[]): RecordText {
  const first = texts[0]!;
  if (texts.length === 1) return first;
  const speaking = rows.findIndex((row) => state.index.isFlagged(state.rows[row]!, FLAG.text));
  return {
    label: first.label,
    text: (texts[speaking] ?? texts.find((one) => one.text !== '') ?? first).text,
    tools: texts.flatMap((one) => one.tools),
    tokens: texts.findLast((one) => one.tokens !== null)?.tokens ?? null,
  };
}

function graphRow(arranged: Arranged, place: number, lanes: RowLanes, text: RecordText): Omit<GraphRow, 'found'> {
  const { state, arrangement, folds } = arranged;
  const row = arrangement.rows[place]!;
  const record = state.rows[row]!;
  const flags = arrangement.flags[place]!;
  const { ids, severity } = findingsOf(arranged, place);
  const fold = foldOf(arranged, place);
  return {
    row: place,
    ...recordFacts(state, record),
    ...text,
    ...(state.index.isFlagged(record, FLAG.compactBoundary) ? { text: dividerText(arranged, row, text.text) } : {}),
    ...(fold?.opens === 'run' ? { tools: countedTools(arranged, place) } : {}),
    ...lanes,
    ...parentOf(arranged, place),
    far: arrangement.isFar[place] === 1,
    onResumeChain: (flags & ROW.onChain) !== 0,
    severity,
    findings: ids,
    repaired: (flags & ROW.repaired) !== 0,
    suggestedRow: suggestedPlace(arranged, record),
    fold,
    inMessage: folds.messageHead[row] !== row,
  };
}

function parentOf({ state, arrangement }: Arranged, place: number): { parentRow: number; gap: boolean } {
  const parent = state.graph.parent[state.rows[arrangement.rows[place]!]!]!;
  if (parent === ORPHAN) return { parentRow: -2, gap: false };
  const row = parent < 0 ? -1 : state.rowOfRecord[parent]!;
  if (row < 0) return { parentRow: -1, gap: false };
  // A parent that stands below is on no lane.
  if (row >= arrangement.rows[place]!) return { parentRow: arrangement.placeOf[row]!, gap: false };
  return { parentRow: arrangement.parentPlace[place]!, gap: arrangement.placeOf[row]! < 0 };
}

/** What can be opened and closed at a row: the larger fold opens first, the smaller closes first. */
function foldOf({ state, arrangement, folds, isClosed }: Arranged, place: number): RowFold | null {
  const row = arrangement.rows[place]!;
  const kinds = (['message', 'run', 'branch'] as const).filter((kind) => folds.sizeOf(kind, row) > 1);
  if (kinds.length === 0) return null;
  const closed = kinds.findLastIndex((kind) => isClosed(kind, row));
  const opens = kinds[closed];
  const closes = kinds[closed + 1];
  const named = (kind: FoldKind | undefined): FoldName | null =>
    kind === undefined ? null : kind === 'branch' && state.index.isFlagged(state.rows[row]!, FLAG.sidechain) ? 'sidechain' : kind;
  return { opens: named(opens), closes: named(closes), hidden: arrangement.membersOf(place).length - 1 };
}

/** Of all records in the row, its own first. */
function findingsOf({ state, arrangement }: Arranged, place: number): { ids: string[]; severity: Severity | null } {
  if ((arrangement.flags[place]! & ROW.finding) === 0) return { ids: [], severity: null };
  const ids: string[] = [];
  const severities = new Set<Severity>();
  for (const row of arrangement.membersOf(place)) {
    for (const finding of state.findingsOfRecord.get(state.rows[row]!) ?? []) {
      if (ids.length < MOST_FINDINGS) ids.push(finding.id);
      severities.add(finding.severity);
    }
  }
  return { ids, severity: worst([...severities]) };
}

/** What a compaction put out of the context: messages since the one before it. */
function dividerText({ facts }: Arranged, boundary: number, text: string): string {
  let messages = 0;
  for (let row = boundary - 1; row >= 0 && (facts.flags[row]! & ROW.boundary) === 0; row--) {
    if ((facts.flags[row]! & (ROW.prompt | ROW.answer)) !== 0 && (facts.flags[row]! & ROW.sidechain) === 0) messages++;
  }
  const dropped = `${counted(messages, 'record')} of the conversation before it ${messages === 1 ? 'is' : 'are'} out of the context`;
  return text === '' ? dropped : `${text} · ${dropped}`;
}

/** "Read ×5", most called first. */
function countedTools({ state, arrangement }: Arranged, place: number): string[] {
  const { columns, tools, names } = state.index;
  const counts = new Map<number, number>();
  let calls = 0;
  for (const row of arrangement.membersOf(place)) {
    const record = state.rows[row]!;
    for (let t = columns.toolStart[record]!; t < columns.toolStart[record + 1]! && calls < MOST_CALLS; t++) {
      if (tools.isResult[t] === 1) continue;
      counts.set(tools.name[t]!, (counts.get(tools.name[t]!) ?? 0) + 1);
      calls++;
    }
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => `${name < 0 ? '?' : names.text(name)}${count > 1 ? ` ×${count}` : ''}`);
}

function suggestedPlace({ state, arrangement }: Arranged, record: number): number | null {
  const parent = suggestedParent(state, record);
  const place = parent < 0 ? -1 : arrangement.placeOf[state.rowOfRecord[parent]!]!;
  return place < 0 ? null : place;
}

/** The record that the best suggestion hangs this one under; -1. */
function suggestedParent(state: SessionState, record: number): number {
  if (!state.findingsOfRecord.has(record)) return -1;
  const restored = state.restorations.get(record);
  if (restored?.action.kind === 'restore') return state.graph.recordNamed(restored.action.inserted[0]?.after ?? '');
  const parent = state.links.find((candidate) => candidate.record === record)?.candidate.parent ?? -1;
  // A record that a repair would put in has no row yet.
  return parent < state.rowOfRecord.length ? parent : -1;
}
