import { ROW, type RowFacts } from '../arrangement/row-facts.ts';
import { ORPHAN } from '../graph/conversation-graph.ts';
import { FLAG, KIND } from '../transcript/record-kinds.ts';
import { isRepaired, type SessionState } from './state.ts';

/** What folding and filters need to know of the rows of a session. */
export function rowFactsOf(state: SessionState): RowFacts {
  const { rows, rowOfRecord, graph, index } = state;
  const parentRow = new Int32Array(rows.length).fill(-1);
  const message = new Int32Array(rows.length).fill(-1);
  const flags = new Uint16Array(rows.length);
  rows.forEach((record, row) => {
    const parent = graph.parent[record]!;
    const above = parent >= 0 ? rowOfRecord[parent]! : -1;
    // A child written before its parent has no line from above.
    if (above < row) parentRow[row] = above;
    if (index.columns.kind[record] === KIND.assistant) message[row] = index.columns.messageId[record]!;
    flags[row] = flagsOf(state, record);
  });
  return { parentRow, message, flags };
}

function flagsOf(state: SessionState, record: number): number {
  const { graph, index, pairs, onChain } = state;
  const kind = index.columns.kind[record]!;
  const has = (flag: (typeof FLAG)[keyof typeof FLAG], bit: number): number => (index.isFlagged(record, flag) ? bit : 0);
  return (
    (pairs.isPrompt(record) || index.isFlagged(record, FLAG.queuedPrompt) ? ROW.prompt : 0) |
    (kind === KIND.assistant ? ROW.answer : 0) |
    has(FLAG.toolUse, ROW.call) |
    has(FLAG.text, ROW.text) |
    (isAccessory(state, record) ? ROW.accessory : 0) |
    has(FLAG.sidechain, ROW.sidechain) |
    (graph.parent[record] === ORPHAN ? ROW.orphan : 0) |
    (state.findingsOfRecord.has(record) ? ROW.finding : 0) |
    has(FLAG.compactBoundary, ROW.boundary) |
    has(FLAG.compactSummary, ROW.summary) |
    (graph.isMain(record) ? ROW.main : 0) |
    (onChain[record] === 1 ? ROW.onChain : 0) |
    (isRepaired(state, record) ? ROW.repaired : 0)
  );
}

/** What comes with tool calls rather than being said. */
function isAccessory({ index }: SessionState, record: number): boolean {
  const kind = index.columns.kind[record]!;
  if (kind === KIND.user) return index.isFlagged(record, FLAG.toolResult);
  if (kind === KIND.system) return !index.isFlagged(record, FLAG.compactBoundary);
  if (kind === KIND.attachment) return !index.isFlagged(record, FLAG.queuedPrompt);
  return kind === KIND.progress || kind === KIND.hookContext;
}
