import { beginning } from '../arrangement/growth.ts';
import { ROW, type RowFacts } from '../arrangement/row-facts.ts';
import { ORPHAN } from '../graph/conversation-graph.ts';
import { FLAG, KIND } from '../transcript/record-kinds.ts';
import { isRepaired, type SessionState } from './state.ts';

/**
 * What folding and filters need to know of the rows of a session.
 * @param before of a state that this one was grown from: only the rows that were added are looked at
 */
export function rowFactsOf(state: SessionState, before: RowFacts | null = null): RowFacts {
  const { rows, rowOfRecord, graph } = state;
  const { kind, messageId } = state.index.columns;
  const from = before?.flags.length ?? 0;
  const parentRow = beginning(before?.parentRow ?? new Int32Array(0), from, rows.length).fill(-1, from);
  const message = beginning(before?.message ?? new Int32Array(0), from, rows.length).fill(-1, from);
  const flags = new Uint16Array(rows.length);
  if (before !== null) noteLoadedAndFound(state, before.flags, flags);
  for (let row = from; row < rows.length; row++) {
    const record = rows[row]!;
    const parent = graph.parent[record]!;
    const above = parent >= 0 ? rowOfRecord[parent]! : -1;
    // A child written before its parent has no line from above.
    if (above < row) parentRow[row] = above;
    if (kind[record] === KIND.assistant) message[row] = messageId[record]!;
    flags[row] = flagsOf(state, record);
  }
  return { parentRow, message, flags };
}

/** What a resume loads and what is found may be others than before, also of rows that were there. */
function noteLoadedAndFound({ rows, rowOfRecord, onChain, findingsOfRecord }: SessionState, before: Uint16Array, flags: Uint16Array): void {
  for (let row = 0; row < before.length; row++) {
    flags[row] = (before[row]! & ~(ROW.onChain | ROW.finding)) | (onChain[rows[row]!] === 1 ? ROW.onChain : 0);
  }
  for (const record of findingsOfRecord.keys()) {
    const row = rowOfRecord[record]!;
    if (row < before.length) flags[row]! |= ROW.finding;
  }
}

function flagsOf(state: SessionState, record: number): number {
  const { graph, index, pairs, onChain } = state;
  const kind = index.columns.kind[record]!;
  const flags = index.columns.flags[record]!;
  return (
    (pairs.isPrompt(record) || (flags & FLAG.queuedPrompt) !== 0 ? ROW.prompt : 0) |
    (kind === KIND.assistant ? ROW.answer : 0) |
    ((flags & FLAG.toolUse) !== 0 ? ROW.call : 0) |
    ((flags & FLAG.text) !== 0 ? ROW.text : 0) |
    (isAccessory(kind, flags) ? ROW.accessory : 0) |
    ((flags & FLAG.sidechain) !== 0 ? ROW.sidechain : 0) |
    (graph.parent[record] === ORPHAN ? ROW.orphan : 0) |
    (state.findingsOfRecord.has(record) ? ROW.finding : 0) |
    ((flags & FLAG.compactBoundary) !== 0 ? ROW.boundary : 0) |
    ((flags & FLAG.compactSummary) !== 0 ? ROW.summary : 0) |
    (graph.isMain(record) ? ROW.main : 0) |
    (onChain[record] === 1 ? ROW.onChain : 0) |
    (isRepaired(state, record) ? ROW.repaired : 0)
  );
}

/** What comes with tool calls rather than being said. */
function isAccessory(kind: number, flags: number): boolean {
  if (kind === KIND.user) return (flags & FLAG.toolResult) !== 0;
  if (kind === KIND.system) return (flags & FLAG.compactBoundary) === 0;
  if (kind === KIND.attachment) return (flags & FLAG.queuedPrompt) === 0;
  return kind === KIND.progress || kind === KIND.hookContext;
}
