import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import { FLAG, KIND } from '../../transcript/record-kinds.ts';
import type { ResumeChain } from '../resume-chain.ts';
import { conversationOf } from './conversation.ts';
import { clientRecords, type ClientRecords } from './kept-records.ts';
import { clientLeaf } from './leaf.ts';
import { clientPath } from './path.ts';

/**
 * The chain that today's client sends when it resumes; docs/resume.md says how each rule was found. It continues from the last
 * record of the file, or from the last `last-prompt` where that lies on another branch, steps over gaps of up to five seconds,
 * puts parallel calls and their results back, and leaves out calls without results and results without calls.
 * @param graph with the repairs in force
 * @returns `visible` in the order of the request: of one answer text before calls, of one turn of the user results before text
 */
export function clientChain(graph: ConversationGraph): ResumeChain {
  const records = clientRecords(graph);
  const leaf = clientLeaf(graph, records);
  const path = leaf < 0 ? [] : clientPath(graph, records, leaf);
  const beside = besidePath(graph, records, path);
  const complete: number[] = [];
  for (const record of path) {
    complete.push(record);
    complete.push(...(beside.get(record) ?? []));
  }
  const sent = sinceLastBoundary(graph, complete);
  const visible = conversationOf(graph, sent)
    .sent()
    .filter((record) => !graph.index.isFlagged(record, FLAG.injected));
  return { leaf, records: sent, visible };
}

/** What the client sends of a chain: the last compaction on it and what comes behind, also where the boundary has a parent. */
function sinceLastBoundary({ index }: ConversationGraph, records: readonly number[]): readonly number[] {
  const last = records.findLastIndex((record) => index.isFlagged(record, FLAG.compactBoundary));
  return last <= 0 ? records : records.slice(last);
}

/**
 * What lies beside the path and belongs to an answer on it: its other records, and results of its calls wherever they hang.
 * @returns per record of the path, in order
 */
function besidePath(graph: ConversationGraph, { has }: ClientRecords, path: readonly number[]): Map<number, number[]> {
  const { index } = graph;
  const { kind, messageId, toolStart } = index.columns;
  const onPath = new Uint8Array(has.length);
  /** Per message id: the first record of the answer on the path, plus one. */
  const firstOf = new Int32Array(index.names.size);
  for (const record of path) {
    onPath[record] = 1;
    const id = kind[record] === KIND.assistant ? messageId[record]! : -1;
    if (id >= 0 && firstOf[id] === 0) firstOf[id] = record + 1;
  }
  /** Per id of a call: where its result belongs, plus one. */
  const placeOf = new Int32Array(index.names.size);
  const beside = new Map<number, number[]>();
  const put = (place: number, record: number): void => {
    const list = beside.get(place);
    if (list === undefined) beside.set(place, [record]);
    else list.push(record);
  };
  for (let i = 0; i < has.length; i++) {
    const id = has[i] === 1 && kind[i] === KIND.assistant ? messageId[i]! : -1;
    if (id < 0 || firstOf[id] === 0) continue;
    const first = firstOf[id]! - 1;
    if (onPath[i] === 0) put(first, i);
    for (let tool = toolStart[i]!; tool < toolStart[i + 1]!; tool++) {
      const call = index.tools.id[tool]!;
      if (call >= 0 && index.tools.isResult[tool] === 0) placeOf[call] = first + 1;
    }
  }
  for (let i = 0; i < has.length; i++) {
    if (has[i] === 0 || onPath[i] === 1 || kind[i] !== KIND.user) continue;
    const tool = toolStart[i]!;
    if (tool === toolStart[i + 1]! || index.tools.isResult[tool] === 0) continue;
    const call = index.tools.id[tool]!;
    if (call >= 0 && placeOf[call] !== 0) put(placeOf[call]! - 1, i);
  }
  return beside;
}
