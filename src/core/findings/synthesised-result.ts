import type { ConversationGraph } from '../graph/conversation-graph.ts';
import type { RepairAction } from '../graph/repairs.ts';

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
  const resultUuid = uuidOf(`${uuid} ${tool}`);
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
function continues(graph: ConversationGraph, call: number, child: number): boolean {
  const { messageId } = graph.index.columns;
  return graph.isMain(child) && (messageId[child]! < 0 || messageId[child] !== messageId[call]);
}

/**
 * A uuid (version 8) made of a text, the same each time: planning a repair twice plans the same repair. Four rounds of a 32-bit
 * hash; uniqueness matters within one session only.
 */
function uuidOf(text: string): string {
  const hex = [0, 1, 2, 3].map((round) => hash(`${round} ${text}`).toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  value ^= value >>> 15;
  value = Math.imul(value, 0x2c1b3c6d);
  value ^= value >>> 12;
  value = Math.imul(value, 0x297a2d39);
  return (value ^ (value >>> 15)) >>> 0;
}
