import type { ConversationGraph } from '../graph/conversation-graph.ts';
import type { RepairAction } from '../graph/repairs.ts';
import { madeUuid } from './made-uuid.ts';

const LOST_RESULT = '[The result of this tool call was lost.]';

/**
 * A result for a call that lost its own: it says that it was lost, and takes over what continues the call.
 * @param call record of the call
 * @param toolId name of the call's id
 */
export function synthesisedResult(graph: ConversationGraph, call: number, toolId: number): RepairAction {
  const { index } = graph;
  const { columns, names } = index;
  const uuid = index.uuidText(call);
  const tool = names.text(toolId);
  const resultUuid = madeUuid(`${uuid} ${tool}`);
  const record = index.format.changes.lostResult({
    id: tool,
    uuid,
    session: columns.session[call]! < 0 ? null : names.text(columns.session[call]!),
    version: index.version < 0 ? null : names.text(index.version),
    time: columns.time[call]! + 1,
    resultUuid,
    text: LOST_RESULT,
  });
  const adopts = Array.from(graph.childrenOf(call)).filter((child) => continues(graph, call, child));
  return {
    kind: 'synthesise',
    uuid: resultUuid,
    call: uuid,
    inserted: [{ uuid: resultUuid, after: uuid, record: JSON.stringify(record), adopts: adopts.map((child) => index.uuidText(child)) }],
  };
}

/** What goes on after the call: not another part of the same answer, and no passing record. */
export function continues(graph: ConversationGraph, call: number, child: number): boolean {
  const { messageId } = graph.index.columns;
  return graph.isMain(child) && (messageId[child]! < 0 || messageId[child] !== messageId[call]);
}
