import type { ConversationGraph } from '../../graph/conversation-graph.ts';
import type { ToolPairs } from '../../graph/tool-pairs.ts';
import { KIND } from '../../transcript/record-kinds.ts';
import type { Diagnosis } from '../finding.ts';

/**
 * A prompt that was sent again and was written under a progress record of a tool call, mostly of a subagent, instead of where the
 * first one stands. A step back that a person took hangs under the end of a turn, never amid a call.
 */
export function findRetriesUnderAgents(graph: ConversationGraph, pairs: ToolPairs): Diagnosis[] {
  const { index } = graph;
  const found: Diagnosis[] = [];
  let before = -1;
  for (let i = 0; i < index.fileCount; i++) {
    if (!pairs.isPrompt(i) || !graph.isSeen(i)) continue;
    if (before >= 0 && isRetry(graph, pairs, before, i)) found.push(retry(graph, before, i));
    before = i;
  }
  return found;
}

/** The same prompt has the same length, since uuids and times have one too. */
function isRetry(graph: ConversationGraph, pairs: ToolPairs, first: number, second: number): boolean {
  const { kind, length } = graph.index.columns;
  const parent = graph.parent[second]!;
  const amidCall = parent >= 0 && parent < first && kind[parent] === KIND.progress && pairs.callsOf(parent).length > 0;
  return amidCall && length[first] === length[second] && graph.parent[first]! >= 0 && graph.parent[first] !== parent;
}

function retry(graph: ConversationGraph, first: number, second: number): Diagnosis {
  const { index } = graph;
  const uuid = index.uuidText(second);
  const parent = graph.parent[first]!;
  const line = (record: number): number => index.columns.line[record]!;
  return {
    finding: {
      id: `prompt-under-agent:${uuid}`,
      code: 'prompt-under-agent',
      severity: 'error',
      line: line(second),
      uuid,
      parentUuid: index.uuidText(graph.parent[second]!),
      message: `The prompt of line ${line(first)} was sent again, and its second record hangs amid a tool call (line ${line(graph.parent[second]!)}): a resume forgets what came after that call.`,
      repairable: true,
    },
    actions: [
      {
        action: { kind: 'reparent', uuid, parent: index.uuidText(parent) },
        score: 0.95,
        confidence: 'high',
        reasons: [`The first record of the same prompt continues line ${line(parent)}.`],
      },
    ],
  };
}
